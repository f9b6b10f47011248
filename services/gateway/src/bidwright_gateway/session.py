"""A session: one client's messages in, read in order, and the answers out, each with its requestId."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import msgspec
from starlette.websockets import WebSocketDisconnect

from bidwright.errors import BadInput, BidwrightError, StoreDown
from bidwright.runtime.logging import get_logger
from bidwright_gateway import memory, messages
from bidwright_gateway.callers import Caller, Request
from bidwright_gateway.clients import Client, Follower
from bidwright_gateway.deps import Deps
from bidwright_gateway.errors import NotKnown, envelope, status_of
from bidwright_gateway.orders import CHANGES, Frame, Orders
from bidwright_gateway.pace import Pace
from bidwright_gateway.signing import Signed

log = get_logger(__name__)
MOST_FAILURES = 5
MOST_OF_A_DEVICE = 8
V2_MAX_BYTES = 65_536
_MOST_BIDS = 16
_BURST = {1: 100, 2: 40}
_SUSPECT_S, _V2_S = 2.0, 3.0
"""How long who comes after many failures, and who speaks the new protocol, may take to show a credential."""


class Session:
    """
    What one client asks, and the answers. *suspect*: many from its address have failed, so its first try must fit.
    """

    def __init__(self, deps: Deps, client: Client, *, suspect: bool) -> None:
        self._deps, self._client, self._suspect = deps, client, suspect
        self._failures = 0
        self._orders = Orders(deps, client)
        self._pace = Pace(deps.settings.ws_messages_per_s, _BURST[client.version], deps.clock)
        self._bids: set[asyncio.Task[None]] = set()

    async def run(self, credential: list[str]) -> None:
        """Read and write until either side ends it. *credential*: the token that came with the handshake, if any."""
        client = self._client
        told = messages.Connected(client_id=client.id, message="Connected to Bidwright", version=client.version)
        client.send(messages.plain(told) if client.version > 1 else {"type": "connected", "clientId": client.id, "message": told.message})
        if credential:
            await self._authenticate({"type": "authenticate", "token": credential[0]})
        jobs = [asyncio.create_task(job) for job in (client.write(self._deps.settings.slowest_s), self._read(), self._watchdog())]
        try:
            await asyncio.wait(jobs[:2], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for job in (*jobs, *self._bids):
                job.cancel()
            await asyncio.gather(*jobs, *self._bids, return_exceptions=True)

    async def _watchdog(self) -> None:
        seconds = self._deps.settings.unauthenticated_s
        seconds = _SUSPECT_S if self._suspect else min(seconds, _V2_S) if self._client.version > 1 else seconds
        await self._deps.clock.sleep(seconds)
        if not self._client.authenticated:
            self._client.close(1008, "Too many connections" if self._suspect else f"Authenticate within {seconds:g} seconds")

    async def _read(self) -> None:
        while True:
            try:
                message = await self._client.socket.receive()
            except (WebSocketDisconnect, RuntimeError):
                return
            if message["type"] == "websocket.disconnect":
                return
            if self._client.closing:
                continue  # it is being let go: nothing it says counts any more
            text = message.get("text")
            if not self._pace.take():
                self._client.close(1008, "Too many messages")
            else:
                await self._take(text if text is not None else message.get("bytes") or b"")

    async def _take(self, raw: str | bytes) -> None:
        if self._client.version > 1 and len(raw) > V2_MAX_BYTES:
            self._client.close(1009, f"A message may have {V2_MAX_BYTES} bytes")
            return
        frame = _read_frame(raw)
        if frame is None:
            self._client.send({"type": "error", "error": "Invalid message format"})
            return
        if (wrong := self._misfit(raw)) is not None:
            self._error(frame, BadInput(wrong))
            return
        kind = frame["type"]
        memory.begin(away=self._deps.board.away and kind != "halt")
        if kind == "ping":
            pong = {"type": "pong"}
            self._client.send(self._marked(frame, {**pong, "id": self._deps.relay.journal.end}) if self._client.version > 1 else pong)
        elif kind == "authenticate":
            await self._authenticate(frame)
        elif self._client.who is None:
            self._error(frame, NotKnown("Not authenticated"))
        elif not await self._deps.callers.still(self._client.who):
            self._client.close(1008, "This device was revoked")
        elif kind not in self._orders:
            self._error(frame, BadInput(f"There is no request {kind[:60]!r}"))
        elif kind == "placeBid":
            self._follow(frame)
        else:
            await self._order(frame)

    def _misfit(self, raw: str | bytes) -> str | None:
        """What is wrong with a message by the types of the new protocol; the existing one is read leniently by each request."""
        if self._client.version == 1:
            return None
        try:
            messages.REQUEST.decode(raw)
        except msgspec.ValidationError as error:
            return str(error)[:300]
        return None

    def _follow(self, frame: Frame) -> None:
        """A bid may take a while: it is followed beside the other requests."""
        if len(self._bids) >= _MOST_BIDS:
            self._error(frame, BadInput("Too many bids are under way on this connection; wait for their results."))
            return
        task = asyncio.create_task(self._order(frame))
        self._bids.add(task)
        task.add_done_callback(self._bids.discard)

    async def _order(self, frame: Frame) -> None:
        status, kind, began = 200, frame["type"], time.perf_counter()
        try:
            lot_id = str(frame.get("auctionId", ""))[:20]
            reply = await self._deps.order_chain.message(kind, lot_id, lambda: self._orders.take(frame))
        except BidwrightError as error:
            status = status_of(error)
            self._error(frame, error)
        except Exception:
            status = 500
            log.exception("socket.failed", request=kind)
            self._deps.metrics.errors.labels("websocket", "error").inc()
            more = "; look at the lot's receipts before you bid again" if kind == "placeBid" else ""
            self._client.send(self._marked(frame, {"type": "error", "error": f"Internal server error{more}"}))
        else:
            self._deps.listing.forget()
            if reply is not None:
                self._client.send(self._marked(frame, reply))
        signs = self._deps.metrics.signs
        signs.messages.labels(kind, "ok" if status < 400 else "refused" if status < 500 else "failed").inc()  # noqa: PLR2004 - as in HTTP
        signs.message_seconds.labels(kind).observe(time.perf_counter() - began)
        if kind in CHANGES and self._client.who:
            await self._deps.audit.note(self._client.who.name, f"WS {kind} {str(frame.get('auctionId', ''))[:100]}".strip(), status)

    # ---- who it is -----------------------------------------------------------------------------------------------------------

    async def _authenticate(self, frame: Frame) -> None:
        client, hub = self._client, self._deps.hub
        try:
            who = await self._caller(frame)
        except (NotKnown, StoreDown) as error:
            self._refuse(frame, error)
            return
        if who.device and sum(1 for other in hub.clients if other.who and other.who.id == who.id) >= MOST_OF_A_DEVICE:
            client.close(1008, f"A device has at most {MOST_OF_A_DEVICE} connections")
            return
        client.who = who
        reply = self._marked(frame, {"type": "authenticated", "success": True})
        if isinstance(client, Follower):
            lots = frame.get("auctionIds")
            client.lots = frozenset(lots) if lots else None
            await self._deps.relay.welcome(client, str(frame.get("lastEventId") or ""), reply)
        else:
            client.wants_service = frame.get("service") is True
            client.send(reply)
            hub.welcome(client)
            hub.tell_service()

    async def _caller(self, frame: Frame) -> Caller:
        socket = self._client.socket
        query = socket.scope["query_string"]
        request = Request(
            method="WS",
            host=socket.headers.get("host", ""),
            target="/ws" + (f"?{query.decode('latin-1')}" if query else ""),
            origin=socket.headers.get("origin", ""),
            plain=socket.scope["scheme"] != "wss" and not self._deps.settings.on_loopback,
            body=_nothing,
        )
        if frame.get("device"):
            parts = (frame.get(name) for name in ("device", "time", "nonce", "signature"))
            return await self._deps.callers.by_signature(request, Signed(*(part if isinstance(part, str) else "" for part in parts)))
        token = frame.get("token")
        return await self._deps.callers.by_token(token if isinstance(token, str) else "", request)

    def _refuse(self, frame: Frame, error: BidwrightError) -> None:
        self._failures += 1
        sentence = "Invalid authentication token" if error.code == "UNAUTHORIZED" else envelope(error)["error"]
        self._client.send(self._marked(frame, {"type": "authenticated", "success": False, "error": sentence}))
        if self._suspect or self._failures >= MOST_FAILURES:
            self._client.close(1008, "Too many connections" if self._suspect else "Too many failed attempts")

    # ---- answers -------------------------------------------------------------------------------------------------------------

    def _error(self, frame: Frame, error: BidwrightError) -> None:
        told = envelope(error)
        reply = {"type": "error", "error": told["error"], "code": told["code"]}
        self._client.send(self._marked(frame, {**reply, "field": told["field"]} if told.get("field") else reply))

    @staticmethod
    def _marked(frame: Frame, reply: dict[str, Any]) -> dict[str, Any]:
        return {**reply, "requestId": frame["requestId"]} if "requestId" in frame else reply


def _read_frame(raw: str | bytes) -> Frame | None:
    """The message, or None when it is none."""
    try:
        frame = msgspec.json.decode(raw, strict=True)
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError, RecursionError):
        return None
    return frame if isinstance(frame, dict) and isinstance(frame.get("type"), str) else None


async def _nothing() -> bytes:
    return b""
