"""uvicorn, told what this gateway needs: one process, bounded frames, no access log (it would carry addresses of requests)."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import uvicorn
from starlette.types import ASGIApp

from bidwright.errors import SetupError
from bidwright_gateway.line import Line
from bidwright_gateway.settings import GatewaySettings
from bidwright_gateway.tls import Certificate


class Server(uvicorn.Server):
    """
    A server that leaves signals to whoever runs it, wakes once a second where uvicorn does ten times, and ends as soon as it is told.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._told = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals alone: bidwright.runtime.service handles them."""
        yield

    async def main_loop(self) -> None:
        """Keep the Date header right until it is time to end."""
        while not await self.on_tick(0):
            with suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await self._told.wait()

    def end(self) -> None:
        """Close: no new connections, and goodbye to those that are open."""
        self.should_exit = True
        self._told.set()


def listen(settings: GatewaySettings, *, lan: bool = False) -> socket.socket:
    """The listening socket, or that for the *lan*. Raises SetupError when the port is taken or the address is not this machine's."""
    if lan:
        return listen_at(settings.lan_bind, settings.lan_port, "BIDWRIGHT_LAN_PORT")
    return listen_at(settings.bind, settings.port, "PORT")


def listen_at(bind: str, port: int, setting: str) -> socket.socket:
    """A listening socket. Raises SetupError, which names the *setting*, when the port is taken or the address is not this machine's."""
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # named: else asyncio leaves Nagle on
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((bind, port))
        made.listen(2048)
    except OSError as error:
        made.close()
        why = "something else uses the port" if error.errno == 98 else error.strerror  # noqa: PLR2004 - EADDRINUSE
        raise SetupError(f"Port {port} on {bind} cannot be opened: {why}. Stop it, or set {setting} to another one.") from error
    return made


def server(app: ASGIApp, settings: GatewaySettings, tls: Certificate | None = None) -> Server:
    """A server for the app, not started; with *tls* it speaks nothing else."""
    config = uvicorn.Config(
        app,
        loop="none",
        lifespan="off",
        ws=Line,
        ws_max_size=settings.ws_max_bytes,
        ws_per_message_deflate=False,
        ws_ping_interval=20.0,
        ws_ping_timeout=20.0,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies or None,
        server_header=False,
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=5,
        ssl_certfile=tls.chain if tls else None,
        ssl_keyfile=tls.key if tls else None,
    )
    return Server(config)


async def serve(app: ASGIApp, settings: GatewaySettings, sock: socket.socket, tls: Certificate | None = None) -> None:
    """Serve until cancelled, then close within 5 s."""
    made = server(app, settings, tls)
    task = asyncio.create_task(made.serve(sockets=[sock]))
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        made.end()
        while not task.done():  # whoever is impatient may cancel again; the clients are still told goodbye
            with suppress(asyncio.CancelledError):
                await asyncio.shield(task)
        raise
