"""
Migrations: how data of an earlier version becomes data of this one, row by row.

A step changes rows and knows no store: so the same steps serve a start on older data, an older backup, and a dry run of either.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bidwright.errors import SetupError
from bidwright.runtime.backup.rows import Row


@dataclass(frozen=True)
class Step:
    """
    From version *frm* to *to*. *does* is its sentence; *change* gives the row as it is to be, the same one for no change, None to drop it.
    """

    frm: str
    to: str
    does: str
    change: Callable[[Row], Row | None]


STEPS: tuple[Step, ...] = ()
"""Every step there ever was, in order. Version 1 is the first, so there is none yet."""


def way(frm: str, to: str, steps: Sequence[Step] = STEPS) -> list[Step]:
    """The steps from one version to another. Raises SetupError when none lead there: a later version wrote it."""
    taken: list[Step] = []
    at = frm
    while at != to:
        step = next((step for step in steps if step.frm == at), None)
        if step is None:
            raise SetupError(f"This data has version {frm}, this Bidwright reads version {to}. Start the version that wrote it.")
        taken.append(step)
        at = step.to
    return taken


def migrated(rows: Sequence[Row], steps: Sequence[Step]) -> tuple[list[Row], int]:
    """The *rows* after all *steps*, and how many of them changed or went."""
    made: list[Row] = []
    changed = 0
    for row in rows:
        now: Row | None = row
        for step in steps:
            now = step.change(now) if now is not None else None
        changed += now != row
        if now is not None:
            made.append(now)
    return made, changed
