"""Plugins at the gateway's front door: the same token, the same OpenAPI, and no harm done by a bad one."""

import asyncio
import json

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from bidwright.errors import UpstreamDown
from bidwright.plugins import load
from bidwright.runtime.init import initialise
from bidwright.transitions import Transitions
from bidwright_gateway import testing
from bidwright_gateway.testing import TOKEN, FakeSite, running

pytestmark = pytest.mark.integration
SITE = "http://127.0.0.1:9900"
LOT = "70012345"
CALENDAR = "/api/x/feature-calendar/closes.ics"
BAD = """
from fastapi.responses import JSONResponse

@hookimpl
def register_routes(api, around):
    @api.get("/open")
    def widely():
        return JSONResponse({"lots": len(around.lots())}, headers={"access-control-allow-origin": "*", "x-own": "1"})

    @api.get("/broken")
    def broken():
        return 1 / 0

@hookimpl
def register_health_checks():
    return [HealthCheck("vpn", lambda: "the VPN is down: start it")]

@hookimpl
def on_event(event):
    raise ValueError("no")
"""


def away():
    """A site that cannot be reached: a lot is watched all the same."""
    return FakeSite(down=UpstreamDown("no route"))


@pytest.fixture
async def store(redis, tmp_path):
    """A store made ready, in dry run."""
    await initialise(redis, data_dir=tmp_path, site=SITE, live="0", max_bid_cents=100_000, total_limit_cents=200_000)
    return redis


@pytest.fixture
async def gateway(engine, store, tmp_path, monkeypatch):
    """A running gateway with the built-in plugins and a journal."""
    monkeypatch.setenv("BIDWRIGHT_JOURNAL_FILE", str(tmp_path / "journal.jsonl"))
    async with running(engine.url, away(), BIDWRIGHT_DATA_DIR=tmp_path) as made:
        yield made


@pytest.fixture
async def http(gateway):
    """A client with the token."""
    async with httpx.AsyncClient(base_url=gateway.url, headers={"Authorization": TOKEN}, timeout=20) as client:
        yield client


@pytest.fixture
async def bad(engine, store, tmp_path, installed, monkeypatch):
    """A running gateway whose only plugin does what it should not, and a client with the token."""
    plugins = installed(bad=BAD)
    monkeypatch.setattr("bidwright_gateway.bootstrap.load", lambda **_: plugins)
    async with (
        running(engine.url, away(), BIDWRIGHT_DATA_DIR=tmp_path) as made,
        httpx.AsyncClient(base_url=made.url, headers={"Authorization": TOKEN}, timeout=20) as client,
    ):
        yield client


async def until(look):
    """Wait until it gives something."""
    async with asyncio.timeout(15):
        while not (found := await look()):  # noqa: ASYNC110 - waits for another loop
            await asyncio.sleep(0.05)
    return found


async def watch(http):
    """One lot more."""
    await http.post("/api/auctions", json={"lot": LOT, "config": {"maxBid": 40, "strategy": "auto"}})


async def test_register_routes_stands_behind_the_same_door(gateway, http):
    """
    Without the token it is the contract's refusal; with it the file; the OpenAPI names it.
    """
    async with httpx.AsyncClient(base_url=gateway.url) as stranger:
        refused = await stranger.get(CALENDAR)
    answer = await http.get(CALENDAR)

    assert (401, "UNAUTHORIZED") == (refused.status_code, refused.json()["code"])
    assert (200, "BEGIN:VCALENDAR") == (answer.status_code, answer.text.split("\r\n")[0])
    assert "ratelimit-limit" in answer.headers
    assert "no-store" == answer.headers["cache-control"]
    assert CALENDAR in (await http.get("/openapi.json")).json()["paths"]


async def test_a_plugin_widens_nothing(bad):
    """
    Headers that the door sets are the door's; a route that raises answers 500 in the envelope; no WebSocket opens beside ours.
    """
    widely, broken = await bad.get("/api/x/bad/open"), await bad.get("/api/x/bad/broken")

    assert (200, {"lots": 0}, "1") == (widely.status_code, widely.json(), widely.headers["x-own"])
    assert "access-control-allow-origin" not in widely.headers
    assert (500, "INTERNAL_ERROR") == (broken.status_code, broken.json()["code"])
    assert 'application_errors_total{severity="error",type="api"} 1.0' in (await bad.get("/metrics")).text
    with pytest.raises((InvalidStatus, ConnectionClosed)):
        async with connect(f"{str(bad.base_url).replace('http', 'ws')}/api/x/bad/open") as socket:
            await socket.recv()


async def test_register_health_checks_degrades_and_gates_nothing(bad, store):
    """
    The report names it, the heartbeat carries it, and the probes stay as they were.
    """
    await until(lambda: _check(bad, "bad/vpn"))
    report, live, ready = await bad.get("/health?detailed=true"), await bad.get("/health/live"), await bad.get("/health/ready")
    told = report.json()["checks"]["bad/vpn"]

    assert ("degraded", "the VPN is down: start it", {"plugin": "bad"}) == (told["status"], told["message"], told["details"])
    assert (200, "degraded", 200, 200) == (report.status_code, report.json()["status"], live.status_code, ready.status_code)
    assert ["bad, vpn: the VPN is down: start it"] == (await until(lambda: _unwell(bad)))


async def _check(http, name):
    return (await http.get("/health?detailed=true")).json()["checks"].get(name)


async def _unwell(http):
    services = (await http.get("/api/status")).json()["services"]
    return next((one["unwell"] for one in services if one["service"] == "gateway"), None)


async def test_built_in_checks_are_well(http):
    """
    The disk of this machine has room, or its check says how little.
    """
    assert (await until(lambda: _check(http, "feature-disk/disk")))["status"] in ("healthy", "degraded")


async def test_on_event_writes_the_journal(gateway, http, tmp_path):
    """
    A lot that is watched is a line.
    """
    await until(lambda: _following(gateway))
    await watch(http)

    async def kinds():
        file = tmp_path / "journal.jsonl"
        lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.exists() else []
        return [line for line in lines if (line["kind"], line["lot"]) == ("watch.added", LOT)]

    assert 1 == len(await until(kinds))


async def _following(gateway):
    return gateway.gateway.deps.teller._after


async def test_a_listener_that_raises_is_counted_and_clients_are_told(engine, store, tmp_path, installed, monkeypatch):
    """
    The hub goes on.
    """
    plugins = installed(bad=BAD)
    monkeypatch.setattr("bidwright_gateway.bootstrap.load", lambda **_: plugins)
    async with running(engine.url, away(), BIDWRIGHT_DATA_DIR=tmp_path) as made, testing.wired(made.ws) as wire:
        await until(lambda: _following(made))
        async with httpx.AsyncClient(base_url=made.url, headers={"Authorization": TOKEN}) as client:
            await watch(client)
            told = await wire.state(LOT)
            metrics = await until(lambda: _counted(client))

    assert LOT == told["id"]
    assert 'bidwright_plugin_events_total{outcome="failed",plugin="bad"}' in metrics


async def _counted(client):
    text = (await client.get("/metrics")).text
    return text if 'outcome="failed"' in text else None


async def test_features_follow_the_toggles(http, store):
    """
    Flipped in the store, the report follows within a moment.
    """
    before = (await http.get("/api/features")).json()["features"]
    await store.set("feature:minimal_polling", "true")
    await store.set("feature:polling_queue", "false")

    async def flipped():
        now = (await http.get("/api/features")).json()["features"]
        return now["USE_MINIMAL_POLLING"]["enabled"] and not now["USE_POLLING_QUEUE"]["enabled"]

    assert (True, False) == (before["USE_POLLING_QUEUE"]["enabled"], before["USE_MINIMAL_POLLING"]["enabled"])
    assert await until(flipped)


async def test_the_gateway_loads_no_drop_in(tmp_path, engine, store):
    """
    None of its hooks is open to files.
    """
    (tmp_path / "dropin").mkdir()
    (tmp_path / "dropin/mine.py").write_text("raise RuntimeError\n", "utf-8")
    async with running(engine.url, away(), BIDWRIGHT_DATA_DIR=tmp_path, BIDWRIGHT_PLUGINS_DIR=str(tmp_path / "dropin")) as made:
        assert [] == made.gateway.deps.plugins.problems
        assert load(dropins=None).names == made.gateway.deps.plugins.names


async def test_a_plugin_is_disabled_while_the_bidder_is_away(http, redis):
    """
    By its short name too; one that nobody knows is none, and what is built in is left out otherwise.
    """
    await Transitions(redis).plugin("bad", "dropin:odd.py", by="bidder", value="odd.py:1: nonsense")
    answer = await http.post("/api/plugins/odd.py/disable", json={"why": "enough"})

    assert (200, "dropin:odd.py") == (answer.status_code, answer.json()["name"])
    assert "enough" == await redis.hget("bw:plugin:dropin:odd.py", "off")
    assert 404 == (await http.post("/api/plugins/even.py/disable", json={})).status_code
    assert 409 == (await http.post("/api/plugins/strategy-auto/disable", json={})).status_code
    assert 400 == (await http.post("/api/plugins/odd.py/disable", json={"why": 5})).status_code
    assert 503 == (await http.post("/api/plugins/odd.py/enable", json={})).status_code
