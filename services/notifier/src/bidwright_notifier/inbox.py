"""
The inbox: the event stream read by a group, so that replicas share it and what a dead one held is taken over.

A group that is lost, or so far behind that the stream was cut off under it, is made again a little before where it was, and the owner is
told that something may be missing: the stream waits for nobody, least of all for who only tells.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from bidwright.runtime import streams
from bidwright.runtime.logging import get_logger
from bidwright.runtime.streams import Event

log = get_logger(__name__)
GROUP = "notifier"
_BATCH, _BLOCK_MS = 200, 2000
_DEAD_MS = 30_000
"""An event that a replica has held so long is taken over by another."""
_FORGOTTEN_MS = 3_600_000
_OVERLAP_MS = 60_000
_NOTHING = "0-0"


@dataclass(frozen=True, slots=True)
class Batch:
    """
    Events to look at. *lost_at*: what came before this place may be lost to us; empty when nothing is.
    """

    events: list[Event]
    lost_at: str = ""


class Inbox:
    """
    One replica's way to the stream; *name* tells replicas apart. Raises redis errors.
    """

    def __init__(self, redis: Redis, name: str, prefix: str = "bw:", block_ms: int = _BLOCK_MS) -> None:
        self._redis: Any = redis
        self._name, self._block_ms = name, block_ms
        self._stream, self._mark = f"{prefix}ev", f"{prefix}outbox:mark"
        self._behind = True
        """Whether the stream may have been cut off under us: at the start, and while batches come full."""

    async def read(self) -> Batch:
        """What a dead replica left, then what is new; waits two seconds for something."""
        try:
            return await self._read()
        except ResponseError as error:
            if "NOGROUP" not in str(error):
                raise
        return await self._make_group()

    async def done(self, ids: list[str]) -> None:
        """Acknowledge events that are no news to anybody."""
        if ids:
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.xack(self._stream, GROUP, *ids)
                pipe.set(self._mark, ids[-1])
                await pipe.execute()

    async def unread_s(self) -> float:
        """Age of the oldest event that the group was not handed yet, in seconds; 0 when there is none, or no group."""
        groups = await self._redis.xinfo_groups(self._stream) if await self._redis.exists(self._stream) else []
        last = next((str(group["last-delivered-id"]) for group in groups if group["name"] == GROUP), "")
        return await streams.unread_s(self._redis, last, self._stream.removesuffix("ev")) if last else 0.0

    async def _read(self) -> Batch:
        lost_at = await self._cut_off() if self._behind else ""
        _, rows, gone = await self._redis.xautoclaim(self._stream, GROUP, self._name, min_idle_time=_DEAD_MS, count=_BATCH)
        if gone:
            lost_at = max(lost_at, str(gone[-1]), key=_order)
        events = [streams.event(str(entry_id), dict(fields)) for entry_id, fields in rows]
        if not events and not lost_at:
            reply = await self._redis.xreadgroup(GROUP, self._name, {self._stream: ">"}, count=_BATCH, block=self._block_ms)
            events = [streams.event(entry_id, fields) for entry_id, fields in streams.entries(reply)]
            self._behind = len(events) == _BATCH
        if lost_at:
            log.warning("inbox.cut_off", up_to=lost_at)
            self._behind = False
        return Batch(events, lost_at)

    async def _cut_off(self) -> str:
        """Where the stream begins now, if what the group had last is dropped already; else empty."""
        group = next((g for g in await self._redis.xinfo_groups(self._stream) if g["name"] == GROUP), None)
        if group is None:
            raise ResponseError("NOGROUP there is no group yet")
        for other in await self._redis.xinfo_consumers(self._stream, GROUP):  # names of replicas that are no more
            if other["pending"] == 0 and other["idle"] > _FORGOTTEN_MS and other["name"] != self._name:
                await self._redis.xgroup_delconsumer(self._stream, GROUP, other["name"])
        first = (await self._redis.xinfo_stream(self._stream))["first-entry"]
        last = str(group["last-delivered-id"])
        return str(first[0]) if first and last != _NOTHING and _order(str(first[0])) > _order(last) else ""

    async def _make_group(self) -> Batch:
        mark = await self._redis.get(self._mark)
        first = await self._first_of_all(mark)
        try:
            await self._redis.xgroup_create(self._stream, GROUP, id=first, mkstream=True)
        except ResponseError as error:
            if "BUSYGROUP" in str(error):  # another replica was faster
                return Batch([])
            raise
        if not mark:
            await self._redis.set(self._mark, first)
            return Batch([])
        log.warning("inbox.group_lost", again_from=first)
        self._behind = False  # said already
        return Batch([], lost_at=mark)

    async def _first_of_all(self, mark: str | None) -> str:
        """Where a new group begins: at the end on the first start, else a minute before where the lost one was."""
        if not mark:
            return await streams.last_id(self._redis, self._stream.removesuffix("ev"))
        return f"{max(_order(mark)[0] - _OVERLAP_MS, 0)}-0"


def _order(entry_id: str) -> tuple[int, int]:
    first, _, second = entry_id.partition("-")
    return int(first), int(second or 0)
