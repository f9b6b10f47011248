"""The door: what every request passes before a route sees it. Host, Origin, limits, token, size; headers on the way out."""

from __future__ import annotations

import hmac
import re
import time
from collections.abc import MutableMapping
from typing import Any

import msgspec
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bidwright.clock import Clock
from bidwright.runtime import failpoints
from bidwright.runtime.logging import get_logger
from bidwright_gateway.limits import Limit, Standing
from bidwright_gateway.metrics import Metrics
from bidwright_gateway.origins import host_ok, origin_ok
from bidwright_gateway.settings import GatewaySettings

log = get_logger(__name__)
MAX_BODY = 1_048_576
EXTRA = "/api/x"
"""Every address below belongs to the plugin that the next part names; none of ours is there."""
_SLASHES = re.compile(r"/{2,}")
_BID = re.compile(r"/api/auctions/([^/]+)/bid")
_UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_METHODS = b"GET,HEAD,PUT,PATCH,POST,DELETE"
_API_CSP = b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
_FIXED = [
    (b"x-frame-options", b"DENY"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"permissions-policy", b"geolocation=(), microphone=(), camera=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
]
_DOORS = frozenset({*(name for name, _ in _FIXED), b"content-security-policy", b"strict-transport-security", b"vary"})
Pairs = list[tuple[bytes, bytes]]


class _TooLarge(Exception):
    """The body is longer than MAX_BODY."""


class Door:
    """
    ASGI middleware. Refuses in the contract's envelope; adds CORS, security and limit headers; measures.
    """

    def __init__(self, app: ASGIApp, *, settings: GatewaySettings, token: str, clock: Clock, metrics: Metrics) -> None:
        self._app, self._settings, self._metrics = app, settings, metrics
        self._token = token.encode()
        self._api = Limit(settings.api_limit, settings.api_window_ms, clock)
        self._auth = Limit(settings.auth_limit, settings.auth_window_ms, clock)
        self._bids = Limit(settings.bid_limit, settings.bid_window_ms, clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        scope["path"] = _SLASHES.sub("/", scope["path"])
        headers = Headers(scope=scope)
        hosts = [value for name, value in scope["headers"] if name == b"host"]
        host = hosts[0].decode("latin-1") if hosts else ""
        origin = headers.get("origin")
        known_host = host_ok(self._settings, hosts)
        known_origin = origin is None or origin_ok(self._settings, origin, host)
        if scope["type"] == "websocket":
            if known_host and known_origin and not is_api(scope["path"]):  # the token is asked for at /ws alone
                await self._app(scope, receive, send)
            else:
                await receive()
                await send({"type": "websocket.close", "code": 1008, "reason": "Host, Origin or path not allowed"})
            return
        await _Request(self, (scope, receive, send), headers, origin if known_origin else None).answer(
            known_host=known_host, known_origin=known_origin
        )

    def refusal(self, scope: Scope, headers: Headers, extra: Pairs) -> tuple[int, dict[str, Any]] | None:  # noqa: PLR0911 - one line per refusal reads best
        """Limits and token; the headers that tell where the caller stands go into *extra*."""
        path, method, ip = scope["path"], scope["method"], client_ip(scope)
        if not is_api(path):
            return None
        if path != "/api/halt":  # stopping works always
            standing = self._api.hit(ip)
            extra += standing.headers()
            if standing.over:
                return 429, _body("Too many requests from this IP, please try again later.", "RATE_LIMIT_EXCEEDED")
        if not (method == "GET" and path == "/api/config") and not self._knows(headers.get("authorization", "")):
            return 401, _body("Authentication required", "UNAUTHORIZED")
        if self.limited_auth(scope):
            standing = self._auth.look(ip)
            extra += _legacy(standing)
            if standing.over:
                extra[:] = [pair for pair in extra if not pair[0].startswith(b"ratelimit")] + standing.headers() + _legacy(standing)
                return 429, _body("Too many authentication attempts from this IP, please try again later.", "RATE_LIMIT_EXCEEDED")
        if method == "POST" and (found := _BID.fullmatch(path)):
            standing = self._bids.hit(f"{ip} {found[1]}")
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
        route = getattr(scope.get("route"), "path", "unmatched")
        labels = (scope["method"] if scope["method"] in {*_UNSAFE, "GET", "HEAD", "OPTIONS"} else "OTHER", route, str(status))
        self._metrics.http.labels(*labels).inc()
        self._metrics.http_seconds.labels(*labels).observe(time.perf_counter() - began)

    def crashed(self, scope: Scope, error: Exception) -> None:
        """Log and count an unexpected error."""
        self._metrics.errors.labels("api", "error").inc()
        log.error("request.failed", method=scope["method"], path=scope["path"], exc_info=error)

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        """What stands behind the door."""
        await self._app(scope, receive, send)

    def _knows(self, given: str) -> bool:
        token = given.removeprefix("Bearer ") if given[:7].lower() != "bearer " else given[7:]
        return hmac.compare_digest(token.strip().encode(), self._token)


class _Request:
    """
    One HTTP request on its way in and out.
    """

    def __init__(self, door: Door, asgi: tuple[Scope, Receive, Send], headers: Headers, origin: str | None) -> None:
        self._door, self._headers, self._origin = door, headers, origin
        self._scope, self._receive, self._send = asgi
        self._began = time.perf_counter()
        self._status = 0
        self._read = 0
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
        elif refused := self._door.refusal(scope, self._headers, self._extra):
            await self._refuse(*refused)
        else:
            await self._enter()
        self._door.measure(scope, self._status, self._began)

    async def _enter(self) -> None:
        length = self._headers.get("content-length", "0")
        if length.isdecimal() and int(length) > MAX_BODY:
            await self._too_large()
            return
        try:
            await self._door.app(self._scope, self._bounded, self._out)
        except _TooLarge:
            await self._too_large()
        except Exception as error:
            self._door.crashed(self._scope, error)
            if self._status:
                raise
            await self._refuse(500, _body("Internal server error", "INTERNAL_ERROR"))
        if self._door.limited_auth(self._scope) and 400 <= self._status < 500:  # noqa: PLR2004 - what the caller did wrong
            self._door.count_failed_auth(self._scope)

    async def _too_large(self) -> None:
        await self._refuse(413, _body("The body is longer than 1 MiB", "PAYLOAD_TOO_LARGE"))

    async def _bounded(self) -> Message:
        message = await self._receive()
        self._read += len(message.get("body", b""))
        if self._read > MAX_BODY:
            raise _TooLarge
        return message

    async def _out(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            message["headers"] = self._dressed(list(message.get("headers", [])))
            if self._scope["method"] in _UNSAFE and self._status < 300:  # noqa: PLR2004 - HTTP
                await failpoints.hit("F11")
        await self._send(message)

    async def _refuse(self, status: int, body: MutableMapping[str, Any] | None) -> None:
        content = msgspec.json.encode(body) if body is not None else b""
        headers = [(b"content-type", b"application/json")] if body is not None else []
        await self._out(
            {"type": "http.response.start", "status": status, "headers": [*headers, (b"content-length", str(len(content)).encode())]}
        )
        await self._send({"type": "http.response.body", "body": content})

    def _dressed(self, headers: Pairs) -> Pairs:
        if self._scope["path"].startswith(f"{EXTRA}/"):
            headers = [(name, value) for name, value in headers if not is_doors(name)]
        there = {name for name, _ in headers}
        made = [*headers, *_FIXED, *(pair for pair in self._extra if pair[0] not in there), (b"vary", b"Origin")]
        if b"content-security-policy" not in there:
            made.append((b"content-security-policy", _API_CSP))
        if is_api(self._scope["path"]) and b"cache-control" not in there:
            made.append((b"cache-control", b"no-store"))
        if self._scope["scheme"] == "https":
            made.append((b"strict-transport-security", b"max-age=31536000"))
        if self._origin is not None:
            made += [(b"access-control-allow-origin", self._origin.encode("latin-1")), (b"access-control-allow-credentials", b"true")]
            if self._scope["method"] == "OPTIONS":
                asked = self._headers.get("access-control-request-headers", "authorization, content-type")
                made += [(b"access-control-allow-methods", _METHODS), (b"access-control-allow-headers", asked.encode("latin-1"))]
                if self._headers.get("access-control-request-private-network") == "true":
                    made.append((b"access-control-allow-private-network", b"true"))
        return made


def client_ip(scope: Scope) -> str:
    """The caller's address; uvicorn has put a trusted proxy's word in its place."""
    return str(scope["client"][0]) if scope.get("client") else "local"


def is_api(path: str) -> bool:
    """True for what lies under /api; the page /api-docs does not."""
    return path == "/api" or path.startswith("/api/")


def is_doors(header: bytes) -> bool:
    """True for headers that only the door sets: no plugin may open a route to other origins, or loosen what a browser is told."""
    name = header.lower()
    return name in _DOORS or name.startswith(b"access-control-")


def _body(sentence: str, code: str) -> dict[str, Any]:
    return {"success": False, "error": sentence, "code": code}


def _legacy(standing: Standing) -> Pairs:
    reset = str(int(time.time()) + standing.reset_s).encode()
    return [
        (b"x-ratelimit-limit", str(standing.limit).encode()),
        (b"x-ratelimit-remaining", str(standing.left).encode()),
        (b"x-ratelimit-reset", reset),
    ]
