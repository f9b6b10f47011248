"""
Transitions: the only way shared state changes.

One small Lua script each (the files beside this one), which checks its guards, changes the lot's records and appends the event that
says so, in one step. This module is their typed door: one function each, named as the script.

Refusals are answers, not exceptions: a guard that says no is the normal case. Exceptions mean that nobody knows whether it happened
(StoreDown): ask again by id, never blindly.
"""

from bidwright.transitions.answers import (
    Admitted,
    Answer,
    BreakerWord,
    Claimed,
    Command,
    Done,
    Initialised,
    Observed,
    Reserved,
    Settled,
    Shown,
    Swept,
    Taken,
    Ticket,
)
from bidwright.transitions.door import Transitions
from bidwright.transitions.scripts import SCRIPTS, source

__all__ = [
    "SCRIPTS",
    "Admitted",
    "Answer",
    "BreakerWord",
    "Claimed",
    "Command",
    "Done",
    "Initialised",
    "Observed",
    "Reserved",
    "Settled",
    "Shown",
    "Swept",
    "Taken",
    "Ticket",
    "Transitions",
    "source",
]
