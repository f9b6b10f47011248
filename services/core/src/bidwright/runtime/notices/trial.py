"""A trial: the owner tries a channel. The gateway asks, a notifier sends at once and answers; nothing of it is kept."""

from __future__ import annotations

import secrets
from typing import Any

import msgspec
from redis.asyncio import Redis

WITHIN_S = 10.0
"""How long a channel may take, as for every notice."""
_PATIENCE_S, _WAIT_S = 4.0, 2
_ASKED, _ANSWER = "notify:trials", "notify:trial:"


class Ask(msgspec.Struct, frozen=True):
    """
    A wish to try *channel*; who asks has gone away after *until_ms*.
    """

    id: str
    channel: str
    until_ms: int


class Outcome(msgspec.Struct, frozen=True):
    """
    What came of it: *why* is the reason when it was not delivered.
    """

    delivered: bool
    why: str = ""
    took_ms: int = 0


async def ask(redis: Redis, channel: str, now_ms: int, prefix: str = "bw:") -> Outcome | None:
    """Have *channel* tried and give what came of it; None when no notifier answered. Raises redis errors."""
    store: Any = redis
    within = WITHIN_S + _PATIENCE_S
    wish = Ask(secrets.token_hex(8), channel, now_ms + round(within * 1000))
    await store.lpush(f"{prefix}{_ASKED}", msgspec.json.encode(wish))
    await store.expire(f"{prefix}{_ASKED}", 60)
    waited = 0.0
    while waited < within:  # in steps shorter than the socket's time-out
        if reply := await store.blpop([f"{prefix}{_ANSWER}{wish.id}"], timeout=_WAIT_S):
            return msgspec.json.decode(reply[1], type=Outcome)
        waited += _WAIT_S
    return None


async def next_ask(redis: Redis, prefix: str = "bw:") -> Ask | None:
    """The next wish, or None when none came within two seconds. Raises redis errors."""
    store: Any = redis
    reply = await store.brpop([f"{prefix}{_ASKED}"], timeout=_WAIT_S)
    return msgspec.json.decode(reply[1], type=Ask) if reply else None


async def answer(redis: Redis, wish: Ask, outcome: Outcome, prefix: str = "bw:") -> None:
    """Tell who asked. Raises redis errors."""
    store: Any = redis
    key = f"{prefix}{_ANSWER}{wish.id}"
    await store.lpush(key, msgspec.json.encode(outcome))
    await store.expire(key, 60)
