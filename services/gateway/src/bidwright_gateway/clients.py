"""One WebSocket client: what it may be sent, in which order, and when it is too slow."""

from __future__ import annotations

import asyncio
import secrets
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from bidwright_gateway.callers import Caller
from bidwright_gateway.frames import Frame, encode
from bidwright_gateway.line import framed, line_of
from bidwright_gateway.shape import Flavour

MOST_PENDING = 2000
"""Frames that wait for one client, not counting states of lots: of each lot only the newest waits, and all clients share it."""
LOT = "lot:"
"""What the keys of those begin with."""
TOO_SLOW = (1013, "Too slow: connect again")
_PRESSURE = 64
"""With so many frames waiting a client of the new protocol no longer gets every state of a lot, only the newest."""
_GOODBYE_S = 5.0
"""How long a client that is let go may take to read why."""


class Client:
    """
    One connection. A frame is written at once; when the client reads too slowly for that, frames wait in a bounded queue in which a newer
    state of a lot takes the place of the older one.

    *caller* is the same for a client that connects again.
    """

    version = 1

    def __init__(self, socket: WebSocket, flavour: Flavour, made_ms: int, caller: str = "") -> None:
        self.socket, self.flavour, self.caller = socket, flavour, caller
        self.line = line_of(socket.scope)
        """The short way to the client; None: each frame takes the long one."""
        self.id = f"client_{made_ms}_{secrets.token_hex(16)}"
        self.who: Caller | None = None
        """Who has shown a credential on it."""
        self.wants_service = False
        self.closes: set[str] = set()
        """Lots whose close was put into this queue, or heard on the connection before."""
        self._pending: dict[str, str | Frame] = {}
        self._lots = 0
        """How many of them are states of lots."""
        self._number = 0
        self._sending = False
        self._news = asyncio.Event()
        self.closing: tuple[int, str] | None = None
        """Code and reason with which it is being let go."""

    @property
    def authenticated(self) -> bool:
        """True once it has shown who it is."""
        return self.who is not None

    def send(self, frame: dict[str, Any]) -> None:
        """Queue a frame that nothing replaces."""
        self._number += 1
        self.push(f"#{self._number}", encode(frame).decode())

    def push(self, key: str, frame: str | Frame) -> None:
        """Send a frame, or queue it when it has to wait; one with the same *key* that still waits is replaced."""
        if self._at_once(frame):
            return
        if key not in self._pending:
            if key.startswith(LOT):
                self._lots += 1
            elif len(self._pending) - self._lots >= MOST_PENDING:
                self.close(*TOO_SLOW)
                return
        self._pending[key] = frame
        self._news.set()

    def _at_once(self, frame: str | Frame) -> bool:
        """Write a frame that has nothing to wait for; False when it has."""
        if self.line is None or self._pending or self._sending or self.closing:
            return False
        return self.line.write(_wire(frame))

    def forget(self, key: str) -> None:
        """Take back a frame that still waits, unless it is lasting."""
        waits = self._pending.get(key)
        if isinstance(waits, Frame) and not waits.lasting:
            self._taken(key)

    def waits(self, key: str) -> bool:
        """True while a frame of that key was not sent."""
        return key in self._pending

    def close(self, code: int, reason: str) -> None:
        """Close once what waits was sent (at once when it is too slow)."""
        self.closing = self.closing or (code, reason)
        self._news.set()

    async def _next(self) -> None:
        """Send what waits first, by the short way if there is one: a list of thousands of lots is then not copied for each client."""
        if self.line is not None:
            await self.line.writable.wait()
            if not self._pending:  # what waited was taken back
                return
        frame = self._taken(next(iter(self._pending)))
        if self.line is None or not self.line.write(_wire(frame)):
            await self.socket.send_text(frame if isinstance(frame, str) else frame.text())

    def _taken(self, key: str) -> str | Frame:
        self._lots -= key.startswith(LOT)
        return self._pending.pop(key)

    async def write(self, slowest_s: float) -> None:
        """Send what waits until the connection ends; one that takes no frame for *slowest_s* is let go and may come again."""
        try:
            while True:
                await self._news.wait()
                self._news.clear()
                while self._pending and self.closing != TOO_SLOW:
                    self._sending = True  # what comes meanwhile waits behind it
                    async with asyncio.timeout(slowest_s):
                        await self._next()
                    self._sending = False
                if self.closing:
                    break
        except TimeoutError:
            self.closing = TOO_SLOW
        except (WebSocketDisconnect, RuntimeError, OSError):
            return
        if self.closing and self.socket.application_state is not WebSocketState.DISCONNECTED:
            try:
                async with asyncio.timeout(_GOODBYE_S):
                    await self.socket.close(*self.closing)
            except (TimeoutError, RuntimeError, OSError, WebSocketDisconnect):
                return


class Follower(Client):
    """
    A client of the new protocol: it follows the events by their ids, in their order, and resumes after the last it saw.
    """

    version = 2

    def __init__(self, socket: WebSocket, flavour: Flavour, made_ms: int, caller: str = "") -> None:
        super().__init__(socket, flavour, made_ms, caller)
        self.lots: frozenset[str] | None = None
        """The lots it wants to hear of; None: all."""
        self.following = False
        """True once it was brought to where the others are."""
        self._states: dict[str, str] = {}

    def follow(self, frame: Frame) -> None:
        """
        Queue an event behind all others. Under pressure it takes away an older one that tells only the lot's state.

        The newer one stands behind what came in between, so that ids never go back on the wire.
        """
        if self.lots is not None and frame.lot_id and frame.lot_id not in self.lots:
            return
        if self._at_once(frame):
            return
        if frame.kind in STATES:
            older = self._states.pop(frame.lot_id, "")
            if older and len(self._pending) >= _PRESSURE:
                self._pending.pop(older, None)
            self._states[frame.lot_id] = frame.id
        self.push(frame.id, frame)


def _wire(frame: str | Frame) -> bytes:
    return framed(frame.encode()) if isinstance(frame, str) else frame.wire()


STATES = frozenset({"lot.seen", "lot.heard", "lot.noted", "lot.retaken", "preflight.changed"})
"""Events that say nothing but what the lot is like now: the newest is enough."""
