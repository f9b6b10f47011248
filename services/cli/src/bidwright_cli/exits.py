"""Exit codes: the same for every verb, so that scripts can tell what to do next."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """
    How a command ended.
    """

    OK = 0
    REFUSED = 1
    """Bidwright said no; the sentence says why."""
    USAGE = 2
    """The command line is wrong."""
    UNREACHABLE = 3
    """No Bidwright answers at the address."""
    UNAUTHORISED = 4
    """It answers, but not to this token."""
    SETUP = 78
    """The operator must change something first (EX_CONFIG)."""


class Stop(Exception):
    """
    Ends a command with *code* and a sentence for a person.
    """

    def __init__(self, code: Exit, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
