"""
Unchanged: whoever has the whole list as it is, is told so before anything is made.

Clients of the existing contract ask for it again and again. A route, its dependencies and its answer cost far more than the look at a tag.
"""

from __future__ import annotations

from types import SimpleNamespace

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from bidwright_gateway.listing import Listing
from bidwright_gateway.routes.tools import flavour

_PATH = "/api/auctions"
_ROUTE = SimpleNamespace(path=_PATH)
"""What the request is counted under, as the router would have it."""


class Unchanged:
    """
    ASGI middleware behind the door. What it does not know for certain it hands on.
    """

    def __init__(self, app: ASGIApp, *, listing: Listing) -> None:
        self._app, self._listing = app, listing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 304 when the caller's tag is that of the list as it stands."""
        if scope["type"] == "http" and scope["path"] == _PATH and scope["method"] == "GET" and not scope["query_string"]:
            tag = Headers(scope=scope).get("if-none-match")
            if tag and tag == self._listing.tag(flavour(HTTPConnection(scope))):
                scope["route"] = _ROUTE
                await send({"type": "http.response.start", "status": 304, "headers": [(b"etag", tag.encode("latin-1"))]})
                await send({"type": "http.response.body", "body": b""})
                return
        await self._app(scope, receive, send)
