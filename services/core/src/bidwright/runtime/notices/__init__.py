"""Notices as notifier and gateway share them: the owner's wishes, the outbox as it can be read, tests, and open screens."""
