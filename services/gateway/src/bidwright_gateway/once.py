"""
Once: a change that carries an ``Idempotency-Key`` happens once, and whoever asks again gets the same answer (``bw:idem:*``).

Answers are kept for a day. One that says "ask again" (5xx, 429) is not: nothing was changed then, or the receipt tells.

While a change is under way its gateway keeps repeats away by a short lease, renewed until the answer is known. When that gateway dies, or
Redis goes away, whoever asks again is soon served by another one; the transitions know the key as well, so nothing happens twice.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import msgspec
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bidwright.errors import BadInput, BidwrightError, StoreDown
from bidwright.runtime.service import end
from bidwright_gateway.errors import KeyUsed, UnderWay

KEPT_MS = 86_400_000
LEASE_MS = 3000
"""For how long an answer that never comes keeps repeats away."""
_RENEW_S = 0.75
_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_TEMPORARY = frozenset({429, 425, 408})


class Kept(msgspec.Struct):
    """
    What is remembered of a change: what it asked, and once it is known the answer.
    """

    asked: str
    status: int = 0
    body: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """
    An HTTP status and a JSON text; *repeated* when it was given before.
    """

    status: int
    body: bytes
    repeated: bool = False


class Once:
    """
    Runs a change, unless the same was asked before.
    """

    def __init__(self, redis: Redis, prefix: str = "bw:") -> None:
        self._redis: Any = redis
        self._prefix = f"{prefix}idem:"

    async def run(self, key: str, caller: str, asked: bytes, work: Callable[[], Awaitable[Answer]]) -> Answer:
        """
        The answer to what *asked* describes, from *work* or from memory. *caller* keeps the keys of callers apart.

        Raises BadInput for a key that is none, KeyUsed when it stood for something else, UnderWay while the first is not answered yet,
        StoreDown.
        """
        if not _KEY.fullmatch(key):
            raise BadInput("Idempotency-Key must have 1 to 200 visible characters and no blanks.", "Idempotency-Key")
        name = f"{self._prefix}{caller}:{hashlib.sha256(key.encode()).hexdigest()}"
        digest = hashlib.sha256(asked).hexdigest()
        if known := await self._begin(name, digest):
            return known
        try:
            async with self._held(name):
                made = await work()
        except BidwrightError:
            await self._forget(name)
            raise
        if made.status >= 500 or made.status in _TEMPORARY:  # noqa: PLR2004 - HTTP
            await self._forget(name)
        else:
            await self._keep(name, Kept(digest, made.status, made.body.decode()))
        return made

    async def _begin(self, name: str, digest: str) -> Answer | None:
        try:
            mine = await self._redis.set(name, msgspec.json.encode(Kept(digest)).decode(), nx=True, px=LEASE_MS)
            text = None if mine else await self._redis.get(name)
        except RedisError as error:
            raise StoreDown(str(error)) from error
        if mine:
            return None
        if text is None:  # it was forgotten this moment
            raise UnderWay
        kept = msgspec.json.decode(text, type=Kept)
        if kept.asked != digest:
            raise KeyUsed
        if not kept.status:
            raise UnderWay
        return Answer(kept.status, kept.body.encode(), repeated=True)

    @asynccontextmanager
    async def _held(self, name: str) -> AsyncIterator[None]:
        renewing = asyncio.create_task(self._renew(name))
        try:
            yield
        finally:
            await end([renewing])

    async def _renew(self, name: str) -> None:
        while True:
            await asyncio.sleep(_RENEW_S)
            with suppress(RedisError):
                await self._redis.pexpire(name, LEASE_MS)

    async def _keep(self, name: str, kept: Kept) -> None:
        try:
            await self._redis.set(name, msgspec.json.encode(kept).decode(), px=KEPT_MS)
        except RedisError:
            return  # it was done; who asks again has it asked of the record

    async def _forget(self, name: str) -> None:
        try:
            await self._redis.delete(name)
        except RedisError:
            return  # it goes by itself
