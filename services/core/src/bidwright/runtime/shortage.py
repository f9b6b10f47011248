"""Shortage of the request budget: worked out by the poller, heeded by the bidder."""

from __future__ import annotations

from typing import Any

from redis.asyncio import Redis

_TTL_MS = 6000


async def tell(redis: Redis, missing: float, prefix: str = "bw:") -> None:
    """Say that *missing* looks per second are wished and cannot be made; forgotten after six seconds. Raises redis errors."""
    if missing > 0:
        await redis.set(f"{prefix}short", f"{missing:.2f}", px=_TTL_MS)


async def heard(redis: Redis, prefix: str = "bw:") -> float:
    """Looks per second that are missing, as said lately; 0 when all wishes can be met. Raises redis errors."""
    client: Any = redis
    return float(await client.get(f"{prefix}short") or 0)
