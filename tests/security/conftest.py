"""What the tests of the security list share: a running gateway, its owner, a paired extension."""

import socket

import httpx
import pytest

from bidwright.runtime.init import initialise
from bidwright.transitions import Transitions
from bidwright_gateway.testing import EXTENSION, LOT, SITE, TOKEN, FakeSite, running
from bidwright_gateway.testing_devices import pair
from bidwright_proto.v1 import site_pb2


@pytest.fixture
async def store(redis, tmp_path):
    """A store made ready: live, $2,000 in total, logged in."""
    await initialise(redis, data_dir=tmp_path, site=SITE, live="1", max_bid_cents=100_000, total_limit_cents=200_000)
    await Transitions(redis).session("ok", "")
    return redis


@pytest.fixture
async def serve(engine, store, tmp_path):
    """Runs a gateway with further settings; it knows one lot."""

    def make(lot=None, **env):
        known = lot or site_pb2.Lot(id=LOT, title="Lamp", market_status="open", next_bid_cents=1500, close_ms=4_102_444_800_000)
        return running(engine.url, FakeSite({LOT: known}), BIDWRIGHT_DATA_DIR=tmp_path, **env)

    return make


@pytest.fixture
async def gateway(serve):
    """A running gateway."""
    async with serve() as made:
        yield made


@pytest.fixture
async def owner(gateway):
    """A client with the client token."""
    async with httpx.AsyncClient(base_url=gateway.url, headers={"Authorization": TOKEN}, timeout=20) as client:
        yield client


@pytest.fixture
async def stranger(gateway):
    """A client without anything."""
    async with httpx.AsyncClient(base_url=gateway.url, timeout=20) as client:
        yield client


@pytest.fixture
async def device(gateway):
    """A paired extension."""
    return await pair(gateway.url, TOKEN, origin=EXTENSION)


@pytest.fixture
async def extension(gateway, device):
    """Its client: every request is signed."""
    async with httpx.AsyncClient(base_url=gateway.url, auth=device, timeout=20) as client:
        yield client


@pytest.fixture
def free_port():
    """A port that nobody uses now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]
