"""Flips by hand in Redis, entered in the audit as they are made: between two looks there may be several."""

from __future__ import annotations

from typing import Any

from bidwright.runtime.toggles import Toggles
from bidwright.transitions import Transitions

_PATIENCE_S = 1.0


class Flips:
    """
    Hears of changed keys from a server that tells of them, as ours does; with another one the looks enter what they see.
    """

    def __init__(self, toggles: Toggles, transitions: Transitions) -> None:
        self._toggles, self._transitions = toggles, transitions
        self._redis: Any = transitions.redis

    async def listen(self) -> None:
        """Listen for ever. Raises redis errors and StoreDown."""
        keys = self._toggles.keys
        async with self._redis.pubsub(ignore_subscribe_messages=True) as heard:
            await heard.psubscribe(f"__keyspace@*__:{keys}*")
            while True:
                message = await heard.get_message(timeout=_PATIENCE_S)
                name = str(message["channel"]).rpartition(keys)[2] if message else ""
                if name and self._toggles.get(name) is not None:
                    await self._transitions.toggle_seen(name, keys=keys)
