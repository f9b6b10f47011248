"""
The strategy host: code that is not ours answers from a process of its own, one per plugin.

``versions`` says what a plugin's code is, ``process`` starts and asks the child, ``child`` is the program that runs in it,
``confine`` what is taken from it first. This contains faults, not an attacker. Imports nothing here: the child is lean.
"""
