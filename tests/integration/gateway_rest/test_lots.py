"""Lots through the front door: watched, configured, looked at, let go."""

import asyncio

import pytest
from rest import CONFIG, LOT, SITE, lot, watch

from bidwright.errors import UpstreamDown
from bidwright_gateway.calls import Calls

pytestmark = pytest.mark.integration


async def test_monitor_reads_the_lot_first(http):
    """The dashboard sends `enabled` and `increment`, no metadata: the site fills the rest in, and nothing is armed."""
    reply = await http.post(f"/api/auctions/{LOT}/monitor", json={"config": {**CONFIG, "enabled": True}})
    auction = (await http.get("/api/auctions")).json()["auctions"][0]
    assert (200, f"Started monitoring auction {LOT}") == (reply.status_code, reply.json()["message"])
    assert ("Lamp ‹b›18″", 14, False, "live") == (
        auction["title"],
        auction["data"]["currentBid"],
        auction["config"]["autoBid"],
        auction["mode"],
    )


async def test_a_crowd_of_watches_does_not_stand_in_line_for_the_site(http, gateway):
    """Four lots are asked for, and the others are on watch meanwhile: the poller reads many at once."""
    waiting, go, ask = [], asyncio.Event(), gateway.site._lot

    async def slow(lot_id):
        waiting.append(lot_id)
        await go.wait()
        return await ask(lot_id)

    gateway.site._lot = slow
    lots = [str(70_100_000 + n) for n in range(12)]
    gateway.site.lots |= {lot_id: lot(lot_id) for lot_id in lots}
    watches = rest = [asyncio.create_task(watch(http, lot_id)) for lot_id in lots]
    async with asyncio.timeout(20):
        while len(rest) > 4:
            _, rest = await asyncio.wait(rest, return_when=asyncio.FIRST_COMPLETED)
    go.set()
    replies = await asyncio.gather(*watches)

    assert 4 == len(waiting)
    assert {200} == {reply.status_code for reply in replies}
    assert 8 == sum("warning" in reply.json() for reply in replies)
    assert set(lots) == {auction["id"] for auction in (await http.get("/api/auctions")).json()["auctions"]}


async def test_monitor_again_is_a_conflict(http):
    """409 in the contract's words."""
    await watch(http)
    reply = await watch(http)
    assert (409, "Auction already being monitored") == (reply.status_code, reply.json()["error"])


async def test_monitor_of_an_unknown_lot(http):
    """404 with a sentence that says what an id is."""
    reply = await watch(http, "999")
    assert 404 == reply.status_code
    assert "The site knows no lot 999. A lot id is the number at the end of the lot's address." == reply.json()["error"]


async def test_monitor_of_a_closed_lot(http, gateway):
    """410 with a sentence."""
    gateway.site.lots["5"] = lot("5", closed=True)
    reply = await watch(http, "5")
    assert (410, "Lot 5 has closed; it cannot be watched any more.") == (reply.status_code, reply.json()["error"])


async def test_monitor_while_the_site_is_down_is_accepted(http, gateway):
    """The wish is kept; the poller fills the rest in later."""
    gateway.site.down = UpstreamDown("no route")
    reply = await watch(http)
    assert (200, "The site could not be asked yet") == (reply.status_code, reply.json()["warning"][:31])
    assert [LOT] == [a["id"] for a in (await http.get("/api/auctions")).json()["auctions"]]


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        (None, '"config" is required'),
        ({"strategy": "auto"}, "Max bid is required"),
        ({"maxBid": 0, "strategy": "auto"}, "Max bid must be positive"),
        ({"maxBid": -1, "strategy": "auto"}, "Max bid must be positive"),
        ({"maxBid": "x", "strategy": "auto"}, "Max bid must be a number"),
        ({"maxBid": 1001, "strategy": "auto"}, "above your limit of $1,000"),
        ({"maxBid": 5, "strategy": "magic"}, "Strategy must be one of: auto, sniping, manual"),
        ({"maxBid": 5, "strategy": "auto", "autoBid": "yes"}, '"autoBid" must be true or false'),
    ],
)
async def test_wrong_configs_are_refused_and_nothing_is_watched(http, config, sentence):
    """Each wrong wish gets its sentence, its code, and leaves no trace."""
    reply = await http.post(f"/api/auctions/{LOT}/monitor", json={"config": config})
    assert (400, "VALIDATION_ERROR") == (reply.status_code, reply.json()["code"])
    assert sentence in reply.json()["error"]
    assert [] == (await http.get("/api/auctions")).json()["auctions"]


@pytest.mark.parametrize(
    "method_path",
    [
        "GET /api/auctions/{}",
        "POST /api/auctions/{}/monitor",
        "POST /api/auctions/{}/stop",
        "GET /api/auctions/{}/bids",
        "POST /api/auctions/{}/bid",
    ],
)
async def test_a_lot_id_that_is_none(http, method_path):
    """400 that says what an id is, on every route."""
    method, path = method_path.split()
    reply = await http.request(method, path.format("lamp-18v"), json={"config": CONFIG} if method == "POST" else None)
    assert (400, "auctionId") == (reply.status_code, reply.json()["field"])
    assert reply.json()["error"].startswith("Invalid auction ID format")


async def test_watch_by_address(http):
    """Our own route takes what the browser's address line shows."""
    reply = await http.post("/api/auctions", json={"lot": f"{SITE}/p/lamp/{LOT}", "config": CONFIG})
    assert 200 == reply.status_code
    assert [LOT] == [a["id"] for a in (await http.get("/api/auctions")).json()["auctions"]]


async def test_idempotency_key_makes_a_command_once(http):
    """The same key and body give the same answer; another body is told that the key was used."""
    key = {"Idempotency-Key": "k1"}
    body = {"config": CONFIG}
    first, second = [await http.post(f"/api/auctions/{LOT}/monitor", json=body, headers=key) for _ in range(2)]
    other = await http.post(f"/api/auctions/{LOT}/monitor", json={"config": {**CONFIG, "maxBid": 41}}, headers=key)
    assert (200, first.content, "true") == (second.status_code, second.content, second.headers["idempotency-replayed"])
    assert (422, "IDEMPOTENCY_KEY_REUSED") == (other.status_code, other.json()["code"])


async def test_stop_is_idempotent_and_delete_is_not(http):
    """POST stop is 200 for an unknown lot; DELETE is 404."""
    await watch(http)
    codes = [(await http.post(f"/api/auctions/{LOT}/stop")).status_code for _ in range(2)]
    deleted = await http.delete(f"/api/auctions/{LOT}/monitor")
    assert ([200, 200], 404, "Auction not being monitored") == (codes, deleted.status_code, deleted.json()["error"])


async def test_clear_lets_all_go(http):
    """The count is told."""
    await watch(http)
    reply = (await http.post("/api/auctions/clear")).json()
    assert {"success": True, "message": "Cleared 1 auctions", "cleared": 1} == reply
    assert [] == (await http.get("/api/auctions")).json()["auctions"]


@pytest.mark.parametrize("wrap", [True, False])
async def test_put_config_takes_both_shapes(http, wrap):
    """The change is applied and told; cap 0 leaves the cap."""
    await watch(http)
    change = {"maxBid": 0, "strategy": "snipe", "autoBid": True, "snipeSeconds": 7}
    reply = await http.put(f"/api/auctions/{LOT}/config", json={"config": change} if wrap else change)
    config = reply.json()["config"]
    assert (200, 40, "sniping", True, 7) == (
        reply.status_code,
        config["maxBid"],
        config["strategy"],
        config["autoBid"],
        config["snipeSeconds"],
    )


@pytest.mark.parametrize("wrap", [True, False])
async def test_a_strategy_of_a_plugin_can_be_chosen(http, monkeypatch, wrap):
    """In both shapes; the bidder says which there are, and the refusal of another names them."""

    async def names(_calls):
        return frozenset({"auto", "bargain"})

    monkeypatch.setattr(Calls, "strategy_names", names)
    await watch(http)

    async def choose(word):
        return await http.put(f"/api/auctions/{LOT}/config", json={"config": {"strategy": word}} if wrap else {"strategy": word})

    chosen, unknown = await choose("bargain"), await choose("penny")
    assert (200, "bargain") == (chosen.status_code, chosen.json()["config"]["strategyName"])
    assert (400, "Strategy must be one of: auto, sniping, manual, bargain.") == (unknown.status_code, unknown.json()["error"])


async def test_put_config_of_an_unknown_lot(http):
    """404 in the contract's words."""
    reply = await http.put(f"/api/auctions/{LOT}/config", json={"maxBid": 5})
    assert (404, "Auction not being monitored") == (reply.status_code, reply.json()["error"])


async def test_arming_needs_the_newest_version(http):
    """A client that saw an older version may disarm, never arm."""
    await watch(http)
    stale = await http.put(f"/api/auctions/{LOT}/config", json={"autoBid": True, "expectVersion": "0"})
    await http.put(f"/api/auctions/{LOT}/config", json={"autoBid": True})
    disarm = await http.put(f"/api/auctions/{LOT}/config", json={"autoBid": False, "expectVersion": "0"})
    assert (409, 200) == (stale.status_code, disarm.status_code)


async def test_get_lot_asks_the_site(http):
    """The data object of the contract, fresh."""
    reply = (await http.get(f"/api/auctions/{LOT}")).json()
    assert (70012345, 14, 15, False) == (
        reply["data"]["id"],
        reply["data"]["currentBid"],
        reply["data"]["nextBid"],
        reply["data"]["isClosed"],
    )


async def test_get_unknown_lot_and_site_down(http, gateway):
    """404 for an unknown lot; 503 with UPSTREAM in its code when the site is away."""
    unknown = await http.get("/api/auctions/999")
    gateway.site.down = UpstreamDown("no route")
    down = await http.get(f"/api/auctions/{LOT}")
    assert (404, "NOT_FOUND", 503, "UPSTREAM_ERROR") == (unknown.status_code, unknown.json()["code"], down.status_code, down.json()["code"])


@pytest.mark.parametrize(
    ("headers", "shown"),
    [
        ({"Origin": "chrome-extension://abcdefghijklmnop"}, "auto"),
        ({"Origin": "http://localhost:8080"}, "increment"),
        ({"Sec-Fetch-Site": "same-origin"}, "increment"),
        ({}, "auto"),
    ],
)
async def test_strategy_words_follow_the_caller(http, headers, shown):
    """Extension and dashboard each hear their own word."""
    await watch(http)
    assert shown == (await http.get("/api/auctions", headers=headers)).json()["auctions"][0]["config"]["strategy"]


async def test_history_lists_prices(http):
    """Prices with their times, oldest first."""
    await watch(http)
    reply = (await http.get(f"/api/auctions/{LOT}/history")).json()
    assert [(14, "read")] == [(point["price"], point["source"]) for point in reply["history"]]


async def test_refresh_once_in_five_seconds(http):
    """The second within 5 s is 429; an unwatched lot is 404. Nobody looked here, and the answer says so."""
    missing = await http.post(f"/api/auctions/{LOT}/refresh")
    await watch(http)
    first, second = [await http.post(f"/api/auctions/{LOT}/refresh") for _ in range(2)]
    assert (404, 200, 429) == (missing.status_code, first.status_code, second.status_code)
    assert (14, False) == (first.json()["data"]["currentBid"], first.json()["fresh"])
