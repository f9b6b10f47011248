"""
Memory: a request that comes while Redis is away is answered by what is remembered, and says so.

It does not ask Redis at all: one that stands still answers nobody, and each question to it would be waited for in vain.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from redis.asyncio.connection import AbstractConnection, BlockingConnectionPool
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

_USED: ContextVar[bool] = ContextVar("answered_from_memory", default=False)
_AWAY: ContextVar[bool] = ContextVar("asks_nobody", default=False)


class Pool(BlockingConnectionPool):
    """
    Connections to Redis. For a request that came while it was away there are none; the loops, which find out when it is back, have theirs.
    """

    async def get_connection(self, *_: Any, **__: Any) -> AbstractConnection:
        """A connection. Raises the error of one that could not be made."""
        if _AWAY.get():
            raise RedisConnectionError("Error connecting to Redis: it is away.")
        made: AbstractConnection = await super().get_connection()  # type: ignore[no-untyped-call]  # the library's
        return made


def begin(*, away: bool) -> None:
    """A request begins: nothing of its answer comes from memory yet. *away*: all of it must."""
    _USED.set(False)
    _AWAY.set(away)


def used() -> None:
    """Something of the answer to this request comes from memory."""
    _USED.set(True)


def was_used() -> bool:
    """Whether anything of it did."""
    return _USED.get()


def means_away(error: Exception) -> bool:
    """Whether an error of Redis says that it does not answer; others are faults, which no memory covers up."""
    return isinstance(error, (RedisConnectionError, RedisTimeoutError))
