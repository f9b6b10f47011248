"""The keeper: a backup a day, tried again when it did not work, and said when it did not."""

from __future__ import annotations

from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bidwright.clock import Clock, to_ms
from bidwright.errors import SetupError
from bidwright.runtime.backup.making import Made, make
from bidwright.runtime.backup.shelf import Shelf
from bidwright.runtime.logging import get_logger

log = get_logger(__name__)
_LOOK_S = 60.0
_AGAIN_S = 900.0


class Keeper:
    """
    Makes one when the newest on the *shelf* is *hours* old; 0: never. ``bw:backup`` says when the last one was made, or why not.
    """

    def __init__(self, redis: Redis, shelf: Shelf, clock: Clock, *, hours: float, passphrase: str = "", prefix: str = "bw:") -> None:
        self._redis, self._shelf, self._clock = redis, shelf, clock
        self._hours, self._passphrase, self._prefix = hours, passphrase, prefix
        self.why = ""
        """Why the last one could not be made; empty when it could."""

    def unwell(self) -> list[str]:
        """For the heartbeat."""
        return [f"no backup is made: {self.why}"] if self.why else []

    def due_in_s(self) -> float:
        """Seconds until one is due; 0 when it is."""
        newest = self._shelf.newest()
        return max(0.0, self._hours * 3600 - (self._clock.now() - newest.at).total_seconds()) if newest else 0.0

    async def step(self) -> None:
        """Make one if it is due, and wait a moment."""
        await self.look()
        await self._clock.sleep(_AGAIN_S if self.why else _LOOK_S)

    async def look(self) -> None:
        """Make one if it is due."""
        if self._hours and not self.due_in_s():
            await self.keep()

    async def keep(self) -> Made | None:
        """Make one now; None when it could not be made, which is told. Never raises for that."""
        made = None
        try:
            made = await make(self._redis, self._shelf, self._clock, "daily", passphrase=self._passphrase, prefix=self._prefix)
            self.why = ""
            log.info("backup.made", file=made.volume.path.name, bytes=made.volume.size, lots=made.lots, armed=made.armed)
        except (SetupError, RedisError, OSError) as error:
            self.why = str(error)
            log.warning("backup.failed", why=self.why)
        await note(self._redis, self._clock, made, self.why, self._prefix)
        return made


async def note(redis: Redis, clock: Clock, made: Made | None, why: str, prefix: str = "bw:") -> None:
    """Leave word in the store for whoever shows how it stands; a store that is away is no further trouble."""
    store: Any = redis
    word = {"tried_at": str(to_ms(clock.now())), "why": why}
    if made:
        word |= {"at": str(to_ms(made.volume.at)), "file": made.volume.path.name, "bytes": str(made.volume.size), "lots": str(made.lots)}
    try:
        await store.hset(f"{prefix}backup", mapping=word)
    except RedisError:
        return
