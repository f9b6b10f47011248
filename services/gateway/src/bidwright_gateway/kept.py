"""What the store says of itself: which one it is, and how it stands with its backups (``bw:backup``, the word of whoever makes them)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bidwright_gateway import clean


@dataclass(frozen=True, slots=True)
class Kept:
    """
    Parts of ``/api/status``; all empty while Redis is away.
    """

    store: dict[str, Any]
    backup: dict[str, Any]


async def read_kept(redis: Redis, prefix: str = "bw:") -> Kept:
    """Ask the store. Never raises for one that does not answer."""
    meta: dict[str, str] = {}
    word: dict[str, str] = {}
    try:
        async with redis.pipeline(transaction=False) as pipe:
            pipe.hgetall(f"{prefix}meta")
            pipe.hgetall(f"{prefix}backup")
            meta, word = await pipe.execute()
    except RedisError:
        pass
    at = word.get("at", "")
    return Kept(
        store={"epoch": meta.get("epoch", ""), "schema": meta.get("schema", ""), "restored": bool(meta.get("restored"))},
        backup={
            "at": int(at) if at.isdecimal() else None,
            "file": clean.text(word.get("file"), 200),
            "why": clean.text(word.get("why"), 300),
        },
    )
