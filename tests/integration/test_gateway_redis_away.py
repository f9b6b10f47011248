"""A Redis that stands still or is killed, and comes back: what every way in says meanwhile, and that all goes on by itself."""

import asyncio
import os
import signal

import httpx
import pytest
from websockets.asyncio.client import connect as dial

from bidwright.errors import UpstreamDown
from bidwright.runtime.engine import Engine
from bidwright.runtime.init import initialise
from bidwright.runtime.store import connect
from bidwright.transitions import Transitions
from bidwright_gateway import messages
from bidwright_gateway.testing import LOT, SITE, TOKEN, FakeSite, Wire, running, wired
from bidwright_gateway.testing_devices import pair

pytestmark = [pytest.mark.integration, pytest.mark.timeout(120)]
RATES = {"premium": "1500", "tax": "850"}
WATCH = {"cap": 4000, **RATES, "strategy": "auto", "armed": 0, "mode": "dry"}
CONFIG = {"config": {"maxBid": 40, "strategy": "auto"}}
REMEMBERED = [
    "/api/auctions", "/api/auctions?limit=1", "/api/auctions/ended", f"/api/auctions/{LOT}", f"/api/auctions/{LOT}/forecast",
    "/api/halt", "/api/mode", "/api/status", "/api/settings", "/api/rates", "/api/groups", "/api/groups/lamps", "/api/devices",
    "/api/toggles", "/api/auth/status", "/api/export",
]  # fmt: skip
NOT_REMEMBERED = ["/api/ledger", "/api/receipts/export", f"/api/auctions/{LOT}/history", "/api/audit", "/api/budgets"]
CHANGES = [
    ("POST", "/api/auctions/8/monitor", CONFIG), ("POST", f"/api/auctions/{LOT}/stop", {}),
    ("DELETE", f"/api/auctions/{LOT}/monitor", None), ("PUT", f"/api/auctions/{LOT}/config", {"maxBid": 50}),
    ("POST", f"/api/auctions/{LOT}/bid", {"amount": 15}), ("PUT", "/api/budgets/total", {"limit": 5}),
    ("PUT", "/api/rates", {"default": None}), ("POST", "/api/settings", {"defaultMaxBid": 7}),
    ("POST", "/api/groups", {"name": "New", "wanted": 1}), ("POST", "/api/pairing", {}), ("POST", "/api/mode", {"mode": "live"}),
    ("POST", "/api/export", {"form": 1}),
]  # fmt: skip


class Store:
    """A Valkey of its own that writes everything to disk, and that can go away in one of two ways."""

    def __init__(self, folder, how):
        self.engine, self.how = Engine(folder, durable=True), how

    def go(self):
        """Stand still, or die."""
        if self.how == "stopped":
            os.kill(self.engine._process.pid, signal.SIGSTOP)
        else:
            self.engine.kill()

    def come_back(self):
        """Go on, or start again from the disk."""
        if self.how == "stopped":
            os.kill(self.engine._process.pid, signal.SIGCONT)
        else:
            self.engine.start()


@pytest.fixture(params=["stopped", "killed"])
async def store(tmp_path, request):
    """A store made ready, with one lot in a group and one device."""
    made = Store(tmp_path / "engine", request.param)
    made.engine.start()
    redis = connect(made.engine.url)
    await initialise(redis, data_dir=tmp_path, site=SITE, live="0", max_bid_cents=100_000, total_limit_cents=200_000)
    t = Transitions(redis)
    await t.watch(LOT, WATCH)
    now = await t.stamp()
    await t.observe(LOT, read_started=now, next_bid=1500, leading=False, status="open", close=now + 600_000, price=1400)
    await redis.aclose()
    yield made
    if made.engine._process.poll() is None:
        os.kill(made.engine._process.pid, signal.SIGCONT)
    made.engine.stop()


@pytest.fixture
async def gateway(store, tmp_path):
    """A gateway beside it, whose nellis-proxy cannot read lots while the store is away either."""
    async with running(store.engine.url, FakeSite(down=UpstreamDown("no budget can be asked for")), BIDWRIGHT_DATA_DIR=tmp_path) as made:
        yield made


@pytest.fixture
async def http(gateway):
    """The owner's client, who has looked at everything once."""
    async with httpx.AsyncClient(base_url=gateway.url, headers={"Authorization": TOKEN}, timeout=60) as client:
        await client.post("/api/groups", json={"name": "Lamps", "wanted": 1, "lots": [LOT]})
        await pair(gateway.url, TOKEN, name="Laptop")
        for path in REMEMBERED:
            await client.get(path)
        yield client


async def until_away(gateway):
    """Wait until the gateway has noticed."""
    async with asyncio.timeout(30):
        while gateway.gateway.deps.board.up:  # noqa: ASYNC110 - waits for another loop
            await asyncio.sleep(0.05)


async def until_back(http):
    """Wait until it says that it is ready, as a prober would."""
    async with asyncio.timeout(30):
        while (await http.get("/health/ready")).status_code != 200:  # noqa: ASYNC110 - waits for another process
            await asyncio.sleep(0.1)


async def test_over_rest(store, gateway, http):
    """Reads say how old they are or that nothing is remembered, changes are refused, the process lives; then all goes on."""
    before = {path: (await http.get(path)).json() for path in REMEMBERED if LOT not in path}
    store.go()
    await until_away(gateway)
    stale = {path: await http.get(path) for path in REMEMBERED}
    unknown = [await http.get(path) for path in NOT_REMEMBERED]
    changes = [await http.request(method, path, json=body) for method, path, body in CHANGES]
    keyed = await http.post("/api/auctions/8/monitor", json=CONFIG, headers={"Idempotency-Key": "later"})
    live, ready, health = [await http.get(f"/health{part}") for part in ("/live", "/ready", "")]
    store.come_back()
    await until_back(http)
    gateway.site.down = None
    again = await http.post("/api/auctions/8/monitor", json=CONFIG, headers={"Idempotency-Key": "later"})
    done = await http.put("/api/budgets/total", json={"limit": 70})
    after = {path: (await http.get(path)).json() for path in before}

    assert dict.fromkeys(REMEMBERED, (200, True)) == {path: (reply.status_code, reply.json().get("stale")) for path, reply in stale.items()}
    assert all(reply.json()["ageSeconds"] >= 0 for reply in stale.values())
    assert [LOT] == [auction["id"] for auction in stale["/api/auctions"].json()["auctions"]]
    assert [[LOT]] == [group["lots"] for group in stale["/api/groups"].json()["groups"]]
    assert ["Laptop"] == [device["name"] for device in stale["/api/devices"].json()["devices"]]
    assert [(503, "STORE_DOWN")] * len(unknown) == [(reply.status_code, reply.json()["code"]) for reply in unknown]
    assert [(503, "STORE_DOWN")] * (len(changes) + 1) == [(reply.status_code, reply.json()["code"]) for reply in (*changes, keyed)]
    assert all("nothing was changed" in reply.json()["error"] for reply in (*changes, keyed))
    assert (200, 503, 503) == (live.status_code, ready.status_code, health.status_code)
    assert "unhealthy" == health.json()["checks"]["redis"]["status"]
    assert (404, 200) == (again.status_code, done.status_code)  # the site does not know the lot; it was asked
    assert not [path for path, told in after.items() if "stale" in told]
    assert before["/api/groups"] == after["/api/groups"]


async def test_what_was_refused_was_not_done_later(store, gateway, http):
    """A Redis that stands still does not do, once it goes on, what was refused meanwhile."""
    store.go()
    await until_away(gateway)
    for method, path, body in CHANGES:
        assert 503 == (await http.request(method, path, json=body)).status_code
    store.come_back()
    await until_back(http)
    [auction] = (await http.get("/api/auctions")).json()["auctions"]
    assert (LOT, 40, "dry-run") == (auction["id"], auction["config"]["maxBid"], (await http.get("/api/mode")).json()["mode"])
    assert ["lamps"] == [group["id"] for group in (await http.get("/api/groups")).json()["groups"]]


async def test_a_change_that_was_on_its_way(store, gateway, http):
    """Sent before anybody noticed: 503 does not claim that nothing was changed when Redis may still do it."""
    store.go()
    reply = await http.put("/api/budgets/total", json={"limit": 5})
    store.come_back()
    await until_back(http)
    limit = next(one["limit"] for one in (await http.get("/api/budgets")).json()["budgets"] if one["scope"] == "total")
    assert (503, "STORE_DOWN") == (reply.status_code, reply.json()["code"])
    assert limit == 2000 or "nothing was changed" not in reply.json()["error"]


async def test_stopping_is_always_tried(store, gateway, http):
    """It may come late, which is the safe side, and says so."""
    store.go()
    await until_away(gateway)
    reply = await http.post("/api/halt", json={})
    store.come_back()
    await until_back(http)
    halted = (await http.get("/api/halt")).json()["halted"]
    assert (503, "STORE_DOWN") == (reply.status_code, reply.json()["code"])
    assert not halted or "nothing was changed" not in reply.json()["error"]


async def test_over_the_websocket(store, gateway, http):
    """A client of the existing protocol keeps its list and its connection, is refused changes, and hears what happens afterwards."""
    async with wired(gateway.ws) as wire:
        store.go()
        await until_away(gateway)
        listed = (await wire.ask("getMonitoredAuctions"))["data"]
        refused = [
            await wire.ask("startMonitoring", auctionId="8", **CONFIG), await wire.ask("updateConfig", auctionId=LOT, config={"maxBid": 9}),
            await wire.ask("stopMonitoring", auctionId=LOT), await wire.ask("placeBid", auctionId=LOT, amount=15),
        ]  # fmt: skip
        async with wired(gateway.ws) as late:
            shown = await late.until(lambda frame: frame["type"] == "auctionState")  # the countdown goes on
        await wire.tell({"type": "ping"})
        await wire.until(lambda frame: frame["type"] == "pong")
        store.come_back()
        await until_back(http)
        reply = await wire.ask("updateConfig", auctionId=LOT, config={"maxBid": 41})
        state = await wire.state(LOT, lambda auction: auction["config"]["maxBid"] == 41)
    assert ([LOT], True) == ([auction["id"] for auction in listed["auctions"]], listed["stale"])
    assert LOT == shown["auction"]["id"]
    assert [True] * 4 == ["nothing was changed" in frame["error"] for frame in refused]
    assert ({"success": True}, 41) == (reply["data"], state["config"]["maxBid"])


async def test_over_the_new_protocol(store, gateway, http):
    """It is told when Redis went away and came back, is refused changes, and hears everything once, over its own reconnections too."""

    async def follow(last=None):
        wire = Wire(await dial(f"{gateway.ws}?v=2", max_size=None))
        await wire.tell({"type": "authenticate", "token": TOKEN, **({"lastEventId": last} if last else {})})
        return wire, await wire.until(lambda frame: frame["type"] == "authenticated")

    wire, _ = await follow()
    snapshot = await wire.until(lambda frame: frame["type"] == "snapshot")
    store.go()
    told = await wire.until(lambda frame: frame["type"] == "serviceState" and not frame["service"]["storeUp"], within_s=30)
    refused = await wire.ask("updateConfig", auctionId=LOT, config={"maxBid": 9}, idempotencyKey="k")
    await wire.socket.close()
    wire, resumed = await follow(snapshot["id"])
    store.come_back()
    await wire.until(lambda frame: frame["type"] == "serviceState" and frame["service"]["storeUp"], within_s=30)
    await until_back(http)
    done = await wire.ask("updateConfig", auctionId=LOT, config={"maxBid": 41}, idempotencyKey="k")
    before = [frame for frame in wire.frames if is_change(frame)]  # the event may come before the answer
    event = before[0] if before else await wire.until(is_change)
    await wire.socket.close()
    for frame in (told, refused, done, event):
        messages.FRAME.decode(messages.msgspec.json.encode(frame))
    assert told["service"]["ageSeconds"] >= 0
    assert ("error", "STORE_DOWN", True) == (refused["type"], refused["code"], "nothing was changed" in refused["error"])
    assert (True, {"success": True}, 41) == (resumed["resumed"], done["data"], event["auction"]["config"]["maxBid"])
    assert [] == [frame for frame in wire.frames if frame["type"] == "gap"]


async def test_it_goes_before_the_gateway_has_told_anything(store, tmp_path, monkeypatch):
    """A client that came with the store there is told that it went, although no step of the clock had said that it was there."""
    monkeypatch.setattr("bidwright_gateway.hub.STEP_S", 3.0)
    async with running(store.engine.url, BIDWRIGHT_DATA_DIR=tmp_path) as made:
        wire = Wire(await dial(f"{made.ws}?v=2", max_size=None))
        await wire.tell({"type": "authenticate", "token": TOKEN})
        snapshot = await wire.until(lambda frame: frame["type"] == "snapshot")
        store.go()
        told = await wire.until(lambda frame: frame["type"] == "serviceState", within_s=30)
        await wire.socket.close()
    assert (True, False) == (snapshot["service"]["storeUp"], told["service"]["storeUp"])


async def test_it_goes_before_the_gateway_has_told_that_it_came(store, tmp_path, monkeypatch):
    """A step of the clock had seen it away, as before the first load; a client that came with the store there is told all the same."""
    monkeypatch.setattr("bidwright_gateway.hub.STEP_S", 3.0)
    async with running(store.engine.url, BIDWRIGHT_DATA_DIR=tmp_path) as made:
        made.gateway.deps.hub._store_up = False
        wire = Wire(await dial(f"{made.ws}?v=2", max_size=None))
        await wire.tell({"type": "authenticate", "token": TOKEN})
        snapshot = await wire.until(lambda frame: frame["type"] == "snapshot")
        store.go()
        told = await wire.until(lambda frame: frame["type"] == "serviceState" and not frame["service"]["storeUp"], within_s=30)
        await wire.socket.close()
    assert (True, False) == (snapshot["service"]["storeUp"], told["service"]["storeUp"])


def is_change(frame):
    """Whether it tells that a watch was changed."""
    return frame["type"] == "lot" and frame["kind"] == "watch.changed"
