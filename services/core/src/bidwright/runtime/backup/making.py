"""Making a backup: read, packed, read again from its bytes, and only then on the shelf."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from importlib.metadata import version

from redis.asyncio import Redis

from bidwright.clock import Clock, to_ms
from bidwright.errors import SetupError
from bidwright.runtime.backup import file, reading
from bidwright.runtime.backup.file import Backup, Head
from bidwright.runtime.backup.shelf import Shelf, Volume, Why


@dataclass(frozen=True, slots=True)
class Made:
    """
    A backup that lies on the shelf.
    """

    volume: Volume
    lots: int
    armed: int
    sealed: bool


def release() -> str:
    """The version of this Bidwright."""
    return version("bidwright")


async def snapshot(redis: Redis, clock: Clock, prefix: str = "bw:") -> Backup:
    """The store as it is now. Raises redis errors; SetupError when it was never used."""
    rows = await reading.read(redis, prefix)
    meta = next((row.value for row in rows if row.key == "meta"), None)
    if meta is None:
        raise SetupError("There is nothing to keep: the store was never used. Start Bidwright first.")
    return Backup(Head(str(meta.get("schema", "")), str(meta.get("site", "")), release(), to_ms(clock.now())), rows)


async def make(redis: Redis, shelf: Shelf, clock: Clock, why: Why, *, passphrase: str = "", prefix: str = "bw:") -> Made:
    """Make one. Raises SetupError (no room, nothing there), redis errors."""
    taken = await snapshot(redis, clock, prefix)
    content = await asyncio.to_thread(file.pack, taken, passphrase)
    if await asyncio.to_thread(file.unpack, content, passphrase) != taken:
        raise SetupError("The backup reads otherwise than it was written; it was not kept. Tell whoever maintains Bidwright.")
    volume = await asyncio.to_thread(shelf.put, content, why, clock.now())
    return Made(volume, taken.lots, taken.armed, bool(passphrase))
