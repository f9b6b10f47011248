"""Site time: the local clock plus the offset that nellis-proxy measured, as an interval that contains the truth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from redis.asyncio import Redis

from bidwright.clock import Clock

_FRESH_S = 1.0
EXACT_MS = 300.0
"""A clock that is known less well does not time a bid."""


@dataclass(frozen=True, slots=True)
class Offset:
    """
    Site time minus local wall time lies between *lo_ms* and *hi_ms*. Not *trusted*: the site's answers contradict each other.
    """

    lo_ms: float
    hi_ms: float
    trusted: bool = True

    @property
    def width_ms(self) -> float:
        """How little is known."""
        return self.hi_ms - self.lo_ms


async def publish(redis: Redis, offset: Offset, at_ms: int, prefix: str = "bw:") -> None:
    """Share what a proxy measured at the local wall time *at_ms*; the newest measurement stands."""
    mapping: dict[Any, Any] = {
        "lo_ms": f"{offset.lo_ms:.1f}",
        "hi_ms": f"{offset.hi_ms:.1f}",
        "at_ms": at_ms,
        "trusted": int(offset.trusted),
    }
    await redis.hset(f"{prefix}clock", mapping=mapping)


async def read(redis: Redis, prefix: str = "bw:") -> Offset | None:
    """What was measured last, or None when nothing was."""
    got: Any = await redis.hmget(f"{prefix}clock", ["lo_ms", "hi_ms", "trusted"])
    return Offset(float(got[0]), float(got[1]), got[2] != "0") if got[0] and got[1] else None


class SiteTime:
    """
    The site's own time as the newest offset gives it; the offset is looked up at most once a second.
    """

    def __init__(self, redis: Redis, clock: Clock, prefix: str = "bw:") -> None:
        self._redis, self._clock, self._prefix = redis, clock, prefix
        self._offset: Offset | None = None
        self._looked = float("-inf")

    async def refresh(self) -> Offset | None:
        """Look the offset up if the last look is old. Raises redis errors."""
        if self._clock.monotonic() - self._looked >= _FRESH_S:
            self._offset = await read(self._redis, self._prefix)
            self._looked = self._clock.monotonic()
        return self._offset

    def now(self) -> datetime:
        """The latest that it may be at the site: decisions by it are never too late because of the clock."""
        return self._clock.now() + timedelta(milliseconds=self._offset.hi_ms if self._offset else 0.0)

    @property
    def exact(self) -> bool:
        """Whether a bid may be timed by it: it is narrow, or its width is reckoned with because nothing narrower can be had."""
        return self._offset is None or not self._offset.trusted or self._offset.width_ms <= EXACT_MS

    @property
    def width(self) -> timedelta | None:
        """How little is known, or None when nothing was measured yet."""
        return timedelta(milliseconds=self._offset.width_ms) if self._offset else None
