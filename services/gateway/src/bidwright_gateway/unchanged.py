"""
Unchanged: whoever has the whole list as it is, and asks for it again in the same words, gets the answer of before, and nothing is made.

Clients of the existing contract ask for it again and again. The door, a route and its answer cost far more than a look at what was said
before: all of it follows from the request's own bytes, but for how often its sender has asked, and whether the list is still the same.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bidwright_gateway.callers import OWNER
from bidwright_gateway.door import client_ip
from bidwright_gateway.dress import Pairs
from bidwright_gateway.limits import Limit
from bidwright_gateway.listing import Listing
from bidwright_gateway.metrics import Metrics
from bidwright_gateway.routes.tools import flavour
from bidwright_gateway.shape import Flavour

_PATH = "/api/auctions"
_NOT_MODIFIED = 304
_MOST = 64
"""Answers that are remembered: a client asks in one way, and again in another once the list has changed."""
_Words = tuple[str, str, tuple[tuple[bytes, bytes], ...]]


@dataclass(frozen=True, slots=True)
class _Told:
    """What a request was answered, but for where its sender stands with the limit."""

    tag: str
    flavour: Flavour
    headers: Pairs


class Unchanged:
    """
    ASGI middleware before the door. It answers what the door has let in before, word for word, from the owner: all else it hands on.
    """

    def __init__(self, app: ASGIApp, *, listing: Listing, limit: Limit, metrics: Metrics, usual: Callable[[], bool]) -> None:
        """*limit*: that of the door. *usual* is False while what the door decides follows from more than the request's headers."""
        self._app, self._listing, self._limit, self._metrics, self._usual = app, listing, limit, metrics, usual
        self._told: OrderedDict[_Words, _Told] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 304 when the same was asked before and is still right."""
        if scope["type"] != "http" or scope["path"] != _PATH or scope["method"] != "GET" or scope["query_string"] or not self._usual():
            await self._app(scope, receive, send)
            return
        began, ip = time.perf_counter(), client_ip(scope)
        words = (ip, scope["scheme"], tuple(scope["headers"]))
        told = self._told.get(words)
        if told and told.tag == self._listing.tag(told.flavour):
            standing = self._limit.hit(ip)
            if not standing.over:  # else the door has the words for it
                await send({"type": "http.response.start", "status": _NOT_MODIFIED, "headers": [*told.headers, *standing.headers()]})
                await send({"type": "http.response.body", "body": b""})
                self._metrics.answered("GET", _PATH, _NOT_MODIFIED, began)
                return

        async def noted(message: Message) -> None:
            if message.get("status") == _NOT_MODIFIED and scope["state"]["caller"] is OWNER:
                self._note(words, flavour(HTTPConnection(scope)), message["headers"])
            await send(message)

        await self._app(scope, receive, noted)

    def _note(self, words: _Words, understood: Flavour, headers: Pairs) -> None:
        tag = dict(headers)[b"etag"].decode("latin-1")
        self._told[words] = _Told(tag, understood, [pair for pair in headers if not pair[0].startswith(b"ratelimit-")])
        self._told.move_to_end(words)
        if len(self._told) > _MOST:
            self._told.popitem(last=False)
