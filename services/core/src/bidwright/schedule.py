"""When to look at a lot again: what a schedule is shown and answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Protocol


@dataclass(frozen=True, slots=True)
class Glance:
    """
    What a schedule may weigh. *to_close* is negative after the planned close, None while the lot was never read.

    *decides_in* is the time to the lot's planned bid, None when none is planned. *live* is True while live events of the lot arrive.
    *lot_id* is for switches that differ by lot; empty where a schedule is only tried.
    """

    to_close: timedelta | None
    armed: bool
    extended: bool = False
    decides_in: timedelta | None = None
    live: bool = False
    lot_id: str = ""


class Schedule(Protocol):
    """
    A polling policy. Pure: no I/O, no clock. The poller adds jitter and keeps within the request budget.
    """

    name: ClassVar[str]
    description: ClassVar[str]

    def next_look(self, glance: Glance) -> timedelta:
        """How long to wait before the next read of this lot; clamped to 0 .. 35 minutes."""
        ...
