"""Time is handed in: production passes SystemClock, tests a clock that is moved by hand."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """
    What everything that looks at the time is given.
    """

    def now(self) -> datetime:
        """The wall clock, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that never step and go on through suspend; only differences mean something."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return once at least *seconds* have passed on this clock."""
        ...


class SystemClock:
    """
    The machine's own time.
    """

    def now(self) -> datetime:
        """The wall clock, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """CLOCK_BOOTTIME where there is one: unlike CLOCK_MONOTONIC it runs on through suspend."""
        if hasattr(time, "CLOCK_BOOTTIME"):
            return time.clock_gettime(time.CLOCK_BOOTTIME)
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Sleep, and look at the clock again after waking: uvloop fires up to a millisecond early."""
        import asyncio  # noqa: PLC0415 - a strategy host, started for every plugin, never waits, and starts sooner without it

        end = self.monotonic() + seconds
        while (left := end - self.monotonic()) > 0:  # noqa: ASYNC110 - waits for a time, not for an event
            await asyncio.sleep(left)


def to_ms(moment: datetime) -> int:
    """Unix milliseconds of an aware datetime."""
    return round(moment.timestamp() * 1000)


def from_ms(ms: float) -> datetime:
    """The aware UTC datetime of Unix milliseconds."""
    return datetime.fromtimestamp(ms / 1000, UTC)
