"""The scout: of all replicas of the poller one listens to live events and reads the account's list. Two would only cost requests."""

from __future__ import annotations

from typing import Any

from redis.asyncio import Redis

from bidwright import Clock

_LEASE_MS = 5000
_RENEW_S = 1.5


class Scout:
    """
    A short lease on the role, renewed by whoever holds it; it guards nothing.
    """

    def __init__(self, redis: Redis, name: str, clock: Clock, prefix: str = "bw:") -> None:
        self._redis: Any = redis
        self._name, self._key, self._clock = name, f"{prefix}live:holder", clock
        self._held_until = float("-inf")

    async def holds(self) -> bool:
        """Whether this replica is the scout now, taking the role when nobody has it. Raises redis errors."""
        now = self._clock.monotonic()
        if now < self._held_until:
            return True
        holder = await self._redis.set(self._key, self._name, nx=True, get=True, px=_LEASE_MS)
        if holder == self._name:
            await self._redis.pexpire(self._key, _LEASE_MS)
        held = holder in (None, self._name)
        if held:
            self._held_until = now + _RENEW_S
        return held
