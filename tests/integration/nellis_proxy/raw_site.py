"""A raw server in place of the site, which does everything a network can do, and a bidder's way to it."""

import asyncio
import json
import socket
import struct
from contextlib import asynccontextmanager

import grpc.aio
import pytest

from bidwright.runtime.rpc import error_of
from bidwright_proto.v1 import site_pb2

GOOD = {"message": "Your bid was placed", "data": {"bidCount": 4, "currentAmount": 15, "minimumNextBid": 16}}


def http(body, status="200 OK", kind="application/json", extra=""):
    """A whole answer."""
    text = body if isinstance(body, str) else json.dumps(body)
    return f"HTTP/1.1 {status}\r\ncontent-type: {kind}\r\n{extra}content-length: {len(text.encode())}\r\n\r\n{text}".encode()


class RawSite:
    """
    Counts connections and request bodies; *act* decides what happens to one.
    """

    def __init__(self, act):
        self.act = act
        self.connections = 0
        self.bytes = 0
        self.bids = []
        self.heads = []
        self.asked = asyncio.Event()

    async def serve(self, reader, writer):
        self.connections += 1
        try:
            await self.act(self, reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def take(self, reader):
        """Read one request whole."""
        head = await reader.readuntil(b"\r\n\r\n")
        self.bytes += len(head)
        lines = head.decode().split("\r\n")
        length = next((int(line.split(":")[1]) for line in lines if line.lower().startswith("content-length")), 0)
        body = await reader.readexactly(length)
        self.heads.append(head.decode())
        if lines[0].startswith("POST /api/bids"):
            self.bids.append(json.loads(body))
            self.asked.set()
        return lines[0]


def answers(*pieces, then="close"):
    """Take the request, send *pieces*, then close, reset or hang."""

    async def act(site, reader, writer):
        line = await site.take(reader)
        if not line.startswith("POST"):
            writer.write(http("{}", "302 Found", extra="location: /login\r\n"))
            return
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.01)
        if then == "reset":
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()
        if then == "hang":
            await asyncio.sleep(30)

    return act


@asynccontextmanager
async def served(act):
    """A raw site on a socket."""
    site = RawSite(act)
    server = await asyncio.start_server(site.serve, "127.0.0.1", 0)
    try:
        yield site, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


async def submit(running, intent="i1"):
    """What a bidder does."""
    return await running.stub.SubmitIntent(site_pb2.SubmitIntentRequest(intent_id=intent))


async def refused(call):
    """The error that a call ends in."""
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    return error_of(caught.value)


async def refuses(site, reader, writer):
    """Whatever comes is counted."""
    site.bytes += len(await reader.read(65536))
