"""For tests: a whole gateway on a free port, and a site that says what it is told."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import grpc.aio
import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from bidwright.errors import LotGone, UpstreamError
from bidwright.runtime import rpc, service
from bidwright.runtime.settings import read
from bidwright_gateway.bootstrap import Gateway, bootstrap
from bidwright_gateway.server import listen, serve
from bidwright_gateway.settings import GatewaySettings
from bidwright_gateway.testing_replies import Replies
from bidwright_proto.v1 import site_pb2, site_pb2_grpc

TOKEN = "test-token"  # noqa: S105 - made up
LOT = "70012345"
EXTENSION = "chrome-extension://abcdefghijklmnopabcdefghijklmnop"
SITE = "http://127.0.0.1:9900"


@dataclass
class FakeSite(site_pb2_grpc.SiteServicer):
    """
    nellis-proxy's gRPC service with lots from a table; *session* is what SetSession and CheckSession answer.

    *mine* are the account's lots; *asked* names every call for lots; *troubles* are the errors of single calls, by name.
    """

    lots: dict[str, site_pb2.Lot] = field(default_factory=dict)
    session: str = "ok"
    cookies: list[str] = field(default_factory=list)
    down: UpstreamError | None = None
    mine: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    troubles: dict[str, UpstreamError] = field(default_factory=dict)

    async def GetLot(self, request: site_pb2.GetLotRequest, context: Any) -> site_pb2.GetLotReply:  # noqa: N802 - gRPC's name
        """The lot of the table, or LotGone."""
        return await rpc.answer(context, self._lot(request.lot_id))

    async def GetLots(self, request: site_pb2.GetLotsRequest, context: Any) -> site_pb2.GetLotsReply:  # noqa: N802 - gRPC's name
        """The open ones of these lots."""
        return await rpc.answer(context, self._lots(request.lot_ids))

    async def ListMyLots(self, request: site_pb2.ListMyLotsRequest, context: Any) -> site_pb2.ListMyLotsReply:  # noqa: ARG002, N802 - gRPC's shape
        """The lots of *mine*."""
        return await rpc.answer(context, self._my_lots())

    async def Search(self, request: site_pb2.SearchRequest, context: Any) -> site_pb2.SearchReply:  # noqa: N802 - gRPC's name
        """The lots whose title has the query in it."""
        return await rpc.answer(context, self._search(request))

    async def SetSession(self, request: site_pb2.SetSessionRequest, context: Any) -> site_pb2.SessionReply:  # noqa: N802 - gRPC's name
        """Keep what was sent."""
        self.cookies.append(request.cookies or f"sealed to {request.sealed.key_id}")
        return await rpc.answer(context, self._session())

    async def CheckSession(self, request: site_pb2.CheckSessionRequest, context: Any) -> site_pb2.SessionReply:  # noqa: ARG002, N802 - gRPC's shape
        """Say *session*."""
        return await rpc.answer(context, self._session())

    async def GetStatus(self, request: site_pb2.GetStatusRequest, context: Any) -> site_pb2.GetStatusReply:  # noqa: ARG002, N802 - gRPC's shape
        """A closed breaker that has seen ten reads."""
        breaker = site_pb2.BreakerStatus(enabled=True, state="closed", ok=9, failed=1, failures=5, open_ms=30_000, soon_ms=5000)
        return site_pb2.GetStatusReply(breaker_state="closed", breaker=breaker, session_state=self.session, requests_per_second=10)

    async def GetSessionKey(self, request: site_pb2.GetSessionKeyRequest, context: Any) -> site_pb2.SessionKey:  # noqa: ARG002, N802 - gRPC's shape
        """Some key."""
        return site_pb2.SessionKey(key_id="k1", public_key=b"\x04" + bytes(64))

    async def Probe(self, request: site_pb2.ProbeRequest, context: Any) -> site_pb2.ProbeReply:  # noqa: ARG002, N802 - gRPC's shape
        """One finding."""
        found = site_pb2.Finding(name="page", state="ok", sentence="The site answers the lot's page.")
        return site_pb2.ProbeReply(findings=[found], at_ms=_just_now(), lot_id=request.lot_id)

    async def _lot(self, lot_id: str) -> site_pb2.GetLotReply:
        self._heard("GetLot")
        if lot_id not in self.lots:
            raise LotGone("The site does not know this lot")
        return site_pb2.GetLotReply(lot=self.lots[lot_id], read_started_ms=_just_now())

    async def _lots(self, lot_ids: Iterable[str]) -> site_pb2.GetLotsReply:
        self._heard("GetLots")
        found = [self.lots[i] for i in lot_ids if i in self.lots and not self.lots[i].closed]
        return site_pb2.GetLotsReply(lots=found, read_started_ms=_just_now())

    async def _my_lots(self) -> site_pb2.ListMyLotsReply:
        self._heard("ListMyLots")
        return site_pb2.ListMyLotsReply(lots=[self.lots[i] for i in self.mine], read_started_ms=_just_now())

    async def _search(self, request: site_pb2.SearchRequest) -> site_pb2.SearchReply:
        self._heard("Search")
        found = [_hit(lot) for lot in self.lots.values() if request.query.lower() in lot.title.lower()]
        size = request.hits_per_page
        shown = found[request.page * size :][:size]
        return site_pb2.SearchReply(hits=shown, total_hits=len(found), total_pages=-(-len(found) // size), page=request.page)

    def _heard(self, call: str) -> None:
        self.asked.append(call)
        if trouble := self.down or self.troubles.get(call):
            raise trouble

    async def _session(self) -> site_pb2.SessionReply:
        if self.down:
            raise self.down
        return site_pb2.SessionReply(state=self.session)


def _just_now() -> int:
    return round(time.time() * 1000) - 5


def _hit(lot: site_pb2.Lot) -> site_pb2.SearchHit:
    return site_pb2.SearchHit(
        lot_id=lot.id,
        title=lot.title,
        image_url=lot.image_url,
        location_name=lot.location_name,
        close_ms=lot.close_ms,
        retail_cents=lot.retail_cents,
    )


@dataclass(frozen=True)
class Running:
    """
    A gateway that answers on *port*.
    """

    gateway: Gateway
    port: int
    site: FakeSite
    replies: Replies
    """What it has answered so far."""
    lan_port: int = 0
    """Its port for the network at home, with TLS; 0 without one."""

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def ws(self) -> str:
        """Its WebSocket's address."""
        return f"ws://127.0.0.1:{self.port}/ws"


class Wire:
    """
    A client that speaks only the contract. *frames* are those nobody waited for, oldest first.
    """

    def __init__(self, socket: ClientConnection) -> None:
        self.socket, self.frames = socket, list[dict[str, Any]]()
        self._number = 0

    async def next(self, within_s: float = 10) -> dict[str, Any]:
        """The next frame, whatever it is."""
        async with asyncio.timeout(within_s):
            frame: dict[str, Any] = msgspec.json.decode(await self.socket.recv())
        return frame

    async def tell(self, frame: dict[str, Any]) -> None:
        """Send a frame without a requestId."""
        await self.socket.send(msgspec.json.encode(frame).decode())

    async def ask(self, kind: str, **fields: object) -> dict[str, Any]:
        """Send a request and give the frame that carries its requestId."""
        self._number += 1
        request = f"req_{self._number}"
        await self.tell({"type": kind, "requestId": request, **fields})
        return await self.until(lambda frame: frame.get("requestId") == request)

    async def until(self, wanted: Callable[[dict[str, Any]], bool], within_s: float = 10) -> dict[str, Any]:
        """The first frame that *wanted* likes; others are kept in *frames*."""
        async with asyncio.timeout(within_s):
            while True:
                frame = await self.next(within_s)
                if wanted(frame):
                    return frame
                self.frames.append(frame)

    async def state(self, lot_id: str, wanted: Callable[[dict[str, Any]], bool] = bool) -> dict[str, Any]:
        """The Auction of the first auctionState of the lot that *wanted* likes."""
        found = await self.until(lambda f: f["type"] == "auctionState" and f["auction"]["id"] == lot_id and wanted(f["auction"]))
        auction: dict[str, Any] = found["auction"]
        return auction


async def raw(port: int, sent: bytes, within_s: float = 5) -> bytes:
    """What comes back for bytes that no client would send: all until it is closed, for an upgrade what comes first."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(sent)
        await writer.drain()
        async with asyncio.timeout(within_s):
            first = await reader.read(65536)
            return first if first.startswith(b"HTTP/1.1 101") else first + await reader.read()
    finally:
        writer.close()


async def brought_in_line(redis: Any, lot_id: str = LOT) -> None:
    """Wait until the running gateway has given a watched lot its day: until then the version of the lot's settings may still change."""
    while "day:" not in (await redis.hget(f"bw:lot:{lot_id}", "scopes") or ""):  # noqa: ASYNC110 - tests only
        await asyncio.sleep(0.01)


@asynccontextmanager
async def wired(address: str, *, token: str | None = TOKEN, origin: str | None = None) -> AsyncIterator[Wire]:
    """A connected client, authenticated unless *token* is None."""
    async with connect(address, origin=Origin(origin) if origin else None, max_size=None) as socket:
        wire = Wire(socket)
        if token is not None:
            await wire.until(lambda frame: frame["type"] == "connected")
            await wire.ask("authenticate", token=token)
            await wire.until(lambda frame: frame["type"] == "monitoredAuctions")
        yield wire


Neighbours = Callable[[int], AbstractAsyncContextManager[tuple[int, int]]]
"""Runs bidder and poller beside a nellis-proxy on a port; gives their ports."""


@asynccontextmanager
async def nobody(_: int) -> AsyncIterator[tuple[int, int]]:
    """Neither bidder nor poller."""
    yield 1, 1


@asynccontextmanager
async def running(redis_url: str, site: FakeSite | None = None, neighbours: Neighbours = nobody, **env: object) -> AsyncIterator[Running]:
    """
    A real server with its loops against a real store; *env* are settings by the names of their variables.

    nellis-proxy is *site* over real gRPC; bidder and poller are away unless *neighbours* runs them. At its end raises AssertionError
    when an answer was not as the OpenAPI promises.
    """
    site, stack = site or FakeSite(), AsyncExitStack()
    server, _ = rpc.server(**{"bidwright.v1.Site": (site_pb2_grpc.add_SiteServicer_to_server, site)})
    site_port = rpc.bind(server, "127.0.0.1:0")
    await server.start()
    given: dict[str, object] = {
        "REDIS_URL": redis_url, "PORT": 0, "AUTH_TOKEN": TOKEN, "NELLIS_BASE_URL": SITE, **env,
    }  # fmt: skip
    settings = read(GatewaySettings, **given)
    around = await stack.enter_async_context(neighbours(site_port))
    channels: tuple[grpc.aio.Channel, ...] = tuple(rpc.channel(f"127.0.0.1:{port}") for port in (site_port, *around))
    sock, lan = listen(settings), listen(settings, lan=True) if settings.lan_bind else None
    try:
        async with bootstrap(settings, channels=(channels[0], channels[1], channels[2])) as gateway:
            replies = Replies.of(gateway.app)
            serving = [serve(replies, settings, sock)]
            if lan:
                serving.append(serve(replies, settings, lan, gateway.deps.tls))
            jobs = [asyncio.ensure_future(job) for job in (*serving, *gateway.loops.all())]
            try:
                with suppress(TimeoutError):  # a test may begin with the store away
                    async with asyncio.timeout(3):
                        while not gateway.deps.board.loaded:  # noqa: ASYNC110 - tests only
                            await asyncio.sleep(0.01)
                yield Running(gateway, sock.getsockname()[1], site, replies, lan.getsockname()[1] if lan else 0)
            finally:
                await service.end(jobs)
    finally:
        for channel in channels:
            await channel.close()
        await stack.aclose()
        await server.stop(0)
        sock.close()
        if lan:
            lan.close()
    assert not replies.wrong, replies.wrong  # noqa: S101 - for tests
