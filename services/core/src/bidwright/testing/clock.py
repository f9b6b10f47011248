"""A clock moved by hand."""

from __future__ import annotations

import asyncio
import heapq
from datetime import UTC, datetime, timedelta
from itertools import count


class HandClock:
    """
    Stands still until told to move; sleepers wake in order as it passes them.

    Keeps the same promises as SystemClock (tests/contract/test_clock.py).
    """

    def __init__(self, start: datetime | None = None) -> None:
        self._now = start or datetime(2026, 9, 21, 14, 0, tzinfo=UTC)
        self._elapsed = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._ticket = count()

    def now(self) -> datetime:
        """The wall clock, aware, in UTC."""
        return self._now

    def monotonic(self) -> float:
        """Seconds since this clock was made, not counting steps of the wall clock."""
        return self._elapsed

    async def sleep(self, seconds: float) -> None:
        """Return once the clock was moved at least *seconds* on; at once when *seconds* is not positive."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        waiter = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._elapsed + seconds, next(self._ticket), waiter))
        await waiter

    def advance(self, seconds: float) -> None:
        """Move on by *seconds* at once and wake whoever slept until then."""
        if seconds < 0:
            raise ValueError("time is moved forward; use step() to change the wall clock")
        self._elapsed += seconds
        self._now += timedelta(seconds=seconds)
        while self._sleepers and self._sleepers[0][0] <= self._elapsed:
            waiter = heapq.heappop(self._sleepers)[2]
            if not waiter.done():
                waiter.set_result(None)

    def move_to(self, moment: datetime) -> None:
        """Move on to *moment*; does nothing when it has passed."""
        self.advance(max(0.0, (moment - self._now).total_seconds()))

    def step(self, seconds: float) -> None:
        """Set the wall clock off by *seconds* without any time passing, as an administrator or NTP might."""
        self._now += timedelta(seconds=seconds)
