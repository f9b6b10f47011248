"""A real server, a real store, nellis-proxy's service over real gRPC."""

import sys
from pathlib import Path

import httpx
import pytest

from bidwright.runtime.init import initialise
from bidwright_gateway.testing import TOKEN, FakeSite, running

sys.path.insert(0, str(Path(__file__).parent))  # rest.py
from rest import LOT, SITE, lot


@pytest.fixture
async def store(redis, tmp_path):
    """A store made ready: live, $2,000 in total."""
    await initialise(redis, data_dir=tmp_path, site=SITE, live="1", max_bid_cents=100_000, total_limit_cents=200_000)
    return redis


@pytest.fixture
async def gateway(engine, store, tmp_path):
    """A running gateway that knows one lot of the site."""
    async with running(engine.url, FakeSite({LOT: lot()}), BIDWRIGHT_DATA_DIR=tmp_path) as made:
        yield made


@pytest.fixture
async def http(gateway):
    """A client with the token."""
    async with httpx.AsyncClient(base_url=gateway.url, headers={"Authorization": TOKEN}, timeout=20) as client:
        yield client
