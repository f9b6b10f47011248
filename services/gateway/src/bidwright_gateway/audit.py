"""The audit: who changed what and when (``bw:audit``, the newest 10 000), without amounts of secrets or bodies."""

from __future__ import annotations

from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bidwright.clock import Clock, to_ms
from bidwright.errors import StoreDown
from bidwright_gateway import clean

MOST = 10_000
UNTOLD = frozenset({"/api/auth/validate", "/api/strategies/try"})
"""These change nothing, whatever their method."""


class Audit:
    """
    A log of changes in Redis; one that cannot be written never stops what it is about.
    """

    def __init__(self, redis: Redis, clock: Clock, prefix: str = "bw:") -> None:
        self._redis: Any = redis
        self._clock, self._key = clock, f"{prefix}audit"

    async def note(self, by: str, what: str, status: int) -> None:
        """*by* did *what* (a method and a path, or a request of the WebSocket) and was answered *status*."""
        row = {"at": str(to_ms(self._clock.now())), "by": clean.text(by, 80), "what": clean.text(what, 200), "status": str(status)}
        try:
            await self._redis.xadd(self._key, row, maxlen=MOST, approximate=True)
        except RedisError:
            return

    async def page(self, before: str, most: int) -> list[dict[str, Any]]:
        """The newest *most* entries, older than the entry *before* if that is named. Raises StoreDown."""
        try:
            rows = await self._redis.xrevrange(self._key, max=f"({before}" if before else "+", count=most)
        except RedisError as error:
            raise StoreDown(str(error)) from error
        return [_row(str(entry), fields) for entry, fields in rows]


def _row(entry: str, fields: dict[str, str]) -> dict[str, Any]:
    """An entry as clients see it; those that others wrote may have more fields."""
    at = fields.get("at", "")
    known = {
        "id": entry,
        "at": int(at) if at.isdecimal() else int(entry.split("-", 1)[0]),
        "by": clean.text(fields.get("by"), 80),
        "what": clean.text(fields.get("what"), 200),
        "status": int(fields["status"]) if fields.get("status", "").isdecimal() else None,
    }
    return {**known, "more": {clean.text(k, 40): clean.text(v, 300) for k, v in fields.items() if k not in known}}
