"""Demand: how often all lots together want to be looked at, and what gives way when the budget does not allow it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from redis.asyncio import Redis

from bidwright import Glance, Schedule
from bidwright.clock import to_ms
from bidwright.runtime.site_time import SiteTime
from bidwright_poller.rounds import PART, took_part

MOST = 8.0
"""A band of lots is stretched this much before the next nearer one gives way."""
SHARE = 0.8
"""The part of the request budget that looks may plan with."""
GATE = 1.4
"""The gate lets a request through every 1.4/rate seconds, so that no second at the site's door holds more than the rate."""
REQUESTS_PER_CLOSE = 3
"""A decided close takes about three requests: a read, the bid, a read after it."""
_DETAIL = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Stretch:
    """
    Factors by which pauses grow, by pause. *shortfall* is what is wished but not served, in looks per second.
    """

    factors: Mapping[float, float] = field(default_factory=dict)
    shortfall: float = 0.0

    def __call__(self, pause: float) -> float:
        """The pause in seconds that the budget allows instead of *pause*."""
        if pause in self.factors:
            return pause * self.factors[pause]
        nearer = [known for known in self.factors if known <= pause]
        return pause * (self.factors[max(nearer)] if nearer else 1.0)


def stretch(pauses: Iterable[float], capacity: float) -> Stretch:
    """
    Fit looks with the given *pauses* (seconds, one per lot) into *capacity* (looks per second).

    Lots with the longest pause, those that close farthest off, give way first: their pause grows up to 8 times. If that is not enough
    the next shorter pause gives way in the same manner. If all have, every pause grows alike by what is left.
    """
    counts = Counter(pauses)
    demand = sum(number / pause for pause, number in counts.items())
    excess = max(0.0, demand - capacity)
    shortfall, factors = excess, {}
    for pause in sorted(counts, reverse=True):
        rate = counts[pause] / pause
        cut = min(excess, rate * (1 - 1 / MOST))
        factors[pause] = rate / (rate - cut)
        excess -= cut
    if excess > 0:
        factors = {pause: factor * (capacity + excess) / capacity for pause, factor in factors.items()}
    return Stretch(factors, shortfall)


def capacity(requests_per_second: float, *, closing: int, cover: float) -> float:
    """
    Looks per second that may be planned.

    80 % of what the gate lets through, less three requests for each armed lot that closes within the minute (*closing*), but never less
    than a fifth; times *cover*, how many lots one request covers.
    """
    gate = requests_per_second / GATE
    return max(SHARE * gate - closing * REQUESTS_PER_CLOSE / 60, gate / 5) * cover


class Demand:
    """
    All lots' wishes, looked up every few seconds.
    """

    def __init__(self, redis: Redis, site_time: SiteTime, schedule: Schedule, *, prefix: str = "bw:") -> None:
        self._redis: Any = redis
        self._site_time, self._schedule, self._prefix = site_time, schedule, prefix
        self.stretch = Stretch()

    async def refresh(self, requests_per_second: float, cover: float, *, rounds: bool = False) -> Stretch:
        """Look all lots' close times up and work the stretch out anew; with *rounds* lots of ours cost no looks. Raises redis errors."""
        rows = await self._redis.zrange(f"{self._prefix}lots", 0, -1, withscores=True)
        now = self._site_time.now()
        soon = to_ms(now + _DETAIL)
        near = [str(lot_id) for lot_id, close in rows if close <= soon]
        async with self._redis.pipeline(transaction=False) as pipe:
            for lot_id in near:
                pipe.hmget(f"{self._prefix}lot:{lot_id}", ("armed", "x:extended", *PART))
            details = dict(zip(near, await pipe.execute(), strict=True)) if near else {}
        pauses, closing = [], 0
        for lot_id, close in rows:
            armed, extended, high, mode, participated = details.get(str(lot_id), (None,) * 5)
            to_close = None if close == float("inf") else timedelta(milliseconds=close - to_ms(now))
            glance = Glance(to_close=to_close, armed=armed == "1", extended=extended == "1", lot_id=str(lot_id))
            if not (rounds and took_part(int(high or 0), mode or "", participated or "")):
                pauses.append(self._schedule.next_look(glance).total_seconds())
            closing += glance.armed and to_close is not None and timedelta(0) < to_close <= timedelta(minutes=1)
        self.stretch = stretch((pause for pause in pauses if pause > 0), capacity(requests_per_second, closing=closing, cover=cover))
        return self.stretch
