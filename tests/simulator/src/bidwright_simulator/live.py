"""Live events: one stream for each lot that is looked at, with a ping about every second."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from bidwright_simulator import wire

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from bidwright_simulator.lots import Lot
    from bidwright_simulator.site import Site

_Queue = asyncio.Queue[str | None]
_BACKLOG = 1000
_PING = "data: ping\n\n"


class Hub:
    """
    Who listens to which lot. Listens to the site itself; a listener that does not read is dropped.
    """

    def __init__(self, site: Site) -> None:
        self.site = site
        self.streams: dict[int, set[_Queue]] = defaultdict(set)
        self.opened = 0
        self._pinger: asyncio.Task[None] | None = None
        site.listeners.append(self.hear)

    def hear(self, what: str, lot: Lot, t: int) -> None:
        """The site says that a lot changed; nobody knows the real payload, so several circulating names are used."""
        if not self.streams.get(lot.id):
            return
        if what == "closed":
            data: dict[str, Any] = {"productId": lot.id, "finalBid": lot.price, "winner": lot.leader, "closedAt": wire.iso(t)}
        else:
            data = {
                "productId": lot.id,
                "currentPrice": lot.price,
                "currentAmount": lot.price,
                "bidCount": len(lot.rows),
                "closeTime": wire.iso(lot.close),
                "timestamp": t,
            }
        self._send(lot.id, f"event: ch_product_{what}:{lot.id}\ndata: {json.dumps(data)}\n\n")

    def drop(self, lots: tuple[int, ...] = ()) -> int:
        """End the streams of *lots*, or all; how many there were."""
        queues = [queue for lot, some in self.streams.items() if not lots or lot in lots for queue in some]
        for queue in queues:
            _end(queue)
        return len(queues)

    def close(self) -> None:
        """End everything; used when the server stops."""
        self.drop()
        if self._pinger is not None:
            self._pinger.cancel()
            self._pinger = None

    @property
    def count(self) -> int:
        """How many streams are open."""
        return sum(map(len, self.streams.values()))

    async def serve(self, lot: int, scope: Scope, receive: Receive, send: Send, *, silent: bool, lasts_s: float | None) -> None:
        """One connection, until the client, a fault or the server ends it."""
        queue: _Queue = asyncio.Queue(_BACKLOG)
        self.opened += 1
        name = hashlib.sha256(f"{self.site.seed}:{self.opened}".encode()).hexdigest()
        uuid = f"{name[:8]}-{name[8:12]}-4{name[13:16]}-8{name[17:20]}-{name[20:32]}"
        headers = [
            (b"content-type", b"text/event-stream"),
            (b"cache-control", b"no-cache"),
            (b"access-control-allow-origin", b"*"),
            *scope["sim.headers"],
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send(
            {
                "type": "http.response.body",
                "body": f"data: connected {uuid},0x{name[32:40]}-0x{name[40:48]}\n\n".encode(),
                "more_body": True,
            }
        )
        ends = [asyncio.create_task(_gone(receive, queue))]
        if lasts_s is not None:
            ends.append(asyncio.create_task(self._later(lasts_s, queue)))
        if not silent:
            self.streams[lot].add(queue)
            self._pinger = self._pinger or asyncio.create_task(self._ping())
        try:
            while (text := await queue.get()) is not None:
                await send({"type": "http.response.body", "body": text.encode(), "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            self.streams[lot].discard(queue)
            if not self.streams[lot]:
                self.streams.pop(lot)
            for task in ends:
                task.cancel()

    def _send(self, lot: int, text: str) -> None:
        for queue in list(self.streams.get(lot, ())):
            if queue.full():
                self.streams[lot].discard(queue)
                _end(queue)
            else:
                queue.put_nowait(text)

    async def _ping(self) -> None:
        while self.streams:
            await self.site.clock.sleep(1)
            for lot in list(self.streams):
                self._send(lot, _PING)
        self._pinger = None

    async def _later(self, seconds: float, queue: _Queue) -> None:
        await self.site.clock.sleep(seconds)
        _end(queue)


async def _gone(receive: Receive, queue: _Queue) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    _end(queue)


def _end(queue: _Queue) -> None:
    while not queue.empty():
        queue.get_nowait()
    queue.put_nowait(None)
