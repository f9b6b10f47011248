"""Demand: how often all lots together want to be looked at, and what gives way when the budget does not allow it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
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
WITNESSES = 2
"""Pages that the end of a lot takes on which nothing of ours stands: two reads, at least a second apart."""
_SOON_AFTER_S = 3.0
_DETAIL, _SOON = timedelta(minutes=15), timedelta(minutes=1)
_KNOWN = "(+inf"
"""Where closes end that are known."""
_FAR_ANEW = timedelta(seconds=30)
"""What lots farther off want is reckoned anew this often, or when there are more or fewer: it changes slowly, and they are many."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """
    Factors by which pauses grow, by pause. *shortfall* is what is wished but not served, in looks per second. *crowded*: what looks leave
    is not enough for two pages soon after each end.
    """

    factors: Mapping[float, float] = field(default_factory=dict)
    shortfall: float = 0.0
    crowded: bool = False

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


def capacity(requests_per_second: float, *, closing: int, cover: float, ends: float = 0.0) -> float:
    """
    Looks per second that may be planned.

    80 % of what the gate lets through, less three requests for each armed lot that closes within the minute (*closing*), and the requests
    a second that *ends* of others take, but never less than a fifth; times *cover*, how many lots one request covers.
    """
    gate = requests_per_second / GATE
    return max(SHARE * gate - closing * REQUESTS_PER_CLOSE / 60 - ends, gate / 5) * cover


def crowded(ends: Sequence[float], requests_per_second: float) -> bool:
    """
    Whether two pages for each of *ends*, closes that lie so many seconds ahead (below 0: they wait already), the soonest first, do not fit.

    They do when, for each of them, those of all that close until then can be made within three seconds after it, at so many requests a
    second.
    """
    return any(WITNESSES * number > requests_per_second * (max(at, 0.0) + _SOON_AFTER_S) for number, at in enumerate(ends, 1))


class Demand:
    """
    All lots' wishes, looked up every few seconds.
    """

    def __init__(self, redis: Redis, site_time: SiteTime, schedule: Schedule, *, prefix: str = "bw:") -> None:
        self._redis: Any = redis
        self._site_time, self._schedule, self._prefix = site_time, schedule, prefix
        self.stretch = Stretch()
        self._far: list[float] = []
        self._far_of, self._far_until = -1, datetime.min.replace(tzinfo=UTC)

    def forget(self) -> None:
        """The schedule is another one: what far lots want is reckoned anew."""
        self._far_of = -1

    async def refresh(self, requests_per_second: float, cover: float, *, rounds: bool = False, lists: bool = False) -> Stretch:
        """
        Look all lots' close times up and work the stretch out anew. A lot of which no close is known wants one look, and asks no other to
        give way for long. With *rounds* lots of ours cost no looks, with *lists* of open lots an end in a crowd takes one page.

        Raises redis errors.
        """
        now, key = self._site_time.now(), f"{self._prefix}lots"
        soon = to_ms(now + _DETAIL)
        near = await self._redis.zrange(key, "-inf", soon, byscore=True, withscores=True)
        async with self._redis.pipeline(transaction=False) as pipe:
            for lot_id, _ in near:
                pipe.hmget(f"{self._prefix}lot:{lot_id}", ("armed", "x:extended", *PART))
            details = await pipe.execute() if near else []
        pauses, closing, ends = list(await self._far_pauses(key, soon, now)), 0, list[float]()
        for (lot_id, close), (armed, extended, high, mode, participated) in zip(near, details, strict=True):
            to_close = timedelta(milliseconds=close - to_ms(now))
            if not (rounds and took_part(int(high or 0), mode or "", participated or "")):
                pauses.append(self._pause(str(lot_id), to_close, armed=armed == "1", extended=extended == "1"))
            closing += armed == "1" and timedelta(0) < to_close <= _SOON
            if armed != "1" and to_close <= _SOON:
                ends.append(to_close.total_seconds())
        pauses = [pause for pause in pauses if pause > 0]
        left = capacity(requests_per_second, closing=closing, cover=1.0) - sum(1 / pause for pause in pauses) / cover
        many = crowded(ends, max(0.0, left))
        pages = len(ends) / _SOON.total_seconds() * (1 if many and lists else WITNESSES)
        self.stretch = replace(stretch(pauses, capacity(requests_per_second, closing=closing, cover=cover, ends=pages)), crowded=many)
        return self.stretch

    async def _far_pauses(self, key: str, soon: int, now: datetime) -> list[float]:
        of = int(await self._redis.zcount(key, "-inf", _KNOWN))
        if of != self._far_of or now >= self._far_until:
            rows = await self._redis.zrange(key, f"({soon}", _KNOWN, byscore=True, withscores=True)
            self._far = [self._pause(str(lot_id), timedelta(milliseconds=close - to_ms(now))) for lot_id, close in rows]
            self._far_of, self._far_until = of, now + _FAR_ANEW
        return self._far

    def _pause(self, lot_id: str, to_close: timedelta, *, armed: bool = False, extended: bool = False) -> float:
        return self._schedule.next_look(Glance(to_close=to_close, armed=armed, extended=extended, lot_id=lot_id)).total_seconds()
