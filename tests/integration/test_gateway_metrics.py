"""The gateway's metrics through its front door: each of them moves when what it stands for happens, and none carries a lot."""

import asyncio
import json
import os
import socket
import sys
import time

import httpx
import pytest
from prometheus_client import CollectorRegistry

from bidwright.runtime.carried import Polling, Sse, tally
from bidwright.runtime.init import initialise
from bidwright.runtime.telemetry import Beat, beat
from bidwright.transitions import Transitions
from bidwright_gateway.testing import EXTENSION, LOT, SITE, TOKEN, FakeSite, running, wired
from bidwright_proto.v1 import site_pb2

pytestmark = pytest.mark.integration


def lot(left_s=412):
    """A lot of the site that closes in so many seconds."""
    close = round((time.time() + left_s) * 1000)
    return site_pb2.Lot(id=LOT, title="Canary lamp", market_status="open", next_bid_cents=1500, price_cents=1400, close_ms=close)


@pytest.fixture
async def store(redis, tmp_path):
    """A store made ready: live, $2,000 in total, logged in."""
    await initialise(redis, data_dir=tmp_path, site=SITE, live="1", max_bid_cents=100_000, total_limit_cents=200_000)
    await Transitions(redis).session("ok", "")
    return redis


@pytest.fixture
async def gateway(engine, store, tmp_path):
    """A running gateway that knows one lot of the site."""
    async with running(engine.url, FakeSite({LOT: lot()}), BIDWRIGHT_DATA_DIR=tmp_path) as made:
        yield made


@pytest.fixture
def free_port():
    """A port that nothing uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
async def http(gateway):
    """A client with the token."""
    async with httpx.AsyncClient(base_url=gateway.url, headers={"Authorization": TOKEN}, timeout=20) as client:
        yield client


async def shown(http):
    """What /metrics shows, by name and labels."""
    text = (await http.get("/metrics")).text
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in text.splitlines() if line and line[0] != "#")}


async def until(http, **expected):
    """Wait until /metrics shows it."""
    while True:
        found = await shown(http)
        if all(found.get(name) == value for name, value in expected.items()):
            return found
        await asyncio.sleep(0.05)


async def armed(http, **config):
    """Watch and arm the lot."""
    given = {"maxBid": 40, "strategy": "sniping", "autoBid": True, **config}
    answer = await http.post(f"/api/auctions/{LOT}/monitor", json={"config": given}, headers={"Origin": EXTENSION})
    assert 200 == answer.status_code, answer.text


async def test_routes_are_counted_by_their_template(http):
    """Method, route and status; an unknown path is one row, and no id is ever a label."""
    await http.get(f"/api/auctions/{LOT}")
    await http.get("/api/nothing/at/all/7")
    await http.get("/api/auctions", headers={"Authorization": "wrong"})

    found = await shown(http)
    templates = [name for name in found if name.startswith("http_requests_total") and 'route="/api/auctions/{' in name]
    assert [1] == [found[name] for name in templates]
    assert 1 == found['http_requests_total{method="GET",route="unmatched",status_code="401"}']
    assert not [name for name in found if LOT in name or "at/all" in name]
    assert [1] == [
        v for n, v in found.items() if n.startswith("http_request_duration_seconds_count") and 'unmatched",status_code="404"' in n
    ]


async def test_lots_and_money_are_read_off_the_board(http, store):
    """Armed, about to close, held, how old its price is, the budget, and whether the site knows us."""
    await armed(http)
    found = await until(http, **{'bidwright_armed_lots{mode="live"}': 1, 'bidwright_lots{closes_within="10m"}': 1})
    assert (2000, 1, 0) == tuple(found[f"bidwright_{name}"] for name in ("budget_limit_dollars", "session_ok", "wont_bid_soon"))

    t = Transitions(store)
    await t.note(LOT, "say", "wont", "Will NOT bid, because this is a test.")
    await t.session("expired", "a test")
    await until(http, bidwright_wont_bid_soon=1, bidwright_session_ok=0)

    before = (await shown(http))['bidwright_price_age_seconds{closes_within="10m"}']
    await asyncio.sleep(0.2)
    assert (await shown(http))['bidwright_price_age_seconds{closes_within="10m"}'] > before


async def test_receipts_are_counted_once_for_each_state(http, store):
    """Reserved, sent, leading: one receipt that leads; a later word of the same state adds nothing."""
    await armed(http)
    t = Transitions(store)
    stamp = await t.stamp()
    close = round(time.time() * 1000) + 300_000
    await t.observe(LOT, read_started=stamp, next_bid=1500, leading=False, status="open", close=close, price=1400)
    while True:
        ticket = next(iter((await t.take("bid", n=1, lease_ms=2000)).tickets), None)
        record = await store.hgetall(f"bw:lot:{LOT}")
        if ticket and "day:" in record.get("scopes", ""):
            break
        if ticket:
            await t.done("bid", LOT, ticket.fence, 0)
    reserved = await t.reserve(
        "i1", LOT, amount=1500, fence=ticket.fence, cap_ver=record["cap_ver"], obs_seq=record["obs_seq"], valid_ms=5000, max_obs_age_ms=9000
    )
    assert reserved.ok, reserved.why
    await t.claim("i1", "proxy")
    await t.settle("i1", "LEADING", "")

    await until(
        http, **{'bidwright_receipts_total{mode="live",state="LEADING"}': 1, 'bids_placed_total{result="success",strategy="sniping"}': 1}
    )
    await t.note(LOT, "say", "will", "Leads.")
    await asyncio.sleep(0.2)
    found = await shown(http)
    assert 1 == found['bidwright_receipts_total{mode="live",state="LEADING"}']
    assert (1, 1) == (found["bid_amount_dollars_count"], found["bid_response_time_seconds_count"])


async def test_soundings(http, store, gateway):
    """Queues, open bids, the log, memory, disk and who is there; an unread event is a lag."""
    await armed(http)
    await beat(store, Beat("bidder", "b1", 1, 0, 0))
    await beat(store, Beat("bidder", "b2", 1, 0, 0))
    await store.zadd("bw:open", {"i9": 1})
    steady = int(await store.hget("bw:steady", "now"))
    await store.hset("bw:intent:i9", mapping={"created": steady - 90_000})

    async def sounded(**more):
        while True:
            await gateway.gateway.deps.soundings.take()
            found = await shown(http)
            if all(found.get(name) == value for name, value in more.items()):
                return found

    found = await sounded(
        **{'bidwright_replicas{service="bidder"}': 2, 'bidwright_queue_lots{queue="bid"}': 1, "bidwright_open_intents": 1}
    )
    assert found["bidwright_open_intent_age_seconds"] >= 90
    assert found['bidwright_queue_late_seconds{queue="bid"}'] > 0
    assert found["bidwright_stream_entries"] >= 1
    assert found["bidwright_store_memory_bytes"] > 100_000
    assert 0 < found["bidwright_disk_free_bytes"] < found["bidwright_disk_size_bytes"]
    assert 0 == found['bidwright_replicas{service="poller"}']
    assert 0 == found["bidwright_backup_timestamp_seconds"]

    await store.hset("bw:backup", "at", 1_795_700_000_000)
    await sounded(bidwright_backup_timestamp_seconds=1_795_700_000)

    gateway.gateway.deps.board.place = "1-1"  # as if it had read nothing since then
    await gateway.gateway.deps.soundings.take()
    assert (await shown(http))['bidwright_stream_lag_seconds{reader="gateway"}'] > 0


async def test_what_others_count_is_shown(http, store, gateway):
    """Under the names that existing graphs ask for."""
    registry = CollectorRegistry()
    polling, sse = Polling(registry), Sse(registry)
    await beat(store, Beat("poller", "p1", 1, 2**60, 0, tally=tally(registry)))
    await gateway.gateway.deps.soundings.take()
    polling.requests.labels("failed").inc(3)
    sse.events.labels("ping").inc(9)
    sse.active.set(2)
    await beat(store, Beat("poller", "p1", 1, 2**60, 0, tally=tally(registry)))
    await gateway.gateway.deps.soundings.take()

    found = await shown(http)
    names = 'polling_requests_total{result="failed"}', 'sse_events_received_total{event_type="ping"}', "sse_connections_active"
    assert [3, 9, 2] == [found[name] for name in names]


async def test_orders_over_the_websocket_are_counted(http, gateway):
    """By kind and outcome; what is no order of ours is counted under no name of its own."""
    async with wired(gateway.ws) as wire:
        await wire.ask("getMonitoredAuctions")
        await wire.ask("updateConfig", auctionId="7", config={"maxBid": 9})
        await wire.ask("canary-kind-7")

    found = await shown(http)
    assert 1 == found['bidwright_ws_messages_total{kind="getMonitoredAuctions",outcome="ok"}']
    assert 1 == found['bidwright_ws_messages_total{kind="updateConfig",outcome="refused"}']
    assert 1 == found['bidwright_ws_message_seconds_count{kind="updateConfig"}']
    assert not [name for name in found if "canary" in name]


async def test_nothing_secret_and_nobodys_lot_is_in_a_metric(http, gateway):
    """Not the token, not a title, not an id, however they come in."""
    await armed(http)
    await http.get(f"/api/auctions?token={TOKEN}")
    await http.get(f"/api/{TOKEN}")
    text = (await http.get("/metrics")).text

    assert not [word for word in (TOKEN, "Canary lamp", LOT) if word in text]


async def test_a_port_that_serves_metrics_and_nothing_else(engine, store, tmp_path, free_port):
    """In a process: any name may ask there, and there is nothing else to be had."""
    env = {**os.environ, "REDIS_URL": engine.url, "PORT": "0", "AUTH_TOKEN": TOKEN, "BIDWRIGHT_DATA_DIR": str(tmp_path)}
    env |= {
        "NELLIS_BASE_URL": SITE,
        "BIDWRIGHT_GATEWAY_METRICS_PORT": str(free_port),
        "NELLIS_PROXY_ADDR": "127.0.0.1:1",
        "BIDWRIGHT_LOG_FORMAT": "json",
    }
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "bidwright_gateway", env=env, stderr=asyncio.subprocess.PIPE)
    try:
        async with (
            asyncio.timeout(20),
            httpx.AsyncClient(base_url=f"http://127.0.0.1:{free_port}", headers={"Host": "gateway:9100"}) as client,
        ):
            while True:
                try:
                    if "bidwright_event_loop_lag_seconds_count" in (text := (await client.get("/metrics")).text):
                        break
                except httpx.TransportError:
                    await asyncio.sleep(0.05)
            others = [(await client.request(method, path)).status_code for method, path in (("GET", "/api/auctions"), ("POST", "/metrics"))]
    finally:
        process.terminate()
        _, said = await process.communicate()
    assert [404, 404] == others
    assert "auction_active_count" in text
    assert "process_open_fds" in text
    assert "gateway.opened" in {json.loads(line).get("event") for line in said.decode().splitlines()}


async def test_a_metrics_port_that_is_taken_is_said(engine, store, tmp_path):
    """By its variable; exit code 78, as for every setting that must be changed first."""
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    env = {
        **os.environ,
        "REDIS_URL": engine.url,
        "PORT": "0",
        "BIDWRIGHT_DATA_DIR": str(tmp_path),
        "BIDWRIGHT_GATEWAY_METRICS_PORT": str(port),
    }
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "bidwright_gateway", env=env, stderr=asyncio.subprocess.PIPE)
    _, said = await process.communicate()
    server.close()
    assert (78, True) == (process.returncode, "BIDWRIGHT_GATEWAY_METRICS_PORT" in said.decode())
