"""A client beside the site, without a socket: an httpx transport that streams, keeps time-outs and breaks when faults say so."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message

    from bidwright import Clock


class _Line:
    """The connection between one request and the application; what a fault does to it is seen by the client."""

    def __init__(self) -> None:
        self.messages: asyncio.Queue[Message] = asyncio.Queue()
        self.gone = asyncio.Event()

    def abort(self) -> None:
        """As a reset: nothing more comes."""
        self.messages.put_nowait({"type": "aborted"})

    def close(self) -> None:
        """As an end in the middle: what was written arrives, and no more."""
        self.messages.put_nowait({"type": "closed"})


class InProcessTransport(httpx.AsyncBaseTransport):
    """
    Carries requests straight into an ASGI application. Read time-outs pass on *clock*, so a hanging answer can be tested by hand.
    """

    def __init__(self, app: ASGIApp, clock: Clock) -> None:
        self.app = app
        self.clock = clock

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer with a response whose body streams."""
        line = _Line()
        body = await request.aread()
        sent = False

        async def receive() -> Message:
            nonlocal sent
            if not sent:
                sent = True
                return {"type": "http.request", "body": body, "more_body": False}
            await line.gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            line.messages.put_nowait(message)

        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": request.method,
            "scheme": request.url.scheme,
            "path": request.url.path,
            "raw_path": request.url.raw_path.split(b"?")[0],
            "query_string": request.url.query,
            "root_path": "",
            "headers": [(name.lower(), value) for name, value in request.headers.raw],
            "server": (request.url.host, request.url.port or 80),
            "client": ("127.0.0.1", 0),
            "sim.transport": line,
        }
        task = asyncio.ensure_future(self.app(scope, receive, send))
        task.add_done_callback(lambda _: line.messages.put_nowait({"type": "done"}))
        timeout = request.extensions.get("timeout", {}).get("read")
        stream = _Stream(line, task, self.clock, timeout, request)
        try:
            start = await stream.message()
        except BaseException:
            await stream.aclose()
            raise
        return httpx.Response(start["status"], headers=start["headers"], stream=stream, request=request)


class _Stream(httpx.AsyncByteStream):
    """The body as it comes."""

    def __init__(self, line: _Line, task: asyncio.Future[None], clock: Clock, timeout: float | None, request: httpx.Request) -> None:
        self.line, self.task, self.clock, self.timeout, self.request = line, task, clock, timeout, request

    async def message(self) -> Message:
        """The application's next message, or the error a real connection would raise."""
        message = await self._next()
        if message["type"] == "done":
            if not self.task.cancelled() and (error := self.task.exception()):
                raise error
            raise httpx.RemoteProtocolError("Server disconnected without sending a response.", request=self.request)
        if message["type"] == "aborted":
            raise httpx.ReadError("Connection reset by peer", request=self.request)
        if message["type"] == "closed":
            raise httpx.RemoteProtocolError("peer closed connection without sending complete message body", request=self.request)
        return message

    async def _next(self) -> Message:
        getting = asyncio.ensure_future(self.line.messages.get())
        if self.timeout is None:
            return await getting
        timer = asyncio.ensure_future(self.clock.sleep(self.timeout))
        try:
            await asyncio.wait((getting, timer), return_when=asyncio.FIRST_COMPLETED)
            if not getting.done():
                raise httpx.ReadTimeout("The read operation timed out", request=self.request)
            return getting.result()
        finally:
            getting.cancel()
            timer.cancel()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Chunks until the end."""
        more = True
        while more:
            message = await self.message()
            more = message.get("more_body", False)
            if message.get("body"):
                yield message["body"]

    async def aclose(self) -> None:
        """Hang up, and wait until the application has noticed."""
        self.line.gone.set()
        if not self.task.done():
            done, _ = await asyncio.wait({self.task}, timeout=1)
            if not done:
                self.task.cancel()
