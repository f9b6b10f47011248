"""One WebSocket client: what it may be sent, in which order, and when it is too slow."""

from __future__ import annotations

import asyncio
import secrets
from typing import Any

import msgspec
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from bidwright_gateway.shape import Flavour

MOST_PENDING = 2000
"""Frames that wait for one client; states of one lot count once, since the newest replaces the older."""
_GOODBYE_S = 5.0
"""How long a client that is let go may take to read why."""
encode = msgspec.json.Encoder(enc_hook=str).encode


class Client:
    """
    One connection. Frames wait in a bounded queue in which a newer state of a lot takes the place of the older one.

    *caller* is the same for a client that connects again.
    """

    def __init__(self, socket: WebSocket, flavour: Flavour, made_ms: int, caller: str = "") -> None:
        self.socket, self.flavour, self.caller = socket, flavour, caller
        self.id = f"client_{made_ms}_{secrets.token_hex(16)}"
        self.authenticated = False
        self.wants_service = False
        self.closes: set[str] = set()
        """Lots whose close was put into this queue, or heard on the connection before."""
        self._pending: dict[str, str] = {}
        self._number = 0
        self._news = asyncio.Event()
        self.closing: tuple[int, str] | None = None
        """Code and reason with which it is being let go."""

    def send(self, frame: dict[str, Any]) -> None:
        """Queue a frame that nothing replaces."""
        self._number += 1
        self.push(f"#{self._number}", encode(frame).decode())

    def push(self, key: str, text: str) -> None:
        """Queue an encoded frame; one with the same *key* that still waits is replaced."""
        if len(self._pending) >= MOST_PENDING and key not in self._pending:
            self.close(1013, "Too slow: connect again")
            return
        self._pending[key] = text
        self._news.set()

    def forget(self, key: str, *, unless: str) -> None:
        """Take back a frame that still waits, unless it contains *unless*."""
        if unless not in self._pending.get(key, unless):
            del self._pending[key]

    def waits(self, key: str) -> bool:
        """True while a frame of that key was not sent."""
        return key in self._pending

    def close(self, code: int, reason: str) -> None:
        """Close once what waits was sent (at once when it is too slow)."""
        self.closing = self.closing or (code, reason)
        self._news.set()

    async def write(self, slowest_s: float) -> None:
        """Send what waits until the connection ends; one that takes no frame for *slowest_s* is let go and may come again."""
        try:
            while True:
                await self._news.wait()
                self._news.clear()
                while self._pending and not (self.closing and self.closing[0] == 1013):  # noqa: PLR2004 - "try again later"
                    key = next(iter(self._pending))
                    async with asyncio.timeout(slowest_s):
                        await self.socket.send_text(self._pending.pop(key))
                if self.closing:
                    break
        except TimeoutError:
            self.closing = (1013, "Too slow: connect again")
        except (WebSocketDisconnect, RuntimeError, OSError):
            return
        if self.closing and self.socket.application_state is not WebSocketState.DISCONNECTED:
            try:
                async with asyncio.timeout(_GOODBYE_S):
                    await self.socket.close(*self.closing)
            except (TimeoutError, RuntimeError, OSError, WebSocketDisconnect):
                return
