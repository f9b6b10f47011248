"""Lanes: the channels that a notifier serves, and how each fares; told by the notifier, shown by the gateway, without any address."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from redis.asyncio import Redis

from bidwright import Clock

_AGAIN_S = 30.0
DOWN_FROM = 3
"""So many failures in a row, and a channel counts as not delivering."""


class Told(msgspec.Struct, frozen=True):
    """
    What a notifier says of one channel: the name it goes by, the plugin's word for it and the plugin's description.
    """

    name: str
    via: str
    description: str


class Board(msgspec.Struct, frozen=True):
    """
    What a notifier says of itself: its channels, and what is wrong with addresses and rules.
    """

    channels: list[Told] = []
    problems: list[str] = []


class Lane(msgspec.Struct, frozen=True):
    """
    How one channel fares. *failures* in a row, the last one's *why*; *again_ms*: when it is tried next, while it is left alone.
    """

    told: Told
    waiting: int = 0
    failures: int = 0
    why: str = ""
    again_ms: int = 0
    good_ms: int = 0
    bad_ms: int = 0

    @property
    def down(self) -> bool:
        """Whether it does not deliver at present."""
        return self.failures >= DOWN_FROM


class Teller:
    """
    Says which channels there are: when that changes, and once in a while, since a write costs a bid's disk a turn.
    """

    def __init__(self, redis: Redis, clock: Clock, prefix: str = "bw:") -> None:
        self._redis, self._clock, self._key = redis, clock, f"{prefix}notify:board"
        self._said, self._at = b"", float("-inf")

    async def tell(self, channels: Sequence[Told], problems: Sequence[str]) -> None:
        """Say it if need be. Raises redis errors."""
        now, text = self._clock.monotonic(), msgspec.json.encode(Board(list(channels), list(problems)))
        if text != self._said or now - self._at >= _AGAIN_S:
            await self._redis.set(self._key, text)
            self._said, self._at = text, now


async def board(redis: Redis, prefix: str = "bw:") -> Board:
    """What the last notifier said; nothing when there never was one."""
    stored: Any = await redis.get(f"{prefix}notify:board")
    return msgspec.json.decode(stored, type=Board) if stored else Board()


async def lanes(redis: Redis, channels: Sequence[Told], prefix: str = "bw:") -> list[Lane]:
    """How they fare."""
    async with redis.pipeline(transaction=False) as pipe:
        for told in channels:
            pipe.hgetall(f"{prefix}outbox:lane:{told.name}")
            pipe.zcard(f"{prefix}outbox:due:{told.name}")
        rows: list[Any] = await pipe.execute() if channels else []
    made = []
    for n, told in enumerate(channels):
        h, waiting = rows[2 * n], rows[2 * n + 1]
        numbers = [int(h.get(name) or 0) for name in ("failures", "until", "good", "bad")]
        made.append(Lane(told, int(waiting), numbers[0], h.get("why", ""), numbers[1], numbers[2], numbers[3]))
    return made
