"""Waiting for whichever comes first: a bell or a time on the clock that was handed in."""

from __future__ import annotations

import asyncio

from bidwright import Clock


async def bell_or(bell: asyncio.Event, clock: Clock, seconds: float) -> bool:
    """Wait for *bell*, at most *seconds*; True when it rang. Clears it."""
    rung = asyncio.ensure_future(bell.wait())
    nap = asyncio.ensure_future(clock.sleep(seconds))
    try:
        await asyncio.wait({rung, nap}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        rung.cancel()
        nap.cancel()
        await asyncio.gather(rung, nap, return_exceptions=True)
    came = bell.is_set()
    bell.clear()
    return came
