"""Latency: how long reads and bids took lately, and the lead before a close that follows from it."""

from __future__ import annotations

from collections import deque
from datetime import timedelta
from math import ceil

_KEPT = 200
_LEAST, _MOST = timedelta(seconds=3), timedelta(seconds=30)
TAKE_OVER = timedelta(seconds=2)
"""A lot whose worker died comes to another one after this long: the lease."""
UNKNOWN_WIDTH = timedelta(seconds=1)
"""How wide the site's clock is taken to be while it was never measured."""


class Rolling:
    """
    The last 200 durations.
    """

    def __init__(self, start_s: float) -> None:
        self._start_s = start_s
        self._seen: deque[float] = deque(maxlen=_KEPT)

    def add(self, seconds: float) -> None:
        """One more."""
        self._seen.append(seconds)

    @property
    def p99(self) -> timedelta:
        """What 99 of 100 stayed within; the start value until there are any."""
        if not self._seen:
            return timedelta(seconds=self._start_s)
        ordered = sorted(self._seen)
        return timedelta(seconds=ordered[ceil(len(ordered) * 0.99) - 1])


class Latency:
    """
    What the bidder's own reads and bids took, the wait for their turn included.
    """

    def __init__(self) -> None:
        self.reads, self.submits = Rolling(0.3), Rolling(0.5)

    def safe_lead(self, width: timedelta | None) -> timedelta:
        """
        The shortest time before a close at which a bid still survives a take-over.

        2 x read p99 + submit p99 + width of the site's clock + take-over, at least 3 s and at most 30 s (an extension's length).
        """
        lead = 2 * self.reads.p99 + self.submits.p99 + (UNKNOWN_WIDTH if width is None else width) + TAKE_OVER
        return min(max(lead, _LEAST), _MOST)
