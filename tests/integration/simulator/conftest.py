"""The simulated site on a real socket, one open lot, and a client of it."""

import asyncio
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from bidwright import SystemClock
from bidwright_simulator import Site, build
from bidwright_simulator.server import Server, listen
from bidwright_simulator.site import Wish

sys.path.insert(0, str(Path(__file__).parent))  # site_orders.py, beside the tests that use it


@asynccontextmanager
async def serving(site):
    app, hub = build(site)
    sock = listen("127.0.0.1", 0)
    server = Server(app, site, hub)
    task = asyncio.create_task(server.serve(sockets=[sock]))
    try:
        yield f"http://127.0.0.1:{sock.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


@pytest.fixture
def site():
    return Site(SystemClock())


@pytest.fixture
def lot(site):
    return site.open_lot(Wish(3600, rivals=[], early=[14]))


@pytest.fixture
async def client(site):
    async with serving(site) as url, httpx.AsyncClient(base_url=url, timeout=3) as client:
        yield client


@pytest.fixture
def cookie(site):
    return {"Cookie": f"__session={site.accounts.open('demo@example.invalid', site.now())}"}
