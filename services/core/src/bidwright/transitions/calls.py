"""A call of a script: sent by its digest, timed, with its trace, and StoreDown where nobody knows what it did."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import NoScriptError, ReadOnlyError, ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

from bidwright.errors import StoreDown
from bidwright.trace import current, part
from bidwright.transitions.answers import Fields
from bidwright.transitions.scripts import digest, source

Arg = str | int
Timed = Callable[[str, float, bool], None]


class Calls:
    """
    Calls scripts by name. *wall* and *timed* as ``Transitions`` has them.
    """

    def __init__(self, redis: Redis, prefix: str, wall: Callable[[], int] | None, timed: Timed | None) -> None:
        self._redis = redis
        self._prefix = prefix
        self._wall = wall
        self._timed = timed

    async def run(self, name: str, *args: Arg) -> list[str]:
        """Call the script *name*; raises StoreDown when Redis does not answer."""
        if self._timed is None:
            return await self._sent(name, *args)
        began, answered = time.perf_counter(), False
        try:
            with part(f"store.{name}"):
                reply = await self._sent(name, *args)
            answered = True
        finally:
            self._timed(name, time.perf_counter() - began, answered)
        return reply

    async def _sent(self, name: str, *args: Arg) -> list[str]:
        wall = "" if self._wall is None else str(self._wall())
        if (trace := current()) is not None:
            wall = f"{wall}|{trace.header}"
        try:
            try:
                reply = await self._redis.evalsha(digest(name), 1, self._prefix, wall, *args)
            except NoScriptError:  # it did not run: the server is new or was restarted
                reply = await self._redis.eval(source(name), 1, self._prefix, wall, *args)
        except (RedisConnectionError, RedisTimeoutError, ReadOnlyError) as error:
            raise StoreDown(f"Redis did not answer ({name}): {error}") from error
        except ResponseError as error:
            if str(error).startswith(("MISCONF", "OOM", "LOADING", "BUSY")):
                raise StoreDown(f"Redis refuses writes ({name}): {error}") from error
            raise
        return [reply] if isinstance(reply, str) else [str(part) for part in reply]


def flat(fields: Fields) -> Iterator[Arg]:
    """Fields as a script takes them: name, value, name, value."""
    for name, value in fields.items():
        yield name
        yield value


def in_rows(line: list[str], width: int) -> Iterator[tuple[str, ...]]:
    """Rows of *width* in what a script gave as one line."""
    return zip(*[iter(line)] * width, strict=True)
