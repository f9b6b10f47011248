"""The owner's own words about lots, kept in Redis under ``bw:notes``."""

from __future__ import annotations

from typing import Any

import msgspec
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bidwright.clock import Clock, to_ms
from bidwright.errors import BadInput, Conflict, StoreDown

LONGEST = 2000
MOST = 2000


class Note(msgspec.Struct, frozen=True):
    """
    *text*, written at *at* (Unix ms; 0: never).
    """

    text: str = ""
    at: int = 0


class Notes:
    """
    One note per lot. Every function raises StoreDown.
    """

    def __init__(self, redis: Redis, clock: Clock, prefix: str = "bw:") -> None:
        self._redis: Any = redis
        self._clock, self._key = clock, f"{prefix}notes"

    async def of(self, lot_id: str) -> Note:
        """The note on a lot; an empty one where there is none, or it cannot be read."""
        try:
            text = await self._redis.hget(self._key, lot_id)
        except RedisError as error:
            raise StoreDown(str(error)) from error
        try:
            return msgspec.json.decode(text, type=Note) if text else Note()
        except (msgspec.DecodeError, msgspec.ValidationError):
            return Note()

    async def keep(self, lot_id: str, text: object) -> Note:
        """Write it; an empty one takes it away. Raises BadInput, Conflict."""
        if not isinstance(text, str) or len(text) > LONGEST:
            raise BadInput(f'"text" must be a text of at most {LONGEST} characters.', "text")
        note = Note(text.strip(), to_ms(self._clock.now()))
        try:
            if not note.text:
                await self._redis.hdel(self._key, lot_id)
                return Note()
            if await self._redis.hlen(self._key) >= MOST and not await self._redis.hexists(self._key, lot_id):
                raise Conflict(f"There are {MOST} notes already; empty one first.")
            await self._redis.hset(self._key, lot_id, msgspec.json.encode(note))
        except RedisError as error:
            raise StoreDown(str(error)) from error
        return note
