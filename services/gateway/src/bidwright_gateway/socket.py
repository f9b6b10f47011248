"""The WebSocket at ``/ws``: requests of one client, answered in order, each with its requestId."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from starlette.websockets import WebSocket, WebSocketDisconnect

from bidwright.clock import to_ms
from bidwright.errors import BadInput, BidwrightError, Conflict, NotFound, StoreDown
from bidwright.runtime.logging import get_logger
from bidwright_gateway import ids
from bidwright_gateway.clients import Client
from bidwright_gateway.deps import Deps
from bidwright_gateway.errors import STORE_AWAY
from bidwright_gateway.limits import Limit
from bidwright_gateway.origins import EXTENSION
from bidwright_gateway.shape import Flavour

log = get_logger(__name__)
MOST_FAILURES = 5
_MOST_BIDS = 16
Frame = dict[str, Any]


class Sockets:
    """
    Accepts clients and serves each until it leaves.
    """

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._failed = Limit(deps.settings.ws_limit, deps.settings.ws_window_ms, deps.clock)

    async def serve(self, socket: WebSocket) -> None:
        """One client from connect to end."""
        deps = self._deps
        await socket.accept()
        ip = socket.client.host if socket.client else "local"
        if self._failed.look(ip).over:
            await socket.close(1008, "Too many connections")
            return
        flavour = Flavour.EXTENSION if socket.headers.get("origin", "").startswith(EXTENSION) else Flavour.PAGE
        caller = " ".join((ip, socket.headers.get("origin", ""), socket.headers.get("user-agent", "")))
        client = Client(socket, flavour, to_ms(deps.clock.now()), caller)
        deps.hub.clients.add(client)
        client.send({"type": "connected", "clientId": client.id, "message": "Connected to Bidwright"})
        session = Session(deps, client)
        try:
            await session.run()
        finally:
            deps.hub.leave(client)
            if not client.authenticated:
                self._failed.hit(ip)


class Session:
    """
    What one client asks, and the answers.
    """

    def __init__(self, deps: Deps, client: Client) -> None:
        self._deps, self._client = deps, client
        self._failures = 0
        self._bids: set[asyncio.Task[None]] = set()
        self._handlers: dict[str, Callable[[Frame], Awaitable[None]]] = {
            "getMonitoredAuctions": self._list,
            "subscribe": self._subscribe,
            "unsubscribe": self._unsubscribe,
            "startMonitoring": self._start,
            "stopMonitoring": self._stop,
            "updateConfig": self._update,
            "placeBid": self._bid,
            "halt": self._halt,
            "resume": self._resume,
        }

    async def run(self) -> None:
        """Read and write until either side ends it."""
        jobs = [asyncio.create_task(job) for job in (self._client.write(self._deps.settings.slowest_s), self._read(), self._watchdog())]
        try:
            await asyncio.wait(jobs[:2], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for job in (*jobs, *self._bids):
                job.cancel()
            await asyncio.gather(*jobs, *self._bids, return_exceptions=True)

    async def _watchdog(self) -> None:
        seconds = self._deps.settings.unauthenticated_s
        await self._deps.clock.sleep(seconds)
        if not self._client.authenticated:
            self._client.close(1008, f"Authenticate within {seconds:g} seconds")

    async def _read(self) -> None:
        while True:
            try:
                message = await self._client.socket.receive()
            except (WebSocketDisconnect, RuntimeError):
                return
            if message["type"] == "websocket.disconnect":
                return
            text = message.get("text")
            await self._take(text if text is not None else message.get("bytes") or b"")

    async def _take(self, raw: str | bytes) -> None:
        try:
            frame = msgspec.json.decode(raw, strict=True)
        except (msgspec.DecodeError, UnicodeDecodeError, ValueError, RecursionError):
            frame = None
        if not isinstance(frame, dict) or not isinstance(frame.get("type"), str):
            self._client.send({"type": "error", "error": "Invalid message format"})
            return
        kind = frame["type"]
        if kind == "ping":
            self._client.send({"type": "pong"})
        elif kind == "authenticate":
            self._authenticate(frame)
        elif not self._client.authenticated:
            self._error(frame, "Not authenticated")
        elif kind not in self._handlers:
            self._error(frame, f"There is no request {kind[:60]!r}")
        else:
            await self._handle(frame)

    async def _handle(self, frame: Frame) -> None:
        try:
            await self._handlers[frame["type"]](frame)
        except StoreDown:
            self._error(frame, STORE_AWAY)
        except BidwrightError as error:
            self._error(frame, str(error))
        except Exception:
            log.exception("socket.failed", request=frame["type"])
            self._deps.metrics.errors.labels("websocket", "error").inc()
            self._error(frame, "Internal server error")

    def _authenticate(self, frame: Frame) -> None:
        token = frame.get("token")
        known = isinstance(token, str) and hmac.compare_digest(token.encode("utf-8", "replace"), self._deps.token.encode())
        if known:
            self._client.authenticated = True
            self._client.wants_service = frame.get("service") is True
            self._reply(frame, {"type": "authenticated", "success": True})
            self._deps.hub.welcome(self._client)
            self._deps.hub.tell_service()
            return
        self._failures += 1
        self._reply(frame, {"type": "authenticated", "success": False, "error": "Invalid authentication token"})
        if self._failures >= MOST_FAILURES:
            self._client.close(1008, "Too many failed attempts")

    async def _list(self, frame: Frame) -> None:
        board, hub, words = self._deps.board, self._deps.hub, self._client.flavour
        lots = await board.read()
        self._reply(frame, {"type": "response", "data": {"auctions": [hub.auction(lot, words) for lot in board.listed(lots.values())]}})

    async def _subscribe(self, frame: Frame) -> None:
        lot = self._deps.board.lots.get(ids.lot_id(frame.get("auctionId")))
        if lot and lot.watched:
            data = self._deps.hub.auction(lot, self._client.flavour)["data"]
            self._reply(frame, {"type": "auctionUpdate", "auctionId": lot.id, "data": data})

    async def _unsubscribe(self, frame: Frame) -> None:
        """Everybody is told everything; there is nothing to undo."""

    async def _start(self, frame: Frame) -> None:
        lot_id = ids.lot_id(frame.get("auctionId"))
        reply = {"type": "response", "action": "startMonitoring", "auctionId": lot_id}
        try:
            await self._deps.desk.start(lot_id, frame.get("config"), frame.get("metadata"))
        except Conflict:
            self._reply(frame, {**reply, "success": False})
        else:
            self._reply(frame, {**reply, "success": True})

    async def _stop(self, frame: Frame) -> None:
        lot_id = ids.lot_id(frame.get("auctionId"))
        stopped = await self._deps.desk.stop(lot_id)
        self._reply(frame, {"type": "response", "action": "stopMonitoring", "auctionId": lot_id, "success": stopped})

    async def _update(self, frame: Frame) -> None:
        lot_id = ids.lot_id(frame.get("auctionId"))
        expect = frame.get("expectVersion")
        try:
            lot = await self._deps.desk.configure(lot_id, frame.get("config"), expect=expect if isinstance(expect, str) else "")
        except NotFound:
            raise NotFound(f"Auction {lot_id} not found") from None
        self._reply(frame, {"type": "response", "data": {"success": True}})
        self._deps.hub.tell(lot)

    async def _bid(self, frame: Frame) -> None:
        """A bid may take a while: it is followed beside the other requests."""
        lot_id = ids.lot_id(frame.get("auctionId"))
        if len(self._bids) >= _MOST_BIDS:
            raise BadInput("Too many bids are under way on this connection; wait for their results.")
        task = asyncio.create_task(self._follow_bid(lot_id, frame))
        self._bids.add(task)
        task.add_done_callback(self._bids.discard)

    async def _follow_bid(self, lot_id: str, frame: Frame) -> None:
        key = frame.get("idempotencyKey")
        try:
            outcome = await self._deps.bidding.place(lot_id, frame.get("amount"), key if isinstance(key, str) else "")
        except Exception:
            log.exception("socket.failed", request="placeBid")
            self._error(frame, "Internal server error; look at the lot's receipts before you bid again")
            return
        self._reply(frame, {"type": "bidResult", "auctionId": lot_id, **outcome.body})

    async def _halt(self, frame: Frame) -> None:
        gen = await self._deps.switches.halt(frame.get("why"))
        self._reply(frame, {"type": "response", "action": "halt", "success": True, "halted": True, "gen": gen})

    async def _resume(self, frame: Frame) -> None:
        answer = await self._deps.switches.resume(frame.get("gen"))
        self._reply(frame, {"type": "response", "action": "resume", "success": True, **answer})

    def _error(self, frame: Frame, sentence: str) -> None:
        self._reply(frame, {"type": "error", "error": sentence})

    def _reply(self, frame: Frame, reply: Frame) -> None:
        self._client.send({**reply, "requestId": frame["requestId"]} if "requestId" in frame else reply)
