"""
One HTTP exchange on a connection of its own, in steps that can be told apart: open, write, read.

A bid needs the moment between "connected" and "the first byte left", which HTTP libraries hide.
Nothing here is used twice, pooled or retried.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
from urllib.parse import urlsplit

import h11

from bidwright.runtime import failpoints
from bidwright_nellis_proxy.replies import Reply, kept

TOTAL_S = 5.0
"""From the first byte written to the last byte read; part of the quarantine's sum."""
CONNECT_S = 3.0
_LARGEST = 512 * 1024
_PIECE = 65536


class NotConnected(Exception):
    """
    No connection could be made: nothing was written.
    """


class Lost(Exception):
    """
    The request was written and the answer did not come whole; *why* is a short word.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Wire:
    """
    An open connection that has carried nothing yet.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str) -> None:
        self._reader = reader
        self._writer = writer
        self._host = host

    @classmethod
    async def open(cls, address: str, tls: ssl.SSLContext) -> Wire:
        """Connect (and shake hands) with the host of *address*. Raises NotConnected."""
        parts = urlsplit(address)
        secure = parts.scheme == "https"
        host = parts.hostname or ""
        try:
            async with asyncio.timeout(CONNECT_S):
                reader, writer = await asyncio.open_connection(
                    host,
                    parts.port or (443 if secure else 80),
                    ssl=tls if secure else None,
                    server_hostname=host if secure else None,
                    limit=_PIECE,
                )
        except (OSError, TimeoutError) as error:
            raise NotConnected(type(error).__name__) from None
        _never_later(writer)
        return cls(reader, writer, parts.netloc.rpartition("@")[2])

    @property
    def usable(self) -> bool:
        """False when the other side has closed already: then nothing may be written, and nothing was."""
        return not (self._writer.transport.is_closing() or self._reader.at_eof() or self._reader.exception())

    def write(self, path: str, headers: list[tuple[str, str]], body: bytes) -> h11.Connection:
        """Hand the whole request to the system in one piece, without waiting for anything."""
        http, request = self._request(path, headers, body)
        self._writer.write(request)
        return http

    async def write_halves(self, path: str, headers: list[tuple[str, str]], body: bytes) -> h11.Connection:
        """The same with the failpoint F3 in the middle of the body; for tests."""
        http, request = self._request(path, headers, body)
        middle = len(request) - len(body) // 2
        self._writer.write(request[:middle])
        await self._writer.drain()
        await failpoints.hit("F3")
        self._writer.write(request[middle:])
        return http

    async def read(self, http: h11.Connection) -> Reply:
        """The whole answer. Raises Lost: timeout, reset, cut, garbage or too-large."""
        try:
            async with asyncio.timeout(TOTAL_S):
                return await self._answer(http)
        except TimeoutError:
            raise Lost("timeout") from None
        except OSError:
            raise Lost("reset") from None
        except h11.RemoteProtocolError:
            raise Lost("cut" if self._reader.at_eof() else "garbage") from None

    def abort(self) -> None:
        """Drop the connection at once; what has not left the machine never will."""
        self._writer.transport.abort()

    def _request(self, path: str, headers: list[tuple[str, str]], body: bytes) -> tuple[h11.Connection, bytes]:
        http = h11.Connection(h11.CLIENT)
        every = [("Host", self._host), *headers, ("Content-Length", str(len(body))), ("Connection", "close")]
        head = http.send(h11.Request(method="POST", target=path, headers=every))
        rest = http.send(h11.Data(data=body)) or b""
        return http, (head or b"") + rest + (http.send(h11.EndOfMessage()) or b"")

    async def _answer(self, http: h11.Connection) -> Reply:
        status, headers, body = 0, dict[str, str](), bytearray()
        while True:
            event = http.next_event()
            if event is h11.NEED_DATA:
                http.receive_data(await self._reader.read(_PIECE))
            elif isinstance(event, h11.Response):
                status = event.status_code
                headers = kept((name.decode("ascii"), value.decode("latin-1")) for name, value in event.headers)
            elif isinstance(event, h11.Data):
                body += event.data
                if len(body) > _LARGEST:
                    raise Lost("too-large")
            elif isinstance(event, h11.EndOfMessage):
                return Reply(status, body.decode("utf-8", "replace"), headers)
            elif isinstance(event, h11.ConnectionClosed):
                raise Lost("cut")


def _never_later(writer: asyncio.StreamWriter) -> None:
    """Make the kernel give up with us: no resending after the time-out, and a close that throws away what is still queued."""
    raw = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, round(TOTAL_S * 1000))
