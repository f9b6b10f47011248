"""Import of the account's lots: through REST and from the command line."""

import asyncio
import json
import time

import httpx
import pytest

from bidwright.errors import SessionLost, UpstreamDown
from bidwright.runtime.init import initialise
from bidwright_cli.app import main
from bidwright_cli.exits import Exit
from bidwright_gateway.testing import TOKEN, FakeSite, running
from bidwright_proto.v1 import site_pb2

pytestmark = pytest.mark.integration
SITE = "http://127.0.0.1:9900"
NEW, WATCHED, BID_ON, CLOSED, PAUSED = "71", "72", "73", "74", "75"


def lot(lot_id, **fields):
    """A lot as the account's list has it."""
    base = {"title": f"Lamp {lot_id}", "url": f"{SITE}/p/lamp/{lot_id}", "price_cents": 1400, "next_bid_cents": 1500}
    more = {"market_status": "open", "has_user_state": True, "allowed_to_bid": True, "watching": True, "bid_count": 3}
    return site_pb2.Lot(id=lot_id, close_ms=round(time.time() * 1000) + 412_000, **{**base, **more, **fields})


@pytest.fixture
async def gateway(engine, redis, tmp_path):
    """A gateway beside an account with five lots, one of them watched already."""
    await initialise(redis, data_dir=tmp_path, site=SITE, live="1", max_bid_cents=100_000, total_limit_cents=200_000)
    lots = [
        lot(NEW),
        lot(WATCHED),
        lot(BID_ON, participated=True, winning=True, next_bid_cents=1600),
        lot(CLOSED, closed=True, market_status="sold"),
        lot(PAUSED, market_status="paused"),
    ]
    site = FakeSite({lot.id: lot for lot in lots}, mine=[lot.id for lot in lots])
    async with running(engine.url, site, BIDWRIGHT_DATA_DIR=tmp_path, NELLIS_BASE_URL=SITE) as made:
        yield made


@pytest.fixture
async def http(gateway):
    """A client with the token, after the first watch."""
    async with httpx.AsyncClient(base_url=gateway.url, headers={"Authorization": TOKEN}, timeout=20) as client:
        assert 200 == (await client.post(f"/api/auctions/{WATCHED}/monitor", json={"config": {"maxBid": 7, "autoBid": True}})).status_code
        gateway.site.asked.clear()
        yield client


async def watched(http):
    """Lot id to its config."""
    return {auction["id"]: auction["config"] for auction in (await http.get("/api/auctions")).json()["auctions"]}


async def test_import_watches_what_is_open(http, gateway):
    """Open lots are watched with the cap that was given, none armed; what was watched stays as it was; one request to the site."""
    body = (await http.post("/api/import", json={"maxBid": 40})).json()
    assert {
        "success": True,
        "dryRun": False,
        "maxBid": 40,
        "found": 5,
        "added": [NEW, BID_ON],
        "already": [WATCHED],
        "skipped": [
            {"id": CLOSED, "why": "It has closed."},
            {"id": PAUSED, "why": "The site says that it is not open for bids."},
        ],
        "withBids": [BID_ON],
    } == {name: value for name, value in body.items() if name != "lots"}
    assert [True, "Lamp 73", 14] == [body["lots"][2][name] for name in ("isWinning", "title", "currentBid")]
    configs = await watched(http)
    assert {NEW: (40, False), WATCHED: (7, True), BID_ON: (40, False)} == {i: (c["maxBid"], c["autoBid"]) for i, c in configs.items()}
    assert ["ListMyLots"] == gateway.site.asked
    again = (await http.post("/api/import", json={"maxBid": 40})).json()
    assert ([], [NEW, WATCHED, BID_ON]) == (again["added"], again["already"])


async def test_an_imported_lot_is_read_already(http):
    """What the account's list said is shown at once, and a lead that came from the site counts."""
    await http.post("/api/import", json={})
    auctions = {a["id"]: a for a in (await http.get("/api/auctions")).json()["auctions"]}
    assert ("Lamp 71", 14, 15) == (auctions[NEW]["title"], auctions[NEW]["data"]["currentBid"], auctions[NEW]["data"]["nextBid"])
    assert auctions[BID_ON]["data"]["isWinning"]


async def test_import_uses_the_settings(http):
    """Without a cap the usual one counts, but never more than the limit for one bid; the strategy is the usual one."""
    await http.post("/api/settings", json={"general": {"defaultMaxBid": 25, "defaultStrategy": "increment"}})
    assert 25 == (await http.post("/api/import", json={"dryRun": True})).json()["maxBid"]
    await http.post("/api/settings", json={"general": {"defaultMaxBid": 5000}})
    assert 1000 == (await http.post("/api/import")).json()["maxBid"]
    config = (await watched(http))[NEW]
    assert (1000, "auto") == (config["maxBid"], config["strategyName"])


async def test_dry_run_changes_nothing(http):
    """It says what would be watched, and only that."""
    body = (await http.post("/api/import", json={"dryRun": True})).json()
    assert (True, [NEW, BID_ON], [WATCHED]) == (body["dryRun"], body["added"], body["already"])
    assert [WATCHED] == list(await watched(http))


async def test_a_lot_that_was_let_go_is_watched_again(http):
    """Letting go is no refusal for ever."""
    await http.post(f"/api/auctions/{WATCHED}/stop")
    assert [NEW, WATCHED, BID_ON] == (await http.post("/api/import", json={"maxBid": 9})).json()["added"]
    assert not (await watched(http))[WATCHED]["autoBid"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"maxBid": 0}, "maxBid"),
        ({"maxBid": "lots"}, "maxBid"),
        ({"maxBid": 1001}, "maxBid"),
        ({"dryRun": 1}, "dryRun"),
        ({"dryRun": "no"}, "dryRun"),
        ([], None),
    ],
)
async def test_wrong_imports_are_refused(http, gateway, body, field):
    """400 with the field, before the site is asked."""
    reply = await http.post("/api/import", json=body)
    assert (400, field) == (reply.status_code, reply.json().get("field"))
    assert [] == gateway.site.asked


@pytest.mark.parametrize(
    ("trouble", "status", "code"), [(SessionLost("log in"), 401, "SESSION_LOST"), (UpstreamDown("away"), 503, "UPSTREAM_ERROR")]
)
async def test_import_without_the_account(http, gateway, trouble, status, code):
    """Without a session or a site nothing is watched, and the envelope says why."""
    gateway.site.troubles["ListMyLots"] = trouble
    reply = await http.post("/api/import", json={})
    assert (status, False, str(trouble), code) == (reply.status_code, *(reply.json()[name] for name in ("success", "error", "code")))
    assert [WATCHED] == list(await watched(http))


async def bidwright(gateway, *line):
    """The command line beside this gateway; its exit code."""
    return await asyncio.to_thread(main, [*line, "--url", gateway.url, "--token", TOKEN])


async def test_the_verb(http, gateway, capsys):
    """A table and one line that says what was done; a dry run does nothing."""
    assert Exit.OK == await bidwright(gateway, "watch", "import", "--cap", "40", "--dry-run")
    told = capsys.readouterr().out
    assert "2 of 5 would be watched up to $40 each, none armed; nothing was changed." in told
    assert [WATCHED] == list(await watched(http))
    assert Exit.OK == await bidwright(gateway, "watch", "import", "--cap", "40")
    told = capsys.readouterr().out
    assert "2 of 5 now watched up to $40 each, none armed." in told
    assert ["71 watched", "72 was watched", "73 watched leads", "74 left out", "75 left out"] == [
        " ".join(line.split("$")[0].split()) for line in told.splitlines() if "Lamp" in line
    ]
    assert 3 == len(await watched(http))


async def test_the_verb_for_programs(http, gateway, capsys):
    """--json gives the API's answer; a refusal is its sentence and code 1, also without a session."""
    assert Exit.OK == await bidwright(gateway, "watch", "import", "--json")
    assert [NEW, BID_ON] == json.loads(capsys.readouterr().out)["added"]
    assert Exit.REFUSED == await bidwright(gateway, "watch", "import", "--cap", "0")
    assert "Max bid must be positive" in capsys.readouterr().err
    gateway.site.troubles["ListMyLots"] = SessionLost("The site's session is over; log in there and sync the session.")
    assert Exit.REFUSED == await bidwright(gateway, "watch", "import", "--json")
    assert "log in there" in json.loads(capsys.readouterr().out)["error"]
