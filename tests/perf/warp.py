"""A loop whose clock stands while anybody works and leaps to the next instant that somebody sleeps for: an evening passes in minutes."""

import asyncio
import heapq
import selectors
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

_LEAST_S = 1e-6
"""What is left of a pause after rounding must not be too little to move this clock: whoever waits for it would ask again for ever."""
_START = datetime(2026, 9, 21, 14, 0, tzinfo=UTC)


class Warp:
    """
    The clock; keeps the promises of SystemClock.
    """

    def __init__(self) -> None:
        self._elapsed = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._ticket = count()

    def now(self) -> datetime:
        """The wall clock, aware, in UTC."""
        return _START + timedelta(seconds=self._elapsed)

    def monotonic(self) -> float:
        """Seconds since this clock was made."""
        return self._elapsed

    async def sleep(self, seconds: float) -> None:
        """Return at the instant *seconds* from now."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        waiter = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._elapsed + max(seconds, _LEAST_S), next(self._ticket), waiter))
        await waiter

    def leap(self) -> bool:
        """Go to the next instant that somebody sleeps for and wake who does. False: nobody sleeps."""
        while self._sleepers:
            at, _, waiter = heapq.heappop(self._sleepers)
            if not waiter.done():
                self._elapsed = max(self._elapsed, at)
                waiter.set_result(None)
                return True
        return False


class _Ear(selectors.DefaultSelector):
    """
    Asked only when nothing can go on: then either an answer of the store is awaited, or everybody sleeps.
    """

    def __init__(self, clock: Warp) -> None:
        super().__init__()
        self._clock = clock
        self.awaited: Callable[[], bool] = lambda: True

    def select(self, timeout=None):
        """As usual while something is ready or awaited; otherwise time passes."""
        events = super().select(0)
        if events or timeout == 0:
            return events
        if not self.awaited() and self._clock.leap():
            return []
        return super().select(timeout)


class Leaping:
    """
    A runner of such a loop. *awaited*, once it is set, says whether the store owes anybody an answer; until then time stands.
    """

    def __init__(self) -> None:
        self.clock = Warp()
        self._ear = _Ear(self.clock)
        self.runner = asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(self._ear))

    def wait_for(self, awaited: Callable[[], bool]) -> None:
        """Let time pass whenever *awaited* says no."""
        self._ear.awaited = awaited
