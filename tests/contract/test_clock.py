"""Every clock keeps the same promises, the machine's and the one moved by hand."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bidwright import Clock, SystemClock
from bidwright.clock import from_ms, to_ms
from bidwright.testing import HandClock


class ClockContract:
    """
    What whoever is handed a clock relies on.
    """

    clock: Clock

    async def pass_time(self, seconds: float) -> None:
        raise NotImplementedError

    async def test_now_is_aware_utc(self) -> None:
        """
        No naive times.
        """
        assert timedelta(0) == self.clock.now().utcoffset()

    async def test_sleep_lasts_at_least_as_long_as_asked(self) -> None:
        """
        Whoever must not act before T can rely on it.
        """
        begun = self.clock.monotonic()
        sleeper = asyncio.create_task(self.clock.sleep(0.02))
        await self.pass_time(0.05)
        await sleeper

        assert self.clock.monotonic() - begun >= 0.02

    async def test_sleeping_no_time_returns(self) -> None:
        """
        A moment that has passed is not waited for.
        """
        await self.clock.sleep(0)
        await self.clock.sleep(-1)

    async def test_a_cancelled_sleeper_harms_nobody(self) -> None:
        """
        Others still wake.
        """
        gone = asyncio.create_task(self.clock.sleep(0.01))
        other = asyncio.create_task(self.clock.sleep(0.02))
        await asyncio.sleep(0)
        gone.cancel()
        await self.pass_time(0.05)
        await other

        assert gone.cancelled()


class TestSystemClock(ClockContract):
    """
    The machine's own time.
    """

    clock = SystemClock()

    async def pass_time(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class TestHandClock(ClockContract):
    """
    The clock that tests move.
    """

    @pytest.fixture(autouse=True)
    def _make(self) -> None:
        self.clock: HandClock = HandClock()

    async def pass_time(self, seconds: float) -> None:
        await asyncio.sleep(0)
        self.clock.advance(seconds)

    async def test_sleepers_wake_in_order(self) -> None:
        """
        Whoever asked for less wakes first, in one move.
        """
        woken: list[float] = []

        async def nap(seconds: float) -> None:
            await self.clock.sleep(seconds)
            woken.append(seconds)

        naps = [asyncio.create_task(nap(s)) for s in (3, 1, 2)]
        await asyncio.sleep(0)
        self.clock.advance(5)
        await asyncio.gather(*naps)

        assert [1, 2, 3] == woken

    async def test_a_step_of_the_wall_clock_lets_no_time_pass(self) -> None:
        """
        An administrator sets the clock; nobody has waited for it.
        """
        before, elapsed = self.clock.now(), self.clock.monotonic()
        self.clock.step(-3600)

        assert (before - timedelta(hours=1), elapsed) == (self.clock.now(), self.clock.monotonic())

    async def test_time_is_not_turned_back(self) -> None:
        """
        Moving to a moment that has passed does nothing; a negative advance is a mistake.
        """
        before = self.clock.now()
        self.clock.move_to(before - timedelta(seconds=5))
        assert before == self.clock.now()
        with pytest.raises(ValueError, match="forward"):
            self.clock.advance(-1)


def test_milliseconds_there_and_back() -> None:
    """
    The wire's times and ours are the same moment.
    """
    moment = datetime(2026, 9, 21, 14, 53, 50, 123000, UTC)

    assert moment == from_ms(to_ms(moment))
