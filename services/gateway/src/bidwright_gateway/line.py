"""
The line: a client's connection, onto which what many clients are told is written as bytes that were made once.

The server would make the frame anew for each client, in a task that has to be woken for it: most of what a client cost.
"""

from __future__ import annotations

import struct
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.protocol import State

_EXTENSION = "bidwright.line"
_TEXT = 0x81
"""A whole text frame (RFC 6455, section 5.2)."""
_SHORT, _MIDDLE = 126, 1 << 16


def framed(text: bytes) -> bytes:
    """*text*, UTF-8, as the server's frame on the wire; nothing is masked or compressed."""
    length = len(text)
    if length < _SHORT:
        return struct.pack("!BB", _TEXT, length) + text
    if length < _MIDDLE:
        return struct.pack("!BBH", _TEXT, 126, length) + text
    return struct.pack("!BBQ", _TEXT, 127, length) + text


def unframed(frame: bytes) -> bytes:
    """The text of such a frame."""
    return frame[{126: 4, 127: 10}.get(frame[1], 2) :]


class Line(WebSocketsSansIOProtocol):
    """
    uvicorn's protocol with a way past its tasks for whole frames.
    """

    async def run_asgi(self) -> None:
        """Serve the connection; the application finds the line in its scope."""
        extensions: dict[str, Any] = {**(self.scope.get("extensions") or {}), _EXTENSION: self}
        self.scope["extensions"] = extensions
        await super().run_asgi()

    def write(self, frame: bytes) -> bool:
        """Write a whole frame now. False when it would have to wait, or can no longer be written: then nothing was."""
        open_ = self.handshake_complete and not self.close_sent and not self.disconnected and self.conn.state is State.OPEN
        if not open_ or not self.writable.is_set() or self.transport.is_closing():
            return False
        self.transport.write(frame)
        return True


def line_of(scope: Any) -> Line | None:
    """The line of a WebSocket's scope; None under another server."""
    found = (scope.get("extensions") or {}).get(_EXTENSION)
    return found if isinstance(found, Line) else None
