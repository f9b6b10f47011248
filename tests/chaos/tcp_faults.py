"""
A bad line: a TCP relay in this process whose faults are switched while it runs.

What was sent into it is in the network: after a stall it is delivered, even when its sender has given up meanwhile.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Callable
from dataclasses import dataclass, field

Tap = Callable[[bytes], None]


@dataclass
class Line:
    """
    A relay to *host*:*port*; clients connect to ``port_here``. *tap* sees each piece that clients send, as it leaves them.
    """

    port: int
    host: str = "127.0.0.1"
    tap: Tap = lambda _: None
    dice: random.Random = field(default_factory=lambda: random.Random(1))
    delay_s: float = 0.0
    jitter_s: float = 0.0
    cut_up: int | None = None
    """The next connection that sends so many bytes is reset there; once."""
    cut_down: int | None = None
    """The same for what the server sends."""
    port_here: int = 0
    _flows: asyncio.Event = field(default_factory=asyncio.Event)
    _pairs: set[tuple[asyncio.StreamWriter, asyncio.StreamWriter]] = field(default_factory=set)
    _server: asyncio.Server | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def start(self) -> Line:
        """Listen; again on the same port after ``refuse``."""
        self._flows.set()
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port_here)
        self.port_here = self._server.sockets[0].getsockname()[1]
        return self

    def refuse(self) -> None:
        """Nobody listens any more, and what is connected is reset."""
        if self._server:
            self._server.close()
        self.reset()

    def reset(self) -> None:
        """Reset every connection there is."""
        for pair in list(self._pairs):
            for writer in pair:
                writer.transport.abort()

    def stall(self) -> None:
        """Nothing passes either way, and nobody is told."""
        self._flows.clear()

    async def mend(self) -> None:
        """A good line again; what was held back is delivered."""
        self.delay_s = self.jitter_s = 0.0
        self.cut_up = self.cut_down = None
        self._flows.set()
        if self._server and not self._server.is_serving():
            await self.start()

    async def stop(self) -> None:
        """End it."""
        self.refuse()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        try:
            far_reader, far_writer = await asyncio.open_connection(self.host, self.port)
        except OSError:
            writer.transport.abort()
            self._tasks.discard(task)
            return
        pair = (writer, far_writer)
        self._pairs.add(pair)
        try:
            both = [
                asyncio.ensure_future(self._pump(reader, far_writer, up=True)),
                asyncio.ensure_future(self._pump(far_reader, writer, up=False)),
            ]
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            for pump in both:
                pump.cancel()
            await asyncio.gather(*both, return_exceptions=True)
        finally:
            self._pairs.discard(pair)
            self._tasks.discard(task)
            for one in pair:
                one.close()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, up: bool) -> None:
        """Carry pieces one way; each is delayed by itself, none overtakes another."""
        loop, passed = asyncio.get_running_loop(), 0
        waiting: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(1000)

        async def read() -> None:
            with contextlib.suppress(OSError):
                while piece := await reader.read(65536):
                    if up:
                        self.tap(piece)
                    await waiting.put((loop.time() + self.delay_s + self.dice.uniform(0, self.jitter_s), piece))
            await waiting.put((loop.time(), b""))

        reading = asyncio.ensure_future(read())
        try:
            while True:
                at, piece = await waiting.get()
                if (left := at - loop.time()) > 0:
                    await asyncio.sleep(left)
                await self._flows.wait()
                if not piece:
                    return
                limit = self.cut_up if up else self.cut_down
                if limit is not None and passed + len(piece) > limit:
                    self.cut_up, self.cut_down = (None, self.cut_down) if up else (self.cut_up, None)
                    writer.write(piece[: limit - passed] if limit > passed else b"")
                    await asyncio.sleep(0.01)
                    self._abort_pair(writer)
                    return
                passed += len(piece)
                writer.write(piece)
                with contextlib.suppress(OSError):
                    await writer.drain()
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)

    def _abort_pair(self, writer: asyncio.StreamWriter) -> None:
        for pair in list(self._pairs):
            if writer in pair:
                for one in pair:
                    one.transport.abort()
