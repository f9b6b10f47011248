"""
The front of the simulated site: reads pass through, and each bid meets one of the things that a network and a site can do to it.

It keeps a ledger of its own: how many requests each attempt caused, how many bodies arrived whole, and which were carried out when.
"""

from __future__ import annotations

import asyncio
import json
import random
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bidwright_simulator import Site
from bidwright_simulator.bids import _TEXTS, _accepted

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Apply = Callable[[], bytes]


@dataclass
class Attempt:
    """
    What became of one intent at the site. *late*: carry it out later (the network held it back).
    """

    way: str
    requests: int = 0
    bodies: int = 0
    accepted: int = 0
    late: list[Callable[[], None]] = field(default_factory=list)


class Front:
    """
    Relays to the simulator on *port*; ``attempt`` says what happens to the next bid.
    """

    def __init__(self, site: Site, port: int, dice: random.Random) -> None:
        self._site, self._port, self._dice = site, port, dice
        self.attempts: dict[int, Attempt] = {}
        """By lot: the attempt under way."""
        self._server: asyncio.Server | None = None
        self._busy: set[asyncio.Task[None]] = set()

    async def start(self) -> str:
        """Gives its address."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        """End it."""
        assert self._server
        self._server.close()
        for task in self._busy:
            task.cancel()
        await asyncio.gather(*self._busy, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._busy.add(task)
        try:
            while await self._one(reader, writer):
                pass
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._busy.discard(task)
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One request; True when another may follow on the connection."""
        head = await reader.readuntil(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        length = next((int(line.split(":")[1]) for line in lines if line.lower().startswith("content-length")), 0)
        if not lines[0].startswith("POST /api/bids"):
            return await self._relay(head + await reader.readexactly(length), writer)
        lot = int(next(line for line in lines if line.lower().startswith("referer")).rpartition("/")[2])
        attempt = self.attempts[lot]
        attempt.requests += 1
        await WAYS[attempt.way](self, attempt, (reader, writer), length)
        return False

    async def _relay(self, request: bytes, writer: asyncio.StreamWriter) -> bool:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            far_writer.write(request.replace(b"\r\n\r\n", b"\r\nx-front: 1\r\n\r\n", 1))
            head = await far_reader.readuntil(b"\r\n\r\n")
            found = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")]
            body = await far_reader.readexactly(int(found[0].split(b":")[1])) if found else b""
            writer.write(head + body)
            await writer.drain()
        finally:
            far_writer.close()
        return True

    # ---- what may happen to a bid --------------------------------------------------------------------------------------------

    async def body(self, attempt: Attempt, streams: Streams, length: int) -> Apply:
        """Take the whole body; gives what carries it out and makes the true answer."""
        order = json.loads(await streams[0].readexactly(length))
        attempt.bodies += 1
        lot = self._site.lots[order["productId"]]

        def apply() -> bytes:
            outcome = self._site.bid(self._site.demo_user, lot, order["bid"])
            attempt.accepted += outcome.accepted
            if outcome.accepted:
                return http(200, _accepted(lot, self._site.demo_user, outcome))
            return http(400, {"error": _TEXTS["2026"][outcome.result].replace("{next}", str(lot.next_for(self._site.demo_user)))})

        return apply

    async def in_the_head(self, attempt: Attempt, streams: Streams, length: int) -> None:
        """Broken off when the head was there and none of the body was taken."""
        reset(streams[1])

    async def in_the_body(self, attempt: Attempt, streams: Streams, length: int) -> None:
        """Broken off inside the body."""
        await streams[0].readexactly(self._dice.randrange(length))
        reset(streams[1])

    async def lost(self, attempt: Attempt, streams: Streams, length: int) -> None:
        """The body arrived and was forgotten; no answer."""
        await self.body(attempt, streams, length)
        await self._end(streams)

    async def done_unanswered(self, attempt: Attempt, streams: Streams, length: int) -> None:
        """Carried out; no byte of an answer."""
        (await self.body(attempt, streams, length))()
        await self._end(streams)

    async def in_the_reply(self, attempt: Attempt, streams: Streams, length: int) -> None:
        """Carried out; the answer breaks off somewhere."""
        reply = (await self.body(attempt, streams, length))()
        streams[1].write(reply[: self._dice.randrange(1, len(reply))])
        await streams[1].drain()
        await self._end(streams)

    async def after_the_reply(self, attempt: Attempt, streams: Streams, length: int) -> None:
        """Carried out and answered; then the connection breaks."""
        streams[1].write((await self.body(attempt, streams, length))())
        await streams[1].drain()
        await asyncio.sleep(0.005)
        reset(streams[1])

    async def answered(self, attempt: Attempt, streams: Streams, length: int) -> None:
        """All is well."""
        streams[1].write((await self.body(attempt, streams, length))())
        await streams[1].drain()

    async def silent(self, attempt: Attempt, streams: Streams, length: int) -> None:
        """Carried out; the answer never comes."""
        (await self.body(attempt, streams, length))()
        await streams[0].read(1)

    async def silent_undone(self, attempt: Attempt, streams: Streams, length: int) -> None:
        """Not carried out, and no answer comes."""
        await self.body(attempt, streams, length)
        await streams[0].read(1)

    async def held_back(self, attempt: Attempt, streams: Streams, length: int) -> None:
        """The network holds the body back: it is carried out when its sender has long given up."""
        apply = await self.body(attempt, streams, length)
        attempt.late.append(lambda: apply() and None)
        await self._end(streams)

    async def doubled(self, attempt: Attempt, streams: Streams, length: int) -> None:
        """Delivered twice; answered for the first, or for the second."""
        apply = await self.body(attempt, streams, length)
        replies = [apply(), apply()]
        attempt.accepted = min(attempt.accepted, 1)
        streams[1].write(self._dice.choice(replies))
        await streams[1].drain()

    async def garbage(self, attempt: Attempt, streams: Streams, length: int) -> None:
        """Carried out or not; the answer is noise."""
        apply = await self.body(attempt, streams, length)
        if self._dice.random() < 0.5:
            apply()
        streams[1].write(
            self._dice.choice((self._dice.randbytes(60), b"\x00\x01 hello\r\n\r\n", b"HTTP/1.1 2x0 OK\r\n\r\n", b"SSH-2.0-x\r\n"))
        )
        await streams[1].drain()

    async def odd_answer(self, attempt: Attempt, streams: Streams, length: int) -> None:
        """Carried out or not; the answer is well formed and says nothing that proves it."""
        apply = await self.body(attempt, streams, length)
        if self._dice.random() < 0.5:
            apply()
        status, what, kind = self._dice.choice(ODD)
        streams[1].write(http(status, what, kind))
        await streams[1].drain()

    async def refused(self, attempt: Attempt, streams: Streams, length: int) -> None:
        """The connection is taken and closed again before anything is read."""

    async def _end(self, streams: Streams) -> None:
        if self._dice.random() < 0.5:
            reset(streams[1])


ODD: tuple[tuple[int, object, str], ...] = (
    (500, {"error": "Internal"}, "application/json"),
    (502, "<html>Bad gateway", "text/html"),
    (503, "", "text/plain"),
    (200, "{", "application/json"),
    (200, {}, "application/json"),
    (200, {"data": {}}, "application/json"),
    (200, [], "application/json"),
    (200, "<html><form action='/login'>Log in", "text/html"),
    (401, {"error": "Authentication required"}, "application/json"),
    (403, "<html>Just a moment... captcha", "text/html"),
    (404, {"error": "No such page"}, "application/json"),
    (409, {"error": "Conflict"}, "application/json"),
    (429, {"error": "Too many requests"}, "application/json"),
    (204, "", "text/plain"),
)
Way = Callable[[Front, Attempt, Streams, int], Awaitable[None]]
WAYS: dict[str, Way] = {
    name.replace("_", " "): getattr(Front, name)
    for name in (
        "in_the_head", "in_the_body", "lost", "done_unanswered", "in_the_reply", "after_the_reply", "answered", "silent",
        "silent_undone", "held_back", "doubled", "garbage", "odd_answer",
    )
}  # fmt: skip


def http(status: int, what: object, kind: str = "application/json") -> bytes:
    """A whole answer."""
    text = what if isinstance(what, str) else json.dumps(what)
    return f"HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\ncontent-length: {len(text.encode())}\r\n\r\n{text}".encode()


def reset(writer: asyncio.StreamWriter) -> None:
    """Break the connection, with RST."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
