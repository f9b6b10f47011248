"""The recorded traces of the contract: section 4.5 frame by frame, and what the existing extension does by sections 5.1 and 5.2."""

import asyncio
import time

import httpx
import pytest

from bidwright.runtime.init import initialise
from bidwright.transitions import Transitions
from bidwright_gateway.testing import EXTENSION, LOT, SITE, TOKEN, FakeSite, running, wired
from bidwright_proto.v1 import site_pb2

pytestmark = pytest.mark.integration
START = {"maxBid": 10, "strategy": "sniping", "incrementAmount": 1, "autoBid": True}
METADATA = {"source": "extension", "title": "Unknown", "url": f"{SITE}/p/{LOT}", "imageUrl": None, "timestamp": 1790000000000}


@pytest.fixture
async def gateway(engine, redis, tmp_path):
    """A running gateway with one lot of the site; live and logged in."""
    await initialise(redis, data_dir=tmp_path, site=SITE, live="1", max_bid_cents=100_000, total_limit_cents=200_000)
    await Transitions(redis).session("ok", "")
    close = round(time.time() * 1000) + 412_000
    lot = site_pb2.Lot(id=LOT, title="Lamp", market_status="open", next_bid_cents=1500, price_cents=1400, close_ms=close)
    async with running(engine.url, FakeSite({LOT: lot}), BIDWRIGHT_DATA_DIR=tmp_path) as made:
        yield made


@pytest.fixture
async def extension(gateway):
    """The extension's WebSocket, authenticated."""
    async with wired(gateway.ws, origin=EXTENSION) as wire:
        yield wire


@pytest.fixture
async def worker(gateway):
    """The extension's fetch: the bare token, its Origin on what changes something."""
    headers = {"Authorization": TOKEN, "Origin": EXTENSION, "Content-Type": "application/json"}
    async with httpx.AsyncClient(base_url=gateway.url, headers=headers, timeout=20) as client:
        yield client


@pytest.fixture
async def dashboard(gateway):
    """The existing dashboard's fetch, from its own server on this machine."""
    headers = {"Authorization": TOKEN, "Origin": "http://localhost:8080"}
    async with httpx.AsyncClient(base_url=gateway.url, headers=headers, timeout=20) as client:
        yield client


async def start(wire, **config):
    """What turning monitoring on sends; the state that follows."""
    reply = await wire.ask("startMonitoring", auctionId=LOT, config={**START, **config}, metadata=METADATA)
    state = await wire.state(LOT)
    return reply, state


# ---- 4.5 -------------------------------------------------------------------------------------------------------------------------


async def test_4_5_extension(gateway, worker):
    """Frame by frame as recorded; broadcasts carry no requestId."""
    async with wired(gateway.ws, token=None, origin=EXTENSION) as wire:
        assert {"type", "clientId", "message"} == (await wire.next()).keys()
        await wire.tell({"type": "authenticate", "token": TOKEN, "requestId": "req_1"})
        assert {"type": "authenticated", "success": True, "requestId": "req_1"} == await wire.next()
        assert {"type": "monitoredAuctions", "auctions": []} == await wire.next()
        synced = await worker.post("/api/auth", json={"cookies": "__session=abcdefghij; other=1"})
        assert (200, {"success": True}) == (synced.status_code, synced.json())
        await wire.tell({"type": "startMonitoring", "auctionId": LOT, "config": START, "metadata": METADATA, "requestId": "req_2"})
        started = await wire.until(lambda frame: frame.get("requestId") == "req_2")
        assert {"type": "response", "action": "startMonitoring", "auctionId": LOT, "success": True, "requestId": "req_2"} == started
        state = await wire.until(lambda frame: frame["type"] == "auctionState")
        assert {"type", "auction"} == state.keys()
        auction = state["auction"]
        assert (LOT, "monitoring") == (auction["id"], auction["status"])
        assert (True, "sniping") == (auction["config"]["autoBid"], auction["config"]["strategy"])
        await wire.tell({"type": "ping"})
        assert {"type": "pong"} == await wire.until(lambda frame: frame["type"] == "pong")


async def test_4_5_dashboard(gateway, dashboard):
    """First its three reads, then the list over the WebSocket, a new cap, and stop twice over."""
    for path in ("/api/config", "/api/auctions", "/api/auth/status"):
        assert 200 == (await dashboard.get(path)).status_code
    async with wired(gateway.ws, token=None, origin="http://localhost:8080") as wire:
        await wire.next()
        request = "req_1790000000000_ab12"
        await wire.tell({"type": "authenticate", "token": TOKEN, "requestId": request})
        assert (True, request) == ((answer := await wire.next())["success"], answer["requestId"])
        await wire.ask("startMonitoring", auctionId=LOT, config=START)
        await wire.state(LOT)
        listed = await wire.ask("getMonitoredAuctions")
        assert ("response", [LOT]) == (listed["type"], [auction["id"] for auction in listed["data"]["auctions"]])
        changed = await wire.ask("updateConfig", auctionId=LOT, config={"maxBid": 22})
        assert {"success": True} == changed["data"]
        assert 22 == (await wire.state(LOT, lambda auction: auction["config"]["maxBid"] == 22))["config"]["maxBid"]
        stopped = await dashboard.post(f"/api/auctions/{LOT}/stop")
        await wire.tell({"type": "stopMonitoring", "auctionId": LOT})
        again = await wire.until(lambda frame: frame.get("action") == "stopMonitoring")
    assert (200, False) == (stopped.status_code, again["success"])
    assert "requestId" not in again


async def test_3_7_bid_history_without_bids(worker, dashboard):
    """The dashboard invents bids when it is given none, so it gets one honest row, marked; a program gets an empty list."""
    await dashboard.post(f"/api/auctions/{LOT}/monitor", json={"config": {"maxBid": 40, "strategy": "increment", "enabled": True}})
    page, program = [(await who.get(f"/api/auctions/{LOT}/bids")).json() for who in (dashboard, worker)]
    assert (True, 0, [(0, False, True)]) == (
        page["placeholder"], page["count"], [(row["amount"], row["success"], row["placeholder"]) for row in page["bidHistory"]],
    )  # fmt: skip
    assert (True, 0, []) == (program["success"], program["count"], program["bidHistory"])
    too_many = await dashboard.get(f"/api/auctions/{LOT}/bids", params={"limit": 101})
    assert (400, "Limit cannot exceed 100") == (too_many.status_code, too_many.json()["error"])


async def test_4_2_subscribe_and_unsubscribe(extension):
    """A watched lot is answered with its data, an unwatched one and unsubscribe with nothing."""
    await start(extension)
    update = await extension.ask("subscribe", auctionId=LOT)
    assert ("auctionUpdate", LOT) == (update["type"], update["auctionId"])
    await extension.tell({"type": "unsubscribe", "auctionId": LOT, "requestId": "u"})
    await extension.tell({"type": "subscribe", "auctionId": "7", "requestId": "s"})
    await extension.tell({"type": "ping"})
    await extension.until(lambda frame: frame["type"] == "pong")
    assert not [frame for frame in extension.frames if frame.get("requestId") in ("u", "s")]


# ---- 5.1 background worker -------------------------------------------------------------------------------------------------------


async def test_5_1_the_websocket_is_the_base_address_and_ws(gateway):
    """Also where the user typed a slash behind the address."""
    async with wired(gateway.url.replace("http", "ws") + "//ws", origin=EXTENSION) as wire:
        assert "response" == (await wire.ask("getMonitoredAuctions"))["type"]


async def test_5_1_reconnects_for_ever(gateway):
    """Twelve times a minute with the right token is never too often."""
    for _ in range(15):
        async with wired(gateway.ws, origin=EXTENSION) as wire:
            await wire.tell({"type": "ping"})


async def test_5_1_no_cookies_at_all(worker):
    """An empty jar is a 400 and nothing else."""
    reply = await worker.post("/api/auth", json={"cookies": ""})
    assert (400, "Cookies are required") == (reply.status_code, reply.json()["error"])


async def test_5_1_a_long_jar(worker, gateway):
    """All cookies of the domain may be more than 10 000 characters."""
    assert 200 == (await worker.post("/api/auth", json={"cookies": "__session=abcdefghij; " + "x=" + "y" * 20_000})).status_code


async def test_5_1_a_start_without_panel_values_is_refused(extension):
    """MaxBid 0: an error with the requestId, so that the page can say so."""
    reply = await extension.ask("startMonitoring", auctionId=LOT, config={**START, "maxBid": 0}, metadata=METADATA)
    assert ("error", True) == (reply["type"], bool(reply["error"]))


async def test_5_1_the_metadata_that_it_sends(extension):
    """The title "Unknown" is none, null no picture, and unknown keys harm nothing."""
    reply = await extension.ask("startMonitoring", auctionId=LOT, config=START, metadata={**METADATA, "more": {"a": [1]}})
    state = await extension.state(LOT)
    assert (True, None) == (reply["success"], state["imageUrl"])
    assert "Unknown" != state["title"]


async def test_5_1_a_notification_is_shown_by_its_message(gateway, extension, redis):
    """Title and text come from `message` alone."""
    await start(extension)
    t = Transitions(redis)
    for leading in (True, False):
        stamp = await t.stamp()
        await t.observe(LOT, read_started=stamp, next_bid=1700, leading=leading, status="open", close=stamp + 300_000, price=1600)
        await asyncio.sleep(0.05)
    told = await extension.until(lambda frame: frame["type"] == "notification")
    assert ("Outbid on", "outbid", LOT) == (told["message"][:9], told["kind"], told["auctionId"])


# ---- 5.2 content script ----------------------------------------------------------------------------------------------------------


async def test_5_2_turned_on(extension):
    """$10, sniping, armed: exactly what the page sends."""
    reply, state = await start(extension)
    assert (True, 10, "sniping", True) == (reply["success"], *(state["config"][name] for name in ("maxBid", "strategy", "autoBid")))


async def test_5_2_turned_on_twice(extension):
    """Success false without an error: the page shows that it is watched, which is right."""
    await start(extension)
    again = await extension.ask("startMonitoring", auctionId=LOT, config=START, metadata=METADATA)
    assert (False, False) == (again["success"], "error" in again)


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"maxBid": 25, "strategy": "sniping", "autoBid": False}, (25, "sniping", False)),
        ({"maxBid": 0, "strategy": "sniping", "autoBid": True}, (10, "sniping", True)),
        ({"maxBid": 0, "strategy": "auto", "autoBid": True}, (10, "auto", True)),
        ({"autoBid": False}, (10, "sniping", False)),
        ({"autoBid": True}, (10, "sniping", True)),
    ],
    ids=["edits Max Bid", "pill Snipe, empty box", "pill Auto, empty box", "toggle off", "toggle on"],
)
async def test_5_2_changes(extension, sent, expected):
    """A cap of 0 leaves the cap, autoBid is honoured as it comes, the strategy comes back in the extension's word."""
    await start(extension)
    reply = await extension.ask("updateConfig", auctionId=LOT, config=sent)
    await extension.tell({"type": "ping"})
    await extension.until(lambda frame: frame["type"] == "pong")
    [auction] = (await extension.ask("getMonitoredAuctions"))["data"]["auctions"]
    assert {"success": True} == reply["data"]
    assert expected == tuple(auction["config"][name] for name in ("maxBid", "strategy", "autoBid"))


async def test_5_2_a_change_of_an_unwatched_lot(extension):
    """An error, which the page ignores."""
    reply = await extension.ask("updateConfig", auctionId=LOT, config={"autoBid": True})
    assert ("error", f"Auction {LOT} not found") == (reply["type"], reply["error"])


async def test_5_2_turned_off(extension):
    """The list comes without it."""
    await start(extension)
    assert (await extension.ask("stopMonitoring", auctionId=LOT))["success"]
    listed = await extension.until(lambda frame: frame["type"] == "monitoredAuctions")
    assert [] == listed["auctions"]


async def test_5_2_ended_is_never_a_guess(extension, redis):
    """A lot whose close has passed stays monitoring until the site itself says closed, twice."""
    await start(extension)
    t = Transitions(redis)
    stamp = await t.stamp()
    await t.observe(LOT, read_started=stamp, next_bid=1700, leading=False, status="open", close=stamp - 5000, price=1600)
    state = await extension.state(LOT, lambda auction: auction["data"] and auction["data"]["currentBid"] == 16)
    assert ("monitoring", 0, False) == (state["status"], state["data"]["timeRemaining"], state["isClosed"])


async def test_5_2_at_page_load(extension, worker):
    """A listed id counts as monitored: ids are text and equal the digits of the address."""
    await start(extension)
    [auction] = (await worker.get("/api/auctions")).json()["auctions"]
    assert (LOT, "auto") == (auction["id"], "auto" if auction["config"]["strategy"] in ("auto", "sniping") else "")
