"""Aim: requests that reach the site just when its second changes, so that a few of them tell its time to some milliseconds."""

from __future__ import annotations

from typing import Any

from redis.asyncio import Redis

from bidwright import Clock
from bidwright.clock import to_ms
from bidwright.errors import BidwrightError
from bidwright.runtime.logging import get_logger
from bidwright.runtime.pace import pause
from bidwright_nellis_proxy.site import Site

log = get_logger(__name__)
WANTED_S = 0.25
"""Narrow enough: a timed bid needs 300 ms."""
_SOON_MS = 150_000
_LOOK_S, _LEASE_MS = 0.5, 400
_AMONG = 50


class Aim:
    """
    Works only while an armed lot closes within two and a half minutes and the clock is not known well enough.
    """

    def __init__(self, site: Site, redis: Redis, clock: Clock, prefix: str = "bw:") -> None:
        self._site, self._clock, self._prefix = site, clock, prefix
        self._redis: Any = redis

    async def step(self) -> None:
        """One step of the loop: at most one request. Raises redis errors."""
        await pause(self._clock, _LOOK_S)
        if self._narrow or not await self._needed():
            return
        if not await self._redis.set(f"{self._prefix}aim", "1", nx=True, px=_LEASE_MS):
            return
        await self._clock.sleep(self._site.site_clock.until_boundary(self._clock.monotonic()))
        try:
            await self._site.touch()
        except BidwrightError as error:
            log.debug("aim.missed", error=str(error))

    @property
    def _narrow(self) -> bool:
        offset = self._site.site_clock.offset(self._clock.monotonic(), self._clock.now())
        return offset is not None and (offset.width_ms <= WANTED_S * 1000 or not offset.trusted)

    async def _needed(self) -> bool:
        offset = self._site.site_clock.offset(self._clock.monotonic(), self._clock.now())
        site_ms = to_ms(self._clock.now()) + (offset.hi_ms if offset else 0)
        ids = await self._redis.zrange(f"{self._prefix}lots", round(site_ms), round(site_ms + _SOON_MS), byscore=True, offset=0, num=_AMONG)
        async with self._redis.pipeline(transaction=False) as pipe:
            for lot_id in ids:
                pipe.hget(f"{self._prefix}lot:{lot_id}", "armed")
            return "1" in await pipe.execute()
