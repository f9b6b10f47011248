"""The simulated site in process on a hand clock, with one open lot and a client of it."""

import sys
from pathlib import Path

import httpx
import pytest

from bidwright.testing.site import in_process_site
from bidwright_simulator.site import Wish

sys.path.insert(0, str(Path(__file__).parent))  # visitor.py, beside the tests that use it


@pytest.fixture
def here(clock):
    return in_process_site(clock)


@pytest.fixture
async def client(here):
    async with httpx.AsyncClient(transport=here.client_transport, base_url=here.base_url) as client:
        yield client


@pytest.fixture
def lot(here):
    return here.site.open_lot(Wish(120, rivals=[], early=[14]))


@pytest.fixture
def cookie(here):
    return {"Cookie": here.cookie()}
