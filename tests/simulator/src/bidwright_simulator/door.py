"""
The site's door: every request passes here, is written down, meets the faults in force and gets the site's Date.

Faults that end a connection need the transport; the server and the in-process client put it into the scope.
"""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass, field
from email.utils import formatdate
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from bidwright_simulator import spoil
from bidwright_simulator.visit import Visit

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from bidwright_simulator.faults import Fault
    from bidwright_simulator.live import Hub
    from bidwright_simulator.site import Site

_LOT = re.compile(r"/(?:p/[^/]+|auction)/(\d{1,15})(?:\.data)?$")
_FREE = ("/__sim/", "/assets/", "/photos/", "/favicon")
_KINDS = (
    ("/api/bids", "bids"),
    ("/api/listings", "listings"),
    ("/live-products", "live"),
    ("/account", "account"),
    ("/dashboard", "account"),
    ("/search", "search"),
    ("/1/indexes", "search"),
    ("/login", "login"),
    ("/browse", "list"),
)


@dataclass
class Reply:
    """
    An answer held back until faults have had their say.
    """

    status: int = 500
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""

    def html(self, status: int, body: str) -> None:
        """Become a page."""
        self.status, self.body = status, body.encode()
        self.headers = [(b"content-type", b"text/html; charset=utf-8")]


class Door:
    """
    ASGI middleware around the site's routes.
    """

    def __init__(self, app: ASGIApp, site: Site, hub: Hub) -> None:
        self.app = app
        self.site = site
        self.hub = hub

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request through."""
        if scope["type"] != "http" or scope["path"].startswith(_FREE):
            await self.app(scope, receive, send)
            return
        site = self.site
        started = site.clock.monotonic()
        site.ledger.arrived(started)
        now = site.advance()
        kind, lot = classify(scope)
        if kind == "bids":
            receive, lot = await _peek(receive)
        hit = site.faults.pick(kind, lot, now)
        visit = self._visit(scope, now, hit)
        entry = site.ledger.request(
            t=now,
            kind=kind,
            lot=lot,
            method=scope["method"],
            path=scope["path"],
            query=scope["query_string"].decode("latin-1"),
            user=visit.user,
            status=None,
            bytes=0,
            ms=None,
            faults=[fault.kind for fault in hit],
        )
        scope["sim.visit"] = visit
        skew = sum(int(fault.params.get("ms", 0)) for fault in hit if fault.kind == "skew")
        scope["sim.headers"] = [(b"date", formatdate((site.now() + skew) / 1000, usegmt=True).encode())]
        try:
            if kind == "live":
                await self._live(lot, hit, scope, receive, _counted(send, entry))
            else:
                await self._exchange(hit, scope, receive, _counted(send, entry))
        finally:
            entry["ms"] = round((site.clock.monotonic() - started) * 1000, 1)

    def _visit(self, scope: Scope, now: int, hit: list[Fault]) -> Visit:
        settings, user, age = self.site.settings, self.site.accounts.user(_cookie(scope), now), 0
        for fault in hit:
            if fault.kind == "format":
                settings = settings.changed(fault.params)
            elif fault.kind == "session":
                user = None
                form = fault.params.get("form")
                settings = settings.changed({"logged_out": form, "logged_out_bids": form} if form else {})
            elif fault.kind == "stale":
                age = int(float(fault.params.get("age_s", 30)) * 1000)
        return Visit(self.site, settings, now, user, age_ms=age)

    async def _live(self, lot: int | None, hit: list[Fault], scope: Scope, receive: Receive, send: Send) -> None:
        refused = Reply(200)
        for fault in hit:
            if await spoil.apply(fault, refused, self.site, scope, receive):
                return
        if refused.status != 200:
            await _send(refused, scope, send)
            return
        drop = next((fault for fault in hit if fault.kind == "live-drop"), None)
        silent = any(fault.kind == "live-silent" for fault in hit)
        lasts = None if drop is None else float(drop.params.get("after_s", 0))
        await self.hub.serve(lot or 0, scope, receive, send, silent=silent, lasts_s=lasts)

    async def _exchange(self, hit: list[Fault], scope: Scope, receive: Receive, send: Send) -> None:
        reply = Reply()
        for fault in hit:
            if not fault.after and not spoil.late(fault) and await spoil.apply(fault, reply, self.site, scope, receive):
                return
        if not any(spoil.replaces(fault) and not fault.after for fault in hit):
            await self.app(scope, receive, _into(reply))
        for fault in hit:
            if (fault.after or spoil.late(fault)) and await spoil.apply(fault, reply, self.site, scope, receive):
                return
        if age := scope["sim.visit"].age_ms:
            reply.headers.append((b"age", str(age // 1000).encode()))
        cut = next((fault for fault in hit if fault.kind == "cut"), None)
        await _send(reply, scope, send, cut=None if cut is None else int(cut.params.get("bytes", 100)))


def classify(scope: Scope) -> tuple[str, int | None]:
    """The kind of path, as faults and the ledger name it, and the lot it is about."""
    path = scope["path"]
    query = parse_qs(scope["query_string"].decode("latin-1"))
    if match := _LOT.search(path):
        kind = "data" if path.endswith(".data") else "loader" if "_data" in query else "page"
        return kind, int(match[1])
    if path in {"/", "/_root.data"}:
        return "list", None
    kind = next((kind for start, kind in _KINDS if path.startswith(start)), "other")
    lot = query.get("productId", [""])[0]
    return kind, int(lot) if kind == "live" and lot.isdecimal() and len(lot) <= 15 else None


def _cookie(scope: Scope) -> str | None:
    raw = b"; ".join(value for name, value in scope["headers"] if name == b"cookie").decode("latin-1")
    found = SimpleCookie(raw).get("__session")
    return found.value if found else None


async def _peek(receive: Receive) -> tuple[Receive, int | None]:
    """Read the body to know its lot, and give it out again."""
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return waiting.pop() if waiting else await receive()

    try:
        lot = json.loads(body)["productId"]
    except (ValueError, KeyError, TypeError, RecursionError):
        lot = None
    return again, lot if isinstance(lot, int) else None


def _into(reply: Reply) -> Send:
    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            reply.status, reply.headers = message["status"], list(message["headers"])
        else:
            reply.body += message.get("body", b"")

    return send


def _counted(send: Send, entry: dict[str, Any]) -> Callable[[Message], Awaitable[None]]:
    async def counted(message: Message) -> None:
        if message["type"] == "http.response.start":
            entry["status"] = message["status"]
        entry["bytes"] += len(message.get("body", b""))
        await send(message)

    return counted


async def _send(reply: Reply, scope: Scope, send: Send, *, cut: int | None = None) -> None:
    headers = [(name, value) for name, value in reply.headers if name != b"content-length"]
    if reply.status not in {204, 304}:
        headers.append((b"content-length", str(len(reply.body)).encode()))
    await send({"type": "http.response.start", "status": reply.status, "headers": [*headers, *scope["sim.headers"]]})
    body = b"" if scope["method"] == "HEAD" else reply.body
    if cut is not None and cut < len(body):
        await send({"type": "http.response.body", "body": body[:cut], "more_body": True})
        await asyncio.sleep(0.02)
        scope["sim.transport"].close()
        return
    await send({"type": "http.response.body", "body": body, "more_body": False})
