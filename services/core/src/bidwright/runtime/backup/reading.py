"""
Reading the whole store while it is at work, as of one instant, without ever making it wait for long.

First every key, a hundred at a time. Meanwhile lots go on changing; but a change and the event that names what it changed are one step
(``transitions``), so whatever the log names since the beginning is read again, with the shared indexes, in one short step that comes last.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib.resources import files
from typing import Any

from redis.asyncio import Redis

from bidwright.runtime import streams
from bidwright.runtime.backup.rows import TOGGLES, Row, is_kept, row

_BATCH = 100
_SHARED = (
    "lots",
    "gone",
    "open",
    "groups",
    "won",
    "ledger",
    "ledger:lost",
    "seq",
    "steady",
    "kill",
    "meta",
    "limits",
    "session",
    "plugins",
)
_AGAIN = 2
"""Twice what changed: the first time for all that came during the long reading, the second for the little that came during the first."""


async def read(redis: Redis, prefix: str = "bw:") -> list[Row]:
    """Every row that a backup keeps, by key. Raises redis errors."""
    reader = _Reader(redis, prefix)
    since = await streams.last_id(redis, prefix)
    batch: list[str] = []
    async for key in redis.scan_iter(count=500):
        if _ours(str(key), prefix):
            batch.append(str(key))
        if len(batch) == _BATCH:
            await reader.take("", batch)
            batch = []
    await reader.take("", batch)
    for _ in range(_AGAIN):
        members = [key for key in reader.rows if key.startswith("members:")]
        since = await reader.take(since, [prefix + name for name in (*_SHARED, *members)])
    return [reader.rows[key] for key in sorted(reader.rows)]


def _ours(key: str, prefix: str) -> bool:
    return key.startswith(TOGGLES) or (key.startswith(prefix) and is_kept(key.removeprefix(prefix)))


class _Reader:
    """
    What was read so far. *rows* by key without the prefix.
    """

    def __init__(self, redis: Redis, prefix: str) -> None:
        self._redis: Any = redis
        self._prefix = prefix
        self._script = files("bidwright.runtime.backup").joinpath("read.lua").read_text("utf-8")
        self.rows: dict[str, Row] = {}

    async def take(self, since: str, keys: Sequence[str]) -> str:
        """Read *keys* and what events after *since* name; gives the newest event."""
        newest, *flat = await self._redis.eval(self._script, 1, self._prefix, since, *keys)
        gone: list[str] = []
        for key, kind, expires, value in zip(*[iter(flat)] * 4, strict=True):
            name = str(key).removeprefix(self._prefix)
            if kind == "none":
                self.rows.pop(name, None)
                gone.append(name)
            elif name.startswith(TOGGLES) or is_kept(name):
                read = row(name, kind, int(expires), value)
                if read.value or kind == "string":
                    self.rows[name] = read
                else:  # a key of which nothing is kept: what a worker left on a lot that was purged under it
                    self.rows.pop(name, None)
        self._forget(gone)
        return str(newest)

    def _forget(self, gone: Iterable[str]) -> None:
        """The receipts of a lot that was purged meanwhile went with it; no event names them."""
        lots = {name.removeprefix("lot:") for name in gone if name.startswith("lot:")}
        if lots:
            for key in [key for key, kept in self.rows.items() if key.startswith("intent:") and kept.value.get("lot") in lots]:
                del self.rows[key]
