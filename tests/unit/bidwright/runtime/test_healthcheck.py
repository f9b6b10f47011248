"""The health check of a container, against real servers."""

import asyncio
import os
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from bidwright.runtime import rpc, telemetry
from bidwright.runtime.healthcheck import main, problem


class _Answers(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/health/ready" else 503)
        self.end_headers()

    def log_message(self, *args):
        """Say nothing."""


@pytest.fixture
def page():
    """An HTTP server that is ready at one path only."""
    server = HTTPServer(("127.0.0.1", 0), _Answers)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_http(page):
    """
    200 is fine, all else is not.
    """
    assert "" == problem(f"{page}/health/ready")
    assert "it answers 503" == problem(f"{page}/health")


async def test_grpc():
    """
    Fine while it serves; a store that is away shows as "not serving".
    """
    server, checks = rpc.server()
    address = f"grpc://127.0.0.1:{rpc.bind(server, '127.0.0.1:0')}"
    await server.start()
    try:
        await rpc.set_serving(checks, ok=True)
        assert "" == await asyncio.to_thread(problem, address)
        await rpc.set_serving(checks, ok=False)
        assert "Redis is away" in await asyncio.to_thread(problem, address)
    finally:
        await server.stop(grace=0)


async def test_beat(redis, engine, monkeypatch):
    """
    The heartbeat of this host counts, another's does not.
    """
    monkeypatch.setenv("REDIS_URL", engine.url)
    await telemetry.beat(redis, telemetry.Beat("notifier", "elsewhere:1", 1, 0, 0))
    assert "has not been heard of" in await asyncio.to_thread(problem, "beat:notifier")

    await telemetry.beat(redis, telemetry.Beat("notifier", f"{socket.gethostname()}:1", os.getpid(), 0, 0))
    assert "" == await asyncio.to_thread(problem, "beat:notifier")


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/", "grpc://127.0.0.1:1", "beat:notifier", "ftp://x"])
def test_what_is_wrong_is_said_and_ends_with_one(address, monkeypatch, capsys):
    """
    A sentence for `docker inspect`, and the exit code the engine reads.
    """
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")

    assert 1 == main([address])
    assert "" != capsys.readouterr().err.strip()


def test_without_an_address_it_says_how():
    """
    A wrong command line is no illness.
    """
    assert 2 == main([])
