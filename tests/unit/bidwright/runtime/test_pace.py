"""Pauses that end together."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from bidwright.runtime.pace import BEAT_S, pause, until_beat
from bidwright.testing import HandClock

TINY = 1e-6


@given(st.floats(0, 1e7), st.floats(BEAT_S, 3600))
def test_a_pause_is_never_longer_than_asked_and_ends_on_a_beat(already, seconds):
    """Nor is it nothing, with which a loop would spin; what it is short of is less than a beat."""
    clock = HandClock()
    clock.advance(already)
    nap = until_beat(clock, seconds)
    assert 0 < nap <= seconds + TINY
    assert nap > seconds - BEAT_S - TINY
    beats = (clock.monotonic() + nap) / BEAT_S
    assert abs(beats - round(beats)) < TINY / BEAT_S


@given(st.floats(0, 1e7), st.floats(0, BEAT_S, exclude_max=True))
def test_a_pause_shorter_than_a_beat_is_left_as_it_is(already, seconds):
    """An instant that counts is not moved."""
    clock = HandClock()
    clock.advance(already)
    assert seconds == until_beat(clock, seconds)


async def test_loops_that_began_at_different_instants_wake_at_the_same():
    """One began at an eighth of a second and pauses 0.45 s, one at a quarter and pauses 0.3 s: both wake at half a second."""
    clock, woken = HandClock(), dict[str, float]()

    async def loop(name, seconds):
        await pause(clock, seconds)
        woken[name] = clock.monotonic()

    waits = []
    for name, seconds in [("one", 0.45), ("other", 0.3)]:
        clock.advance(0.125)
        waits.append(asyncio.create_task(loop(name, seconds)))
        await asyncio.sleep(0)
    for _ in range(8):
        clock.advance(0.0625)  # what a float has exactly
        await asyncio.sleep(0)
    await asyncio.gather(*waits)
    assert {"one": 0.5, "other": 0.5} == woken
