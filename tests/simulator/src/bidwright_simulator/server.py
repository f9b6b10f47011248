"""The simulated site on a socket."""

from __future__ import annotations

import asyncio
import errno
import socket
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from bidwright_simulator import demo, state

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.types import ASGIApp, Receive, Scope, Send

    from bidwright_simulator.live import Hub
    from bidwright_simulator.site import Site

_TICK_S = 0.05
_TICKS_PER_SAVE = 20


class _Protocol(HttpToolsProtocol):
    """Gives the application its transport, so that faults can end a connection."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # uvicorn says the same
        super().connection_made(transport)
        app = self.app

        async def with_transport(scope: Scope, receive: Receive, send: Send) -> None:
            scope["sim.transport"] = transport
            await app(scope, receive, send)

        self.app = with_transport


class Server(uvicorn.Server):
    """
    Runs *app* and lets *site*'s time pass; with *keep* the sale is saved there, with *going* it never runs dry.
    """

    def __init__(self, app: ASGIApp, site: Site, hub: Hub, *, keep: Path | None = None, going: bool = False) -> None:
        config = uvicorn.Config(
            app,
            http=_Protocol,
            ws="none",
            log_level="warning",
            access_log=False,
            date_header=False,
            server_header=False,
            lifespan="off",
            timeout_keep_alive=30,
            timeout_graceful_shutdown=2,
        )
        super().__init__(config)
        self.site, self.hub, self.keep, self.going = site, hub, keep, going
        self._saved = -1

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve, and to let time pass."""
        await super().startup(sockets)
        self._ticker = asyncio.create_task(self._tick())

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams first, since they would not end by themselves."""
        self._ticker.cancel()
        self.hub.close()
        await super().shutdown(sockets)
        self._save()

    async def _tick(self) -> None:
        count = 0
        while True:
            self.site.advance()
            if self.going:
                demo.keep_going(self.site)
            count += 1
            if count % _TICKS_PER_SAVE == 0:
                self._save()
            await asyncio.sleep(_TICK_S)

    def _save(self) -> None:
        if self.keep is not None and self._saved != self.site.changes:
            state.save(self.site, self.keep)
            self._saved = self.site.changes


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises OSError with a sentence that says what to do."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # named: else asyncio leaves Nagle on
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
    except OSError as error:
        sock.close()
        if error.errno == errno.EADDRINUSE:
            raise OSError(f"Port {port} is in use; stop what runs there or choose another with --port.") from None
        raise OSError(f"{host}:{port} cannot be listened on: {error.strerror}.") from None
    sock.listen(512)
    return sock


def ready_line(site: Site, sock: socket.socket) -> str:
    """What is said once the site can be opened."""
    host, port = sock.getsockname()[:2]
    shown: Any = f"[{host}]" if ":" in host else host
    return f"Simulated site on http://{shown}:{port} with {len(site.open_lots())} open lots"
