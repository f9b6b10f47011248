"""The event stream: a log for those who show things, a bell for those who work."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

import msgspec
from redis.asyncio import Redis

from bidwright.event import Event

__all__ = ["Event", "entries", "event", "last_id", "place", "since", "tail", "unread_s"]
_BLOCK_MS = 2000  # shorter than the socket's time-out, or a quiet stream looks like a dead server


def place(entry_id: str) -> tuple[int, int]:
    """An entry's id as its place in the log: ids are compared as numbers, not as text."""
    ms, _, count = entry_id.partition("-")
    return int(ms), int(count or 0)


async def last_id(redis: Redis, prefix: str = "bw:") -> str:
    """Where the stream ends now."""
    rows = await redis.xrevrange(f"{prefix}ev", count=1)
    return str(rows[0][0]) if rows else "0-0"


async def unread_s(redis: Redis, after: str, prefix: str = "bw:") -> float:
    """Seconds since the first event after the id *after* was written, by the server's clock; 0 when there is none. Raises redis errors."""
    rows: Any = await redis.xrange(f"{prefix}ev", min=f"({after}" if after else "-", count=1)
    if not rows:
        return 0.0
    now: Any = await redis.time()
    return max(0.0, int(now[0]) + int(now[1]) / 1e6 - place(str(rows[0][0]))[0] / 1000)


async def tail(redis: Redis, *, after: str, prefix: str = "bw:", batch: int = 500) -> AsyncGenerator[list[Event], None]:
    """
    Events after the id *after*, in batches as they come; an empty batch about every two seconds of silence.

    Raises redis errors; the caller reconnects and goes on from the last id it saw.
    """
    key = f"{prefix}ev"
    while True:
        reply = await redis.xread({key: after}, count=batch, block=_BLOCK_MS)
        events = [event(entry_id, fields) for entry_id, fields in entries(reply)]
        if events:
            after = events[-1].id
        yield events


async def since(redis: Redis, *, after: str, prefix: str = "bw:", batch: int = 500) -> AsyncGenerator[list[Event], None]:
    """Events after the id *after* that the stream still holds, in batches; ends where the stream ends now. Raises redis errors."""
    while True:
        rows: Any = await redis.xrange(f"{prefix}ev", min=f"({after}", count=batch)
        if not rows:
            return
        yield [event(str(entry_id), dict(fields)) for entry_id, fields in rows]
        after = str(rows[-1][0])


def entries(reply: object) -> list[tuple[str, dict[str, str]]]:
    """Entries of the one stream that was asked for, whichever of redis-py's shapes the reply has."""
    if not reply:
        return []
    entries = next(iter(reply.values())) if isinstance(reply, dict) else reply[0][1]  # type: ignore[index]
    if entries and isinstance(entries[0], list) and entries[0] and isinstance(entries[0][0], (list, tuple)):
        entries = entries[0]
    return [(str(entry[0]), dict(entry[1])) for entry in entries]


def event(entry_id: str, fields: dict[str, str]) -> Event:
    """One entry as the event it is."""
    return Event(
        id=entry_id,
        kind=fields["t"],
        lot_id=fields["lot"],
        n=int(fields["n"]),
        at_ms=int(float(fields["at"])),
        changes=msgspec.json.decode(fields["d"], type=dict[str, dict[str, str]]) if fields["d"] != "{}" else {},
        trace=fields.get("tr", ""),
    )
