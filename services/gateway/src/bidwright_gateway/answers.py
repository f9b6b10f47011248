"""
Answers: what is done to every answer of a route, so that no route has to: once for each Idempotency-Key, 304, problem details.

Stands behind the door; what is not under /api passes as it is, and so does what plugins answer.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

import msgspec
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bidwright.errors import BidwrightError, StoreDown
from bidwright_gateway import memory, problems
from bidwright_gateway.audit import UNTOLD
from bidwright_gateway.board import Board
from bidwright_gateway.dress import EXTRA
from bidwright_gateway.errors import envelope, status_of
from bidwright_gateway.inbox import Inbox
from bidwright_gateway.once import Answer, Once

UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_ALWAYS = UNTOLD | {"/api/halt"}
"""What is tried also while Redis is away: stopping, and what changes nothing."""
_OK, _NOT_MODIFIED, _WRONG = 200, 304, 400


@dataclass
class _Caught:
    """
    An answer that was caught on its way out.
    """

    start: dict[str, Any] = field(default_factory=dict)
    parts: list[bytes] = field(default_factory=list)

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = dict(message)
        elif message["type"] == "http.response.body":
            self.parts.append(message.get("body", b""))

    @property
    def status(self) -> int:
        return int(self.start["status"])

    @property
    def body(self) -> bytes:
        return self.parts[0] if len(self.parts) == 1 else b"".join(self.parts)

    @property
    def headers(self) -> MutableHeaders:
        return MutableHeaders(scope=self.start)

    @property
    def is_json(self) -> bool:
        return self.headers.get("content-type", "").startswith(problems.JSON)


class Answers:
    """
    ASGI middleware.
    """

    def __init__(self, app: ASGIApp, *, once: Once, board: Board) -> None:
        self._app, self._once, self._board = app, once, board

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http" or not _ours(scope["path"]):
            await self._app(scope, receive, send)
            return
        headers, caught, changes = Headers(scope=scope), _Caught(), scope["method"] in UNSAFE
        away = self._board.away and scope["path"] not in _ALWAYS
        memory.begin(away=away)
        if changes and away:
            refused = StoreDown("Redis is away")  # not even asked: what it is asked while it stands still it may do much later
            _put(caught, status_of(refused), msgspec.json.encode(envelope(refused)))
        elif changes and "idempotency-key" in headers:
            await self._one(scope, headers, receive, caught)
        else:
            await self._app(scope, receive, caught.send)
            if scope["method"] == "GET" and caught.status == _OK and caught.is_json:
                if memory.was_used():
                    self._age(caught)
                _tag(caught, headers)
        _translate(caught, scope, headers)
        await send(caught.start)
        await send({"type": "http.response.body", "body": caught.body})

    def _age(self, caught: _Caught) -> None:
        """Say that the answer is remembered, and for how long it has been so."""
        body = caught.body
        if body.endswith(b"}") and b'"stale":' not in body[-60:]:  # the list says it by itself
            body = b'%b,"stale":true,"ageSeconds":%.1f}' % (body[:-1], self._board.age_s)
            caught.parts = [body]
            caught.headers["content-length"] = str(len(body))

    async def _one(self, scope: Scope, headers: Headers, receive: Receive, caught: _Caught) -> None:
        """A change that happens once: asked again it gets the answer it got."""
        inbox = Inbox(receive)
        asked = b"\n".join((scope["method"].encode(), scope["raw_path"], scope["query_string"], await inbox.whole()))

        async def work() -> Answer:
            await self._app(scope, inbox.receive, caught.send)
            return Answer(caught.status, caught.body)

        try:
            answer = await self._once.run(headers["idempotency-key"].strip(), scope["state"]["caller"].id, asked, work)
        except BidwrightError as error:
            _put(caught, status_of(error), msgspec.json.encode(envelope(error)))
            return
        if answer.repeated:
            _put(caught, answer.status, answer.body, [(b"idempotency-replayed", b"true")])


def _ours(path: str) -> bool:
    return (path == "/api" or path.startswith("/api/")) and not path.startswith(f"{EXTRA}/")


def _put(caught: _Caught, status: int, body: bytes, more: list[tuple[bytes, bytes]] | None = None) -> None:
    headers = [(b"content-type", problems.JSON.encode()), (b"content-length", str(len(body)).encode()), *(more or [])]
    caught.start, caught.parts = {"type": "http.response.start", "status": status, "headers": headers}, [body]


def _tag(caught: _Caught, headers: Headers) -> None:
    """Give the answer a tag, and none of its body to those who have it already."""
    tag = caught.headers.get("etag") or f'"{hashlib.blake2b(caught.body, digest_size=16).hexdigest()}"'
    caught.headers["etag"] = tag
    have = [word.strip().removeprefix("W/") for word in headers.get("if-none-match", "").split(",")]
    if tag.removeprefix("W/") in have or have == ["*"]:
        kept = [(name, value) for name, value in caught.start["headers"] if name not in (b"content-length", b"content-type")]
        caught.start, caught.parts = {**caught.start, "status": _NOT_MODIFIED, "headers": kept}, [b""]


def _translate(caught: _Caught, scope: Scope, headers: Headers) -> None:
    """Tell a refusal in problem details to whoever asked for them."""
    if caught.status < _WRONG or not caught.is_json or not problems.wanted(headers.get("accept", "")):
        return
    told = msgspec.json.decode(caught.body)
    if isinstance(told, dict):
        body = msgspec.json.encode(problems.problem(told, caught.status, scope["path"]))
        caught.parts = [body]
        caught.headers["content-type"] = problems.PROBLEM
        caught.headers["content-length"] = str(len(body))
