"""Open screens: what a notifier's browser channel has to say, shown to every client that is connected here."""

from __future__ import annotations

from redis.asyncio import Redis

from bidwright.clock import Clock
from bidwright.runtime.notices import lanes, screens
from bidwright.runtime.notices.screens import Call
from bidwright.runtime.pace import pause
from bidwright.runtime.telemetry import beats
from bidwright_gateway import clean
from bidwright_gateway.hub import Hub

_LOOK_S = 2.0
_CHANNEL = "browser"
_MOST = 2000


class Screens:
    """
    One gateway's part: shows what is asked for, and knows whether somebody asks at all.
    """

    def __init__(self, redis: Redis, hub: Hub, clock: Clock, prefix: str = "bw:") -> None:
        self._redis, self._hub, self._clock, self._prefix = redis, hub, clock, prefix

    async def follow(self) -> None:
        """Show what comes until Redis goes away. Raises redis errors."""
        async for call in screens.calls(self._redis, self._prefix):
            if call is not None:
                await screens.shown(self._redis, call, self.show(call))

    def show(self, call: Call) -> int:
        """Send it to everybody who is connected; how many those are."""
        return self._hub.show(call.lot_id, call.kind, clean.text(call.text, _MOST), f"notice:{call.id}")

    async def look(self) -> None:
        """Wait a moment, then see whether a notifier tells wins, losses and outbids here: then the hub does not. Raises redis errors."""
        await pause(self._clock, _LOOK_S)
        self._hub.told_by_notifier = await self.served()

    async def served(self) -> bool:
        """Whether a notifier runs that has a browser channel. Raises redis errors."""
        if not any(told.via == _CHANNEL for told in (await lanes.board(self._redis, self._prefix)).channels):
            return False
        return any(beat.service == "notifier" for beat in await beats(self._redis, self._prefix))
