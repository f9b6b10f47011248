"""Redis away, at start or later: told in words, reads go on from memory, all comes back by itself."""

import asyncio

import httpx
import pytest

from bidwright.errors import UpstreamDown
from bidwright.runtime.engine import Engine
from bidwright.runtime.init import initialise
from bidwright.runtime.store import connect
from bidwright_gateway.testing import TOKEN, running

pytestmark = pytest.mark.integration
SITE = "http://127.0.0.1:9900"
LOT = "70012345"
CONFIG = {"config": {"maxBid": 40, "strategy": "auto"}}


@pytest.fixture
def own_engine(tmp_path):
    """A Valkey of this test's own, durable, that may be killed."""
    made = Engine(tmp_path / "engine", durable=True)
    yield made
    made.stop()


async def prepare(engine, folder):
    """Start it and make it ready."""
    engine.start()
    client = connect(engine.url)
    await initialise(client, data_dir=folder, site=SITE, live="0", max_bid_cents=100_000, total_limit_cents=200_000)
    await client.aclose()


async def until_ready(http):
    """Wait until the gateway says it is ready."""
    async with asyncio.timeout(15):
        while (await http.get("/health/ready")).status_code != 200:  # noqa: ASYNC110 - waits for another process
            await asyncio.sleep(0.05)


async def test_redis_killed_and_back(own_engine, tmp_path):
    """Reads go on with their age, changes say that nothing was changed, health names it, and the lots are there again."""
    await prepare(own_engine, tmp_path)
    async with running(own_engine.url, BIDWRIGHT_DATA_DIR=tmp_path) as made, httpx.AsyncClient(base_url=made.url, timeout=20) as http:
        http.headers["Authorization"] = TOKEN
        made.site.down = UpstreamDown("no route")
        await http.post("/api/auctions", json={"lot": LOT, **CONFIG})
        async with asyncio.timeout(10):
            while LOT not in made.gateway.deps.board.lots:  # noqa: ASYNC110 - waits for the event
                await asyncio.sleep(0.01)
        own_engine.kill()
        listed = (await http.get("/api/auctions")).json()
        change = await http.post("/api/halt")
        health, live = await http.get("/health"), await http.get("/health/live")
        own_engine.start()
        await until_ready(http)
        again = (await http.get("/api/auctions")).json()
    assert ([LOT], True) == ([a["id"] for a in listed["auctions"]], listed["stale"])
    assert (503, "STORE_DOWN", True) == (change.status_code, change.json()["code"], "nothing was changed" in change.json()["error"])
    assert (503, "unhealthy", 200) == (health.status_code, health.json()["checks"]["redis"]["status"], live.status_code)
    assert ([LOT], False) == ([a["id"] for a in again["auctions"]], "stale" in again)


async def test_redis_away_at_start(own_engine, tmp_path):
    """The gateway answers, says what is missing, and works once Redis is there."""
    async with running(own_engine.url, BIDWRIGHT_DATA_DIR=tmp_path) as made, httpx.AsyncClient(base_url=made.url, timeout=20) as http:
        http.headers["Authorization"] = TOKEN
        early, ready = await http.get("/api/auctions"), await http.get("/health/ready")
        await prepare(own_engine, tmp_path)
        await until_ready(http)
        late = await http.get("/api/auctions")
    assert (503, "STORE_DOWN", 503, 200) == (early.status_code, early.json()["code"], ready.status_code, late.status_code)
