"""
Backups: the whole store as one file that any supported engine can load again.

``reading`` takes it while everything runs, ``file`` is its form, ``shelf`` the folder that keeps some, ``restoring`` brings one back,
``keeper`` makes one a day. No key and no token is in a backup: those are files, and whoever finds a backup shall open no door with it.
"""
