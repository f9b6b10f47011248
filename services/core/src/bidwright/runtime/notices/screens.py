"""
Open screens: a notice is shown by every gateway to whoever is connected, and who shows it counts how many that were.

It goes by publish and subscribe, not by the event stream: who is not there now does not see it, and the notifier knows that.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from typing import Any

import msgspec
from redis.asyncio import Redis

from bidwright import Notice

_CALL, _COUNT = "screens", "screens:n:"
_WAIT_S = 2


class Call(msgspec.Struct, frozen=True):
    """
    A notice to be shown; *reply* names the list on which a gateway says to how many it was.
    """

    id: str
    kind: str
    lot_id: str
    text: str
    reply: str


class RedisScreens:
    """
    The screens as the notifier sees them. Raises redis errors as they are.
    """

    def __init__(self, redis: Redis, prefix: str = "bw:") -> None:
        self._redis: Any = redis
        self._prefix = prefix

    async def show(self, notice: Notice) -> int:
        """Show *notice* and give on how many screens."""
        reply = f"{self._prefix}{_COUNT}{secrets.token_hex(8)}"
        call = Call(notice.id, notice.kind, notice.lot_id, notice.text, reply)
        gateways, shown = int(await self._redis.publish(f"{self._prefix}{_CALL}", msgspec.json.encode(call))), 0
        for _ in range(gateways):
            row = await self._redis.blpop([reply], timeout=_WAIT_S)
            if row is None:
                break
            shown += int(row[1])
        return shown


async def calls(redis: Redis, prefix: str = "bw:") -> AsyncIterator[Call | None]:
    """What gateways are to show, as it comes; None about every two seconds of silence. Raises redis errors."""
    async with redis.pubsub(ignore_subscribe_messages=True) as listener:
        await listener.subscribe(f"{prefix}{_CALL}")
        while True:
            message: Any = await listener.get_message(timeout=_WAIT_S)
            yield msgspec.json.decode(message["data"], type=Call) if message else None


async def shown(redis: Redis, call: Call, screens: int) -> None:
    """Say on how many *screens* it was shown. Raises redis errors."""
    store: Any = redis
    await store.lpush(call.reply, screens)
    await store.expire(call.reply, 30)
