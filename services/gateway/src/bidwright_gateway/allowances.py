"""Allowances: the owner's usual limits for a day and a week, kept under ``bw:allowances``; each new day and week begins with them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bidwright.errors import StoreDown
from bidwright.transitions import Transitions
from bidwright_gateway.scopes import DAY, WEEK

KINDS = (DAY, WEEK)


class Allowances:
    """
    Reads, changes and applies them; all amounts in all-in cents, None is no limit.
    """

    def __init__(self, redis: Redis, transitions: Transitions, prefix: str = "bw:") -> None:
        self._redis: Any = redis
        self._transitions = transitions
        self._key = f"{prefix}allowances"

    async def read(self) -> dict[str, int | None]:
        """Both limits. Raises StoreDown."""
        try:
            stored = await self._redis.hmget(self._key, KINDS)
        except RedisError as error:
            raise StoreDown(str(error)) from error
        return {kind: int(text) if text and text.isdecimal() else None for kind, text in zip(KINDS, stored, strict=True)}

    async def change(self, kind: str, cents: int | None) -> None:
        """Set the limit that new days or weeks get. Raises StoreDown."""
        try:
            await self._redis.hset(self._key, kind, "none" if cents is None else str(cents))
        except RedisError as error:
            raise StoreDown(str(error)) from error

    async def open(self, scopes: Iterable[str]) -> None:
        """Give days and weeks among *scopes* that are named for the first time their limit. Raises StoreDown."""
        usual = await self.read()
        for scope in scopes:
            limit = usual.get(scope.split(":", 1)[0])
            if limit is not None:
                await self._transitions.budget(scope, limit, only_new=True)
