"""Schedule ``default``: rare looks at lots that close far off, close ones near the close."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar

from bidwright import Glance, Schedule, hookimpl

_FAR = (
    (timedelta(hours=24), timedelta(minutes=30)),
    (timedelta(hours=1), timedelta(minutes=5)),
    (timedelta(minutes=10), timedelta(seconds=60)),
    (timedelta(minutes=2), timedelta(seconds=15)),
)
"""(while the close is farther off than this, look this often), farthest first."""
_NOT_READ_YET = timedelta(seconds=10)
_NEAR, _LAST = timedelta(seconds=5), timedelta(seconds=2)
_LAST_STRETCH = timedelta(seconds=30)
_CLOSING = timedelta(milliseconds=1500)
_FIRST_MINUTES_AFTER, _LATER = timedelta(minutes=5), timedelta(seconds=15)
_LIVE = timedelta(seconds=10)


class Default:
    """
    The polling policy that needs no settings.

    In its last two minutes an armed lot is looked at every 5 s only: the bidder reads it by itself right before it bids.
    In a war it is every 2 s, and after the planned close every 1.5 s until the site itself says closed (5 minutes long, then 15 s).
    While live events arrive, they bring each look forward, so that 10 s suffice in the last two minutes of a lot that is only watched.
    """

    name: ClassVar[str] = "default"
    description: ClassVar[str] = "From every 30 minutes a day before the close to every 2 seconds in its last half minute."

    def next_look(self, glance: Glance) -> timedelta:
        """The pause until the next look."""
        to_close = glance.to_close
        if to_close is None:
            return _NOT_READ_YET
        for beyond, pause in _FAR:
            if to_close > beyond:
                return pause
        if to_close <= timedelta(0):
            return _CLOSING if to_close > -_FIRST_MINUTES_AFTER else _LATER
        if glance.armed:
            return _LAST if glance.extended else _NEAR
        if glance.live:
            return _LIVE
        return _LAST if to_close <= _LAST_STRETCH else _NEAR


@hookimpl
def register_schedules() -> Sequence[Schedule]:
    """Offer ``default``."""
    return [Default()]
