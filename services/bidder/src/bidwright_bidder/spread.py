"""Spread: planned instants that collide are moved to earlier ones, so that each can be served within the request budget."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from redis.asyncio import Redis

from bidwright import Clock
from bidwright.clock import to_ms
from bidwright.runtime import shortage
from bidwright.runtime.site_time import SiteTime

REQUESTS_PER_CLOSE = 3
"""A decided close takes about three requests: a read, the bid, a read after it."""
GATE = 1.4
"""The gate lets a request through every 1.4/rate seconds, so that no second at the site's door holds more than the rate."""
_WITHIN = timedelta(minutes=10)
_FRESH_S = 1.0
_FIELDS = ("armed", "status", "leading", "next_bid", "cap", "strategy")


def gap_ms(requests_per_second: float) -> float:
    """The time that one decided close takes of the request budget: 3 requests x 1.4 / rate; 420 ms at 10/s, 2.1 s at 2/s."""
    return REQUESTS_PER_CLOSE * GATE / requests_per_second * 1000


def spread(closes: Iterable[tuple[int, str]], gap: float) -> dict[str, int]:
    """
    How many ms earlier each lot should act, given (close in Unix ms, lot id) of all that will.

    From the last close to the first, each lot gets the latest slot that is not after its own close and at least *gap* ms before the
    slot of the lot behind it; ties go by id, so every replica comes to the same plan. Lots that are far enough apart are not moved.
    """
    slot = float("inf")
    earlier = {}
    for close, lot_id in sorted(closes, reverse=True):
        slot = min(float(close), slot - gap)
        earlier[lot_id] = round(close - slot)
    return earlier


class Spread:
    """
    The plan for all lots that close within ten minutes, worked out anew at most once a second.
    """

    def __init__(self, redis: Redis, clock: Clock, site_time: SiteTime, *, prefix: str = "bw:") -> None:
        self._redis: Any = redis
        self._clock, self._site_time, self._prefix = clock, site_time, prefix
        self._earlier: Mapping[str, int] = {}
        self._worked_out = float("-inf")
        self.requests_per_second = 2.0
        self.short = False
        """Whether more looks are wished than the budget lets through, as the poller says."""

    def earlier(self, lot_id: str) -> timedelta:
        """How much earlier than planned the lot should act."""
        return timedelta(milliseconds=self._earlier.get(lot_id, 0))

    async def refresh(self) -> None:
        """Work the plan out if it is old. Raises redis errors."""
        if self._clock.monotonic() - self._worked_out < _FRESH_S:
            return
        self.short = await shortage.heard(self._redis, self._prefix) > 0
        now = self._site_time.now()
        rows = await self._redis.zrange(f"{self._prefix}lots", to_ms(now), to_ms(now + _WITHIN), byscore=True, withscores=True)
        async with self._redis.pipeline(transaction=False) as pipe:
            for lot_id, _ in rows:
                pipe.hmget(f"{self._prefix}lot:{lot_id}", _FIELDS)
            details = await pipe.execute()
        acting = [
            (int(close), str(lot_id))
            for (lot_id, close), detail in zip(rows, details, strict=True)
            if _will_act(dict(zip(_FIELDS, detail, strict=True)))
        ]
        self._earlier = spread(acting, gap_ms(self.requests_per_second))
        self._worked_out = self._clock.monotonic()


def _will_act(lot: Mapping[str, str | None]) -> bool:
    """Whether a lot may need a bid at its close: armed, open, not led, and its next bid within the limit."""
    affordable = 0 < float(lot["next_bid"] or 0) <= float(lot["cap"] or 0)
    wanted = lot["armed"] == "1" and lot["strategy"] != "manual"
    return wanted and affordable and lot["status"] == "open" and lot["leading"] != "1"
