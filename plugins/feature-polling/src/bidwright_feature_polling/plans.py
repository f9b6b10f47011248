"""The two plans. Pure, like every schedule; the poller adds jitter and keeps within the request budget."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from bidwright import Glance, Schedule

_NOW = timedelta(0)
_EVEN, _EVEN_LAST = timedelta(seconds=6), timedelta(seconds=2)
_LAST_STRETCH = timedelta(seconds=30)
_CONFIRM_FOR = timedelta(minutes=5)

_STEPS = (
    (timedelta(seconds=30), timedelta(seconds=1)),
    (timedelta(seconds=120), timedelta(seconds=2)),
    (timedelta(seconds=300), timedelta(seconds=5)),
    (timedelta(seconds=1800), timedelta(seconds=60)),
    (timedelta(seconds=7200), timedelta(seconds=300)),
)
"""(as long as no more than this is left, look this often), nearest first."""
_FAR = timedelta(seconds=600)
_MARKS = (timedelta(seconds=300), timedelta(seconds=120), timedelta(seconds=30))
_BEFORE_A_MARK = timedelta(seconds=5)
_BIDDING = timedelta(seconds=10)
_SOON = timedelta(seconds=60)


class Even:
    """
    Every lot each 6 s, each 2 s in its last half minute and for five minutes after its planned close.
    """

    name: ClassVar[str] = "even"
    description: ClassVar[str] = "Every lot each 6 seconds, each 2 in its last half minute."

    def next_look(self, glance: Glance) -> timedelta:
        """The pause until the next look."""
        if glance.to_close is None:
            return _EVEN
        return _EVEN_LAST if -_CONFIRM_FOR < glance.to_close <= _LAST_STRETCH else _EVEN


class Minimal:
    """
    Few looks far from the close, many near it, and never asleep over one of the marks at which it looks more often.

    A lot that is being bid on (a bid is planned within the minute, or an armed lot was extended) is looked at every 10 s at least.
    What the plan says nothing of, a lot never read or past its planned close, is left to the schedule that it stands in for.
    """

    name: ClassVar[str] = "minimal"
    description: ClassVar[str] = "From every 10 minutes far from the close to every second in the last half minute."

    def __init__(self, inner: Schedule) -> None:
        self._inner = inner

    def next_look(self, glance: Glance) -> timedelta:
        """The pause until the next look."""
        left = glance.to_close
        if left is None or left <= _NOW:
            return self._inner.next_look(glance)
        pause = next((pause for within, pause in _STEPS if left <= within), _FAR)
        wakes = [left - mark - _BEFORE_A_MARK for mark in _MARKS]
        pause = min([pause, *(wake for wake in wakes if wake > _NOW)])
        return min(pause, _BIDDING) if _is_bid_on(glance) else pause


def _is_bid_on(glance: Glance) -> bool:
    planned = glance.decides_in is not None and glance.decides_in <= _SOON
    return glance.armed and (planned or glance.extended)
