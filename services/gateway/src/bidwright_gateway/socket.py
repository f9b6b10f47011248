"""The WebSocket at ``/ws``: who may connect, and which protocol is spoken (``?v=2`` is the new one)."""

from __future__ import annotations

from starlette.websockets import WebSocket

from bidwright.clock import to_ms
from bidwright_gateway.clients import Client, Follower
from bidwright_gateway.deps import Deps
from bidwright_gateway.limits import Limit
from bidwright_gateway.origins import EXTENSION
from bidwright_gateway.session import Session
from bidwright_gateway.shape import Flavour

MARKER = "bidwright"
"""The subprotocol that a client may name first, its token second; only this one is ever given back."""
MOST_STRANGERS = 200
"""Connections that have not shown who they are; with more the oldest of them goes."""
_KINDS: dict[str, type[Client]] = {"": Client, "1": Client, "2": Follower}


class Sockets:
    """
    Accepts clients and serves each until it leaves.
    """

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._failed = Limit(deps.settings.ws_limit, deps.settings.ws_window_ms, deps.clock)

    async def serve(self, socket: WebSocket) -> None:
        """One client from connect to end."""
        deps, offered = self._deps, list(socket.scope.get("subprotocols", []))
        marked = MARKER in offered
        await socket.accept(subprotocol=MARKER if marked else None)
        kind = _KINDS.get(socket.query_params.get("v", ""))
        if kind is None:
            await socket.close(1008, "There is no such version of the protocol; this gateway speaks 1 and 2")
            return
        ip = socket.client.host if socket.client else "local"
        flavour = Flavour.EXTENSION if socket.headers.get("origin", "").startswith(EXTENSION) else Flavour.PAGE
        caller = " ".join((ip, socket.headers.get("origin", ""), socket.headers.get("user-agent", "")))
        client = kind(socket, flavour, to_ms(deps.clock.now()), caller)
        self._make_room()
        deps.hub.clients.add(client)
        session = Session(deps, client, suspect=self._failed.look(ip).over)
        try:
            await session.run([word for word in offered if word != MARKER][:1] if marked else [])
        finally:
            deps.hub.leave(client)
            if not client.authenticated:
                self._failed.hit(ip)

    def _make_room(self) -> None:
        """Nobody keeps others out by connecting and saying nothing."""
        strangers = [client for client in self._deps.hub.clients if not client.authenticated]
        if len(strangers) >= MOST_STRANGERS:
            min(strangers, key=lambda client: client.id).close(1008, "Too many connections")
