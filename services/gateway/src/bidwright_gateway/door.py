"""The door: what every request passes before a route sees it. Host, Origin, caller, limits, size; headers on the way out."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import msgspec
from redis.exceptions import RedisError
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bidwright.clock import Clock
from bidwright.errors import BidwrightError, StoreDown
from bidwright.runtime import failpoints
from bidwright.runtime.logging import get_logger
from bidwright.runtime.order_chain import OrderChain
from bidwright_gateway import memory, problems
from bidwright_gateway.audit import UNTOLD, Audit
from bidwright_gateway.callers import Caller, Callers, Request
from bidwright_gateway.countersign import HEADERS, VERIFIED, Countersign
from bidwright_gateway.devices import Devices
from bidwright_gateway.dress import Pairs, dressed, is_api
from bidwright_gateway.errors import NotKnown, envelope, status_of
from bidwright_gateway.inbox import MAX_BODY, Inbox, TooLarge
from bidwright_gateway.limits import Limit, Standing
from bidwright_gateway.metrics import Metrics
from bidwright_gateway.origins import host_ok, origin_ok
from bidwright_gateway.settings import GatewaySettings

log = get_logger(__name__)
CLAIM = "/api/pairing/claim"
_SLASHES = re.compile(r"/{2,}")
_BID = re.compile(r"/api/auctions/([^/]+)/bid")
_PAIRING = re.compile(r"/api/pairing/[0-9a-f]{32}")
_UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_ORIGINS_S = 1.0


@dataclass(frozen=True, slots=True)
class Guards:
    """
    Who stands at the door: *callers* tells who comes, *audit* notes what they changed, *changed* hears of it before they are answered.

    *countersign* looks at signatures of the existing contract, where the operator wants them. *api* counts what those who are known ask
    for. *orders*: what plugins put around requests.
    """

    callers: Callers
    devices: Devices
    audit: Audit
    countersign: Countersign | None
    api: Limit
    changed: Callable[[], None]
    away: Callable[[], bool]
    """Whether Redis is known to be away: then nobody at the door asks it."""
    orders: OrderChain


class Door:
    """
    ASGI middleware. Refuses in the contract's envelope; adds CORS, security and limit headers; measures.
    """

    def __init__(self, app: ASGIApp, *, settings: GatewaySettings, guards: Guards, clock: Clock, metrics: Metrics) -> None:
        self._app, self._settings, self._metrics = app, settings, metrics
        self._guards, self._clock = guards, clock
        self._api = guards.api
        self._strangers = Limit(settings.api_limit, settings.api_window_ms, clock)
        self._auth = Limit(settings.auth_limit, settings.auth_window_ms, clock)
        self._bids = Limit(settings.bid_limit, settings.bid_window_ms, clock)
        self._paired: frozenset[str] = frozenset()
        self._paired_at = float("-inf")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        scope["path"] = _SLASHES.sub("/", scope["path"])
        headers = Headers(scope=scope)
        hosts = [value for name, value in scope["headers"] if name == b"host"]
        host = hosts[0].decode("latin-1") if hosts else ""
        origins = headers.getlist("origin")
        known_host = host_ok(self._settings, hosts)
        known_origin = not origins or (len(origins) == 1 and await self._may_call(origins[0], host, scope["path"]))
        if scope["type"] == "websocket":
            if known_host and known_origin and not is_api(scope["path"]):  # the token is asked for at /ws alone
                await self._app(scope, receive, send)
            else:
                await receive()
                await send({"type": "websocket.close", "code": 1008, "reason": "Host, Origin or path not allowed"})
            return
        await _Passage(self, (scope, receive, send), headers, origins[0] if origins and known_origin else None).answer(
            known_host=known_host, known_origin=known_origin
        )

    async def _may_call(self, origin: str, host: str, path: str) -> bool:
        if not self._settings.only_paired_extensions:
            return origin_ok(self._settings, origin, host)
        if path != CLAIM and self._clock.monotonic() - self._paired_at > _ORIGINS_S:
            self._paired_at = self._clock.monotonic()
            with suppress(RedisError):  # else as they were read last
                self._paired = await self._guards.devices.origins()
        return origin_ok(self._settings, origin, host, None if path == CLAIM else self._paired)

    async def caller(self, scope: Scope, headers: Headers, inbox: Inbox) -> Caller:
        """Who sends the request. Raises NotKnown, StoreDown, TooLarge."""
        request = Request(
            method=scope["method"],
            host=headers.get("host", ""),
            target=target_of(scope),
            origin=headers.get("origin", ""),
            plain=scope["scheme"] != "https" and not self._settings.on_loopback,
            body=inbox.whole,
        )
        return await self._guards.callers.of(request, headers)

    async def unsigned(self, scope: Scope, headers: Headers, inbox: Inbox, extra: Pairs) -> Mapping[str, Any] | None:
        """What to refuse a request with that should be signed and is not. Raises StoreDown, TooLarge."""
        countersign = self._guards.countersign
        if countersign is None:
            return None
        extra += HEADERS
        if not countersign.looks_at(scope["method"], scope["path"], headers):
            return None
        wrong = await countersign.refused(scope["method"], target_of(scope), headers, await inbox.whole())
        if wrong is None:
            extra.append(VERIFIED)
        return wrong

    def refused(self, scope: Scope, headers: Headers, caller: Caller | None, extra: Pairs) -> tuple[int, dict[str, Any]] | None:
        """Limits; the headers that tell where the caller stands go into *extra*. Whoever is known is never counted with strangers."""
        path, method, ip = scope["path"], scope["method"], client_ip(scope)
        if path != "/api/halt" or caller is None:  # stopping works always
            standing = self._strangers.hit(ip) if caller is None else self._api.hit(_who(caller, ip))
            extra += standing.headers()
            if standing.over:
                return 429, _body("Too many requests from this IP, please try again later.", "RATE_LIMIT_EXCEEDED")
        if self.limited_auth(scope):
            standing = self._auth.look(ip)
            extra += _legacy(standing)
            if standing.over:
                extra[:] = [pair for pair in extra if not pair[0].startswith(b"ratelimit")] + standing.headers() + _legacy(standing)
                return 429, _body("Too many authentication attempts from this IP, please try again later.", "RATE_LIMIT_EXCEEDED")
        if caller and method == "POST" and (found := _BID.fullmatch(path)):
            standing = self._bids.hit(f"{_who(caller, ip)} {found[1]}")
            if standing.over:
                extra[:] = standing.headers()
                sentence = "Too many bid attempts on this auction. Please wait before trying again."
                return 429, _body(sentence, "BID_RATE_LIMIT_EXCEEDED")
        if method in _UNSAFE and headers.get("sec-fetch-site") == "cross-site" and "origin" not in headers:
            return 403, _body("Requests from other sites are not taken", "FORBIDDEN")
        return None

    def limited_auth(self, scope: Scope) -> bool:
        """True for the requests whose failures are counted."""
        return scope["method"] == "POST" and scope["path"] in ("/api/auth", "/api/auth/validate")

    def count_failed_auth(self, scope: Scope) -> None:
        """One more failed attempt of this address."""
        self._auth.hit(client_ip(scope))

    def measure(self, scope: Scope, status: int, began: float) -> None:
        """Count an answered request."""
        method = scope["method"] if scope["method"] in {*_UNSAFE, "GET", "HEAD", "OPTIONS"} else "OTHER"
        self._metrics.answered(method, getattr(scope.get("route"), "path", "unmatched"), status, began)

    async def note(self, scope: Scope, caller: Caller | None, status: int) -> None:
        """Write down a change that somebody asked for."""
        if caller and scope["method"] in _UNSAFE and scope["path"] not in UNTOLD:
            await self._guards.audit.note(caller.name, f"{scope['method']} {scope['path']}", status)

    def store_away(self) -> bool:
        """Whether Redis is known to be away."""
        return self._guards.away()

    def changed(self) -> None:
        """A change is about to be answered."""
        self._guards.changed()

    def crashed(self, scope: Scope, error: Exception) -> None:
        """Log and count an unexpected error."""
        self._metrics.errors.labels("api", "error").inc()
        log.error("request.failed", method=scope["method"], path=scope["path"], exc_info=error)

    async def app(self, scope: Scope, headers: Headers, receive: Receive, send: Send) -> None:
        """What stands behind the door."""
        if not is_api(scope["path"]):
            await self._app(scope, receive, send)
            return
        told = headers.get("traceparent", "")
        await self._guards.orders.request(scope["method"], scope["path"], told, lambda: self._app(scope, receive, send))


class _Passage:
    """
    One HTTP request on its way in and out.
    """

    def __init__(self, door: Door, asgi: tuple[Scope, Receive, Send], headers: Headers, origin: str | None) -> None:
        self._door, self._headers, self._origin = door, headers, origin
        self._scope, receive, self._send = asgi
        self._inbox = Inbox(receive)
        self._began = time.perf_counter()
        self._status = 0
        self._extra: Pairs = []

    async def answer(self, *, known_host: bool, known_origin: bool) -> None:
        """Refuse, or hand on."""
        scope = self._scope
        if not known_host:
            await self._refuse(421, _body("This address is not known here; add it to BIDWRIGHT_ALLOWED_HOSTS.", "MISDIRECTED"))
        elif not known_origin:
            await self._refuse(403, _body("This origin may not call; add it to ALLOWED_ORIGINS.", "FORBIDDEN_ORIGIN"))
        elif scope["method"] == "OPTIONS" and "access-control-request-method" in self._headers:
            await self._refuse(200, None)
        elif self._too_long():
            await self._too_large()
        else:
            await self._enter()
        self._door.measure(scope, self._status, self._began)

    async def _enter(self) -> None:
        scope, caller = self._scope, None
        memory.begin(away=self._door.store_away())
        if is_api(scope["path"]):
            wrong: BidwrightError | None = None
            try:
                caller = await self._door.caller(scope, self._headers, self._inbox)
            except TooLarge:
                await self._too_large()
                return
            except (NotKnown, StoreDown) as error:
                wrong = error
            if refused := self._door.refused(scope, self._headers, caller, self._extra):
                await self._refuse(*refused)
                return
            if wrong and not is_open(scope["method"], scope["path"]):
                await self._refuse(status_of(wrong), envelope(wrong))
                return
            if caller and (unsigned := await self._unsigned()):
                await self._refuse(401, unsigned)
                return
        scope.setdefault("state", {})["caller"] = caller
        await self._hand_on()
        if self._door.limited_auth(scope) and 400 <= self._status < 500:  # noqa: PLR2004 - what the caller did wrong
            self._door.count_failed_auth(scope)
        await self._door.note(scope, caller, self._status)

    async def _unsigned(self) -> Mapping[str, Any] | None:
        """What is wrong with the signature that the existing contract has, where it is asked for."""
        try:
            return await self._door.unsigned(self._scope, self._headers, self._inbox, self._extra)
        except StoreDown as error:
            return envelope(error)

    async def _hand_on(self) -> None:
        try:
            await self._door.app(self._scope, self._headers, self._inbox.receive, self._out)
        except TooLarge:
            await self._too_large()
        except Exception as error:
            self._door.crashed(self._scope, error)
            if self._status:
                raise
            await self._refuse(500, _body("Internal server error", "INTERNAL_ERROR"))

    def _too_long(self) -> bool:
        length = self._headers.get("content-length", "0")
        return length.isdecimal() and int(length) > MAX_BODY

    async def _too_large(self) -> None:
        await self._refuse(413, _body("The body is longer than 1 MiB", "PAYLOAD_TOO_LARGE"))

    async def _out(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            if self._scope["method"] in _UNSAFE:
                self._door.changed()
            message["headers"] = dressed(self._scope, self._headers, list(message.get("headers", [])), self._extra, self._origin)
            if self._scope["method"] in _UNSAFE and self._status < 300:  # noqa: PLR2004 - HTTP
                await failpoints.hit("F11")
        await self._send(message)

    async def _refuse(self, status: int, body: Mapping[str, Any] | None) -> None:
        content, kind = b"", ""
        if body is not None and is_api(self._scope["path"]):
            content, kind = problems.answer(body, status, self._scope["path"], self._headers.get("accept", ""))
        elif body is not None:
            content, kind = msgspec.json.encode(body), problems.JSON
        headers = [(b"content-type", kind.encode())] if kind else []
        await self._out(
            {"type": "http.response.start", "status": status, "headers": [*headers, (b"content-length", str(len(content)).encode())]}
        )
        await self._send({"type": "http.response.body", "body": content})


def target_of(scope: Scope) -> str:
    """Path and query as they were sent."""
    query: bytes = scope["query_string"]
    target: bytes = scope["raw_path"] + (b"?" + query if query else b"")
    return target.decode("latin-1")


def client_ip(scope: Scope) -> str:
    """The caller's address; uvicorn has put a trusted proxy's word in its place."""
    return str(scope["client"][0]) if scope.get("client") else "local"


def is_open(method: str, path: str) -> bool:
    """True for what needs no token under /api: where we are, using a pairing code up, and asking what became of that."""
    return (method == "GET" and (path == "/api/config" or bool(_PAIRING.fullmatch(path)))) or (method == "POST" and path == CLAIM)


def _who(caller: Caller, ip: str) -> str:
    """Devices are counted one by one, whoever has the client token by address, as the contract says."""
    return caller.id if caller.device else ip


def _body(sentence: str, code: str) -> dict[str, Any]:
    return {"success": False, "error": sentence, "code": code}


def _legacy(standing: Standing) -> Pairs:
    reset = str(int(time.time()) + standing.reset_s).encode()
    return [
        (b"x-ratelimit-limit", str(standing.limit).encode()),
        (b"x-ratelimit-remaining", str(standing.left).encode()),
        (b"x-ratelimit-reset", reset),
    ]
