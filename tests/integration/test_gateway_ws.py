"""The WebSocket through the front door, with a client that speaks only the contract."""

import asyncio
import time

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from bidwright.runtime.init import initialise
from bidwright.transitions import Transitions
from bidwright_gateway.testing import TOKEN, brought_in_line, running, wired

pytestmark = pytest.mark.integration
SITE = "http://127.0.0.1:9900"
LOT = "70012345"
EXTENSION = "chrome-extension://abcdefghijklmnopabcdefghijklmnop"
CONFIG = {"maxBid": 10, "strategy": "sniping", "incrementAmount": 1, "autoBid": True}


@pytest.fixture
async def store(redis, tmp_path):
    """A store made ready: live, $2,000 in total, logged in."""
    await initialise(redis, data_dir=tmp_path, site=SITE, live="1", max_bid_cents=100_000, total_limit_cents=200_000)
    await Transitions(redis).session("ok", "")
    return redis


@pytest.fixture
async def gateway(engine, store, tmp_path):
    """A running gateway."""
    async with running(engine.url, BIDWRIGHT_DATA_DIR=tmp_path) as made:
        yield made


@pytest.fixture
async def wire(gateway):
    """An authenticated client without an Origin."""
    async with wired(gateway.ws) as made:
        yield made


async def observe(store, *, price=1400, next_bid=1500, leading=False, status="open"):
    """Tell the store what the site says now."""
    t = Transitions(store)
    close = round(time.time() * 1000) + 300_000
    return await t.observe(
        LOT,
        read_started=await t.stamp(),
        next_bid=next_bid,
        leading=leading,
        status=status,
        close=close,
        price=price,
        shown={"title": "Lamp"},
    )


async def close(store, **site):
    """Reads, at least a second apart, say that it is over until it is believed."""
    async with asyncio.timeout(10):
        while await store.hget(f"bw:lot:{LOT}", "final") != "1":
            await observe(store, status="closed", **site)
            await asyncio.sleep(1.05)


async def carry_out(store, state=""):
    """Play the bidder and the proxy: take the lot, reserve what was asked, claim, settle as *state*, or never."""
    t = Transitions(store)
    while not (ask := await store.hget(f"bw:lot:{LOT}", "ask")):  # noqa: ASYNC110 - waits for the gateway's wish
        await asyncio.sleep(0.01)
    intent, amount = ask.split(":")
    while not (tickets := (await t.take("bid", n=10, lease_ms=3000)).tickets):  # noqa: ASYNC110 - waits for the queue
        await asyncio.sleep(0.01)
    await brought_in_line(store)
    h = await store.hgetall(f"bw:lot:{LOT}")
    fence = tickets[0].fence
    reserved = await t.reserve(
        intent, LOT, amount=int(amount), fence=fence, cap_ver=h["cap_ver"], obs_seq=h["obs_seq"], valid_ms=3000, max_obs_age_ms=5000
    )
    assert reserved.ok, reserved.why
    await t.claim(intent, "proxy")
    if state:
        await t.settle(intent, state, "reply")


async def test_order_on_connect(gateway):
    """connected; then, only after the token, authenticated with the requestId and the list."""
    async with wired(gateway.ws, token=None) as wire:
        first = await wire.next()
        await wire.tell({"type": "authenticate", "token": TOKEN, "requestId": "req_1"})
        second, third = await wire.next(), await wire.next()
    assert ("connected", True) == (first["type"], first["clientId"].startswith("client_"))
    assert {"type": "authenticated", "success": True, "requestId": "req_1"} == second
    assert {"type": "monitoredAuctions", "auctions": []} == third


@pytest.mark.parametrize("kind", ["getMonitoredAuctions", "subscribe", "startMonitoring", "stopMonitoring", "updateConfig", "placeBid"])
async def test_everything_else_needs_the_token(gateway, kind):
    """An error with the requestId, and nothing told."""
    async with wired(gateway.ws, token=None) as wire:
        told = await wire.ask(kind, auctionId=LOT)
    assert ("error", "Not authenticated") == (told["type"], told["error"])


async def test_ping_needs_none(gateway):
    """A plain pong."""
    async with wired(gateway.ws, token=None) as wire:
        await wire.next()
        await wire.tell({"type": "ping"})
        assert {"type": "pong"} == await wire.next()


async def test_five_wrong_tokens_close(gateway):
    """Each is refused with its requestId; after the fifth the connection ends with 1008."""
    async with wired(gateway.ws, token=None) as wire:
        replies = [await wire.ask("authenticate", token="wrong") for _ in range(5)]
        with pytest.raises(ConnectionClosed) as closed:
            await wire.next()
    assert [(False, "Invalid authentication token")] * 5 == [(r["success"], r["error"]) for r in replies]
    assert 1008 == closed.value.rcvd.code


@pytest.mark.parametrize("raw", ["{", "[]", '"x"', "{}", '{"type":7}', '{"type":'])
async def test_what_is_no_message(wire, raw):
    """An error without an id, and the connection goes on."""
    await wire.socket.send(raw)
    assert {"type": "error", "error": "Invalid message format"} == await wire.until(lambda f: f["type"] == "error")


async def test_foreign_origin_is_refused(gateway):
    """The upgrade is refused for a page of another site."""
    with pytest.raises(InvalidStatus):
        async with wired(gateway.ws, origin="https://evil.example"):
            pass


async def test_other_paths_are_refused(gateway):
    """Only /ws is a WebSocket."""
    with pytest.raises(InvalidStatus):
        async with wired(gateway.ws + "x"):
            pass


async def test_frame_over_the_limit_closes_with_1009(wire):
    """One MiB is the longest."""
    await wire.socket.send("x" * 1_100_000)
    with pytest.raises(ConnectionClosed) as closed:
        await wire.until(lambda f: False)
    assert 1009 == closed.value.sent.code or closed.value.rcvd.code == 1009


async def test_start_answers_at_once_then_tells_all(gateway, wire):
    """A correlated response, then auctionState to every client in its own words, without a requestId."""
    async with wired(gateway.ws, origin=EXTENSION) as extension:
        told = await extension.ask(
            "startMonitoring", auctionId=int(LOT), config={**CONFIG, "strategy": "auto"}, metadata={"title": "La<mp"}
        )
        seen = await extension.state(LOT)
    other = await wire.state(LOT)
    assert ("response", "startMonitoring", LOT, True) == tuple(told[k] for k in ("type", "action", "auctionId", "success"))
    assert ("La‹mp", None, "auto", "increment") == (seen["title"], seen["data"], seen["config"]["strategy"], other["config"]["strategy"])
    assert not [f for f in (*wire.frames, *extension.frames) if f["type"] == "auctionState" and "requestId" in f]


async def test_start_of_a_watched_lot_is_success_false(wire):
    """Not an error: the extension shows it as monitored."""
    await wire.ask("startMonitoring", auctionId=LOT, config=CONFIG)
    told = await wire.ask("startMonitoring", auctionId=LOT, config=CONFIG)
    assert (False, True) == (told["success"], "error" not in told)


@pytest.mark.parametrize(
    "config", [None, {"maxBid": 0, "strategy": "auto"}, {"maxBid": 1001, "strategy": "auto"}, {"maxBid": 5, "strategy": "magic"}]
)
async def test_refused_start_is_an_error(wire, config):
    """A truthy error with the requestId."""
    told = await wire.ask("startMonitoring", auctionId=LOT, config=config)
    assert ("error", True) == (told["type"], bool(told["error"]))


async def test_stop_of_an_unknown_lot_is_success_false(wire):
    """Not an error."""
    told = await wire.ask("stopMonitoring", auctionId=LOT)
    assert ("response", False, True) == (told["type"], told["success"], "error" not in told)


async def test_stop_tells_the_new_list(wire):
    """The dashboard replaces its list."""
    await wire.ask("startMonitoring", auctionId=LOT, config=CONFIG)
    await wire.state(LOT)
    assert True is (await wire.ask("stopMonitoring", auctionId=LOT))["success"]
    listed = [f for f in wire.frames if f["type"] == "monitoredAuctions"] or [await wire.until(lambda f: f["type"] == "monitoredAuctions")]
    assert [] == listed[-1]["auctions"]


async def test_update_config_changes_only_what_is_named(wire):
    """Cap 0 leaves the cap; the state follows."""
    await wire.ask("startMonitoring", auctionId=LOT, config=CONFIG)
    told = await wire.ask("updateConfig", auctionId=LOT, config={"maxBid": 0, "strategy": "sniping", "autoBid": False})
    seen = await wire.state(LOT, lambda a: a["config"]["autoBid"] is False)
    assert ({"success": True}, 10) == (told["data"], seen["config"]["maxBid"])


async def test_update_of_an_unknown_lot_is_an_error(wire):
    """The contract's words."""
    assert f"Auction {LOT} not found" == (await wire.ask("updateConfig", auctionId=LOT, config={"maxBid": 5}))["error"]


async def test_unknown_requests_are_answered(wire):
    """An error with the requestId instead of silence."""
    assert "error" == (await wire.ask("dance"))["type"]


async def test_a_lot_that_leaves_right_after_it_was_listed_is_told(gateway, store):
    """Also before the gateway has looked at its list for the first time: who was sent the lot is sent a list without it."""
    await Transitions(store).watch(LOT, {"cap": 1000, "strategy": "manual", "armed": "0"})
    hub = gateway.gateway.deps.hub
    async with asyncio.timeout(5):
        while LOT not in gateway.gateway.deps.board.lots:  # noqa: ASYNC110 - the gateway's own view of it
            await asyncio.sleep(0.01)
    hub._listed.clear()  # as in its first moment
    async with wired(gateway.ws) as wire:
        await Transitions(store).unwatch(LOT)
        await wire.until(lambda f: f["type"] == "monitoredAuctions" and not f["auctions"])


async def test_close_is_told_exactly_once(wire, store):
    """Two reads make it certain; one ended state goes out, and a notification."""
    await wire.ask("startMonitoring", auctionId=LOT, config=CONFIG)
    await observe(store)
    await close(store)
    ended = await wire.state(LOT, lambda a: a["status"] == "ended")
    await wire.ask("getMonitoredAuctions")
    await wire.ask("getMonitoredAuctions")
    again = [f for f in wire.frames if f["type"] == "auctionState" and f["auction"]["status"] == "ended"]
    assert (True, 0, "lost", []) == (ended["data"]["isClosed"], ended["data"]["timeRemaining"], ended["outcome"], again)
    assert [("lost", LOT, "Lost Lamp: it went for $14")] == [
        (f["kind"], f["auctionId"], f["message"]) for f in wire.frames if f["type"] == "notification"
    ]


async def test_bid_is_followed_to_its_outcome(wire, store):
    """BidResult with the requestId, when the site took the bid."""
    await wire.ask("startMonitoring", auctionId=LOT, config={**CONFIG, "maxBid": 40, "autoBid": False})
    await observe(store)
    told, _ = await asyncio.gather(wire.ask("placeBid", auctionId=LOT, amount=15), carry_out(store, "LEADING"))
    assert ("bidResult", True, 15, "LEADING") == (told["type"], told["success"], told["amount"], told["data"]["state"])


@pytest.mark.parametrize(
    ("state", "kind", "retryable"),
    [("OUTBID", "OUTBID", False), ("REJECTED", "UNKNOWN_ERROR", False), ("CANCELLED", "CONNECTION_ERROR", True)],
)
async def test_bid_that_fails_says_why(wire, store, state, kind, retryable):
    """The contract's error types."""
    await wire.ask("startMonitoring", auctionId=LOT, config={**CONFIG, "maxBid": 40, "autoBid": False})
    await observe(store)
    told, _ = await asyncio.gather(wire.ask("placeBid", auctionId=LOT, amount=15), carry_out(store, state))
    assert (False, kind, retryable) == (told["success"], told["errorType"], told["retryable"])


@pytest.mark.parametrize(
    ("amount", "kind"), [(11, "POLICY_DENIED"), (1001, "POLICY_DENIED"), (0, None), (-1, None), ("x", None), (None, None)]
)
async def test_bid_over_a_limit_is_refused(wire, amount, kind):
    """Every money limit applies, and nothing is asked of the bidder."""
    await wire.ask("startMonitoring", auctionId=LOT, config=CONFIG)
    told = await wire.ask("placeBid", auctionId=LOT, amount=amount)
    assert (False, kind) == (told["success"], told.get("errorType"))


async def test_bid_on_an_unwatched_lot_says_watch_it_first(wire):
    """404 in words."""
    assert "Watch the lot first; nothing was bid." == (await wire.ask("placeBid", auctionId=LOT, amount=5))["error"]


async def test_a_lot_the_site_does_not_know_becomes_an_error(wire, store):
    """Once the poller noted it, the state says so with the sentence."""
    await wire.ask("startMonitoring", auctionId=LOT, config=CONFIG)
    await Transitions(store).note(LOT, "trouble", "gone", "The site knows no lot 70012345.")
    seen = await wire.state(LOT, lambda a: a["status"] == "error")
    assert "The site knows no lot 70012345." == seen["error"]


async def test_a_client_without_the_token_is_let_go(engine, store, tmp_path):
    """1008 once its time is over."""
    async with (
        running(engine.url, BIDWRIGHT_DATA_DIR=tmp_path, BIDWRIGHT_WS_UNAUTHENTICATED_SECONDS=0.3) as made,
        wired(made.ws, token=None) as wire,
    ):
        with pytest.raises(ConnectionClosed) as closed:
            await wire.until(lambda f: False)
    assert (1008, "Authenticate within 0.3 seconds") == (closed.value.rcvd.code, closed.value.rcvd.reason)


async def test_a_client_that_takes_nothing_is_let_go(engine, store, tmp_path):
    """1013 once no frame could be sent for the longest time; others go on."""
    async with (
        running(engine.url, BIDWRIGHT_DATA_DIR=tmp_path, BIDWRIGHT_WS_SLOWEST_SECONDS=0.5) as made,
        wired(made.ws) as slow,
        wired(made.ws) as other,
    ):
        for _ in range(90):  # each answer carries the long id back, and nobody reads it
            await slow.tell({"type": "getMonitoredAuctions", "requestId": "x" * 900_000})
        async with asyncio.timeout(10):
            while not any(client.closing for client in made.gateway.deps.hub.clients):  # noqa: ASYNC110 - the gateway's own view of it
                await asyncio.sleep(0.05)
        with pytest.raises(ConnectionClosed) as closed:
            await slow.until(lambda f: False)
        await other.tell({"type": "ping"})
        await other.until(lambda f: f["type"] == "pong")
    assert 1013 == closed.value.rcvd.code


async def test_a_won_lot_is_notified_once(wire, store):
    """With what it costs, all-in."""
    await wire.ask("startMonitoring", auctionId=LOT, config={**CONFIG, "maxBid": 40, "autoBid": False})
    await observe(store)
    await asyncio.gather(wire.ask("placeBid", auctionId=LOT, amount=15), carry_out(store, "LEADING"))
    await close(store, price=1500, next_bid=1600, leading=True)
    ended = await wire.state(LOT, lambda a: a["status"] == "ended")
    await wire.ask("getMonitoredAuctions")
    told = [(f["kind"], f["message"]) for f in wire.frames if f["type"] == "notification"]
    assert ("won", [("won", "Won Lamp for $15 ($18.72 all-in)")]) == (ended["outcome"], told)


async def test_a_bid_whose_outcome_stays_unknown_is_in_doubt(engine, store, tmp_path):
    """When the wait is over: never sent again, and its receipt is named."""
    async with running(engine.url, BIDWRIGHT_DATA_DIR=tmp_path, BIDWRIGHT_BID_WAIT_SECONDS=3) as made, wired(made.ws) as wire:
        await wire.ask("startMonitoring", auctionId=LOT, config={**CONFIG, "maxBid": 40, "autoBid": False})
        await observe(store)
        told, _ = await asyncio.gather(wire.ask("placeBid", auctionId=LOT, amount=15), carry_out(store))
        intent = (await store.zrange(f"bw:lot:{LOT}:intents", 0, -1))[0]
    assert (False, "BID_IN_DOUBT", False, intent) == (told["success"], told["errorType"], told["retryable"], told["intentId"])


async def test_receipts_outlive_the_lot(gateway, wire, store):
    """Their steps stand in the order of time, and a sweep of the lot leaves them readable."""
    await wire.ask("startMonitoring", auctionId=LOT, config={**CONFIG, "maxBid": 40, "autoBid": False})
    await observe(store)
    await asyncio.gather(wire.ask("placeBid", auctionId=LOT, amount=15), carry_out(store, "LEADING"))
    await close(store, price=1500, next_bid=1600, leading=True)
    async with httpx.AsyncClient(base_url=gateway.url, headers={"Authorization": TOKEN}) as http:
        before = (await http.get(f"/api/auctions/{LOT}/receipts")).json()["receipts"]
        assert [LOT] == await Transitions(store).purge(older_ms=0)
        after = (await http.get(f"/api/auctions/{LOT}/receipts")).json()["receipts"]
    assert ["armed", "submitted", "acknowledged", "seen", "won"] == [step["step"] for step in before[0]["steps"]]
    times = [step["at"] for step in before[0]["steps"]]
    assert sorted(times) == times
    assert all(step["afterMs"] >= 0 for step in before[0]["steps"][1:])
    same = ("id", "amount", "word", "createdAt", "sentAt", "endedAt")
    assert [[r[k] for k in same] for r in before] == [[r[k] for k in same] for r in after]
    assert "Won at $15" == after[0]["steps"][-1]["sentence"]
