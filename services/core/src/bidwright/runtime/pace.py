"""Pauses that end together: a machine on which nothing happens is woken four times a second for everything, not once for each loop."""

from __future__ import annotations

import math

from bidwright.clock import Clock

BEAT_S = 0.25
"""Between two instants at which pauses end, counted on the machine's own clock, so that all processes on it share them."""


def until_beat(clock: Clock, seconds: float) -> float:
    """
    How long to sleep so as to wake with the others, in seconds: up to the last beat within *seconds*, and never longer than that.
    A pause shorter than a beat is left as it is.
    """
    if seconds < BEAT_S:
        return seconds
    now = clock.monotonic()
    return math.floor((now + seconds) / BEAT_S) * BEAT_S - now


async def pause(clock: Clock, seconds: float) -> None:
    """Sleep *seconds*, or up to a beat less: see ``until_beat``. For looks that are made again and again, not for instants that count."""
    await clock.sleep(until_beat(clock, seconds))
