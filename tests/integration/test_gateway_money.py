"""All-in caps, rates, budgets and groups through the front door."""

import asyncio
import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import httpx
import pytest

from bidwright import Money, Rates
from bidwright.runtime import reading
from bidwright.runtime.init import initialise
from bidwright_gateway.testing import TOKEN, FakeSite, running, wired
from bidwright_proto.v1 import site_pb2

pytestmark = pytest.mark.integration
SITE = "http://127.0.0.1:9900"
LOT, OTHER = "70012345", "70012346"
ZONE = "America/Phoenix"
CLOSE = round(time.time() * 1000) + 412_000


def lot(lot_id=LOT, **fields):
    """A lot as nellis-proxy reads it."""
    base = {"title": "Lamp", "url": f"{SITE}/p/lamp/{lot_id}", "price_cents": 1400, "next_bid_cents": 1500, "close_ms": CLOSE}
    more = {"market_status": "open", "has_user_state": True, "allowed_to_bid": True, "location_name": "Phoenix", "initial_close_ms": CLOSE}
    return site_pb2.Lot(id=lot_id, **{**base, **more, **fields})


@pytest.fixture
async def store(redis, tmp_path):
    """A store made ready: live, $2,000 in total."""
    await initialise(redis, data_dir=tmp_path, site=SITE, live="1", max_bid_cents=100_000, total_limit_cents=200_000)
    return redis


@pytest.fixture
async def gateway(engine, store, tmp_path):
    """A running gateway that knows two lots, in the owner's time zone."""
    site = FakeSite({LOT: lot(), OTHER: lot(OTHER)})
    async with running(engine.url, site, BIDWRIGHT_DATA_DIR=tmp_path, BIDWRIGHT_TIMEZONE=ZONE) as made:
        yield made


@pytest.fixture
async def http(gateway):
    """A client with the token."""
    async with httpx.AsyncClient(base_url=gateway.url, headers={"Authorization": TOKEN}, timeout=20) as client:
        yield client


async def watch(http, lot_id=LOT, **config):
    """Watch a lot and give the reply."""
    return await http.post(f"/api/auctions/{lot_id}/monitor", json={"config": {"strategy": "sniping", **config}})


async def change(http, lot_id=LOT, **config):
    """Change a watch and give the reply."""
    return await http.put(f"/api/auctions/{lot_id}/config", json=config)


async def auction(http, lot_id=LOT):
    """The lot in the list."""
    return next(one for one in (await http.get("/api/auctions")).json()["auctions"] if one["id"] == lot_id)


async def give_rates(http, **rates):
    """The owner gives rates."""
    reply = await http.put("/api/rates", json=rates)
    assert 200 == reply.status_code, reply.text
    return reply.json()


async def until(work, wanted):
    """Ask again until *wanted* likes the answer."""
    async with asyncio.timeout(10):
        while not wanted(found := await work()):  # noqa: ASYNC110 - tests only
            await asyncio.sleep(0.02)
        return found


def scopes(body):
    """Budgets by their names."""
    return {budget["scope"]: budget for budget in body["budgets"]}


# ---- all-in caps -----------------------------------------------------------------------------------------------------------------


async def test_an_all_in_cap_alone_makes_the_hammer_cap(http, gateway):
    """The hammer cap is the largest whole dollar whose bill is within; both are shown, and where the rates come from."""
    await give_rates(http, locations={"Phoenix": {"premium": 15, "tax": "8.6"}})
    reply = await watch(http, maxAllIn=50, autoBid=True)
    made = await until(lambda: auction(http), lambda a: a["data"])

    cap = Rates(1500, 860).hammer_cap(Money(5000))
    assert (200, cap.dollars, 50, True) == (
        reply.status_code,
        reply.json()["config"]["maxBid"],
        reply.json()["config"]["maxAllIn"],
        reply.json()["config"]["autoBid"],
    )
    bill = Rates(1500, 860).all_in(cap).cents / 100
    assert {"hammer": cap.dollars, "allIn": bill} == made["caps"]
    assert {"premium": 15, "tax": 8.6, "source": "location"} == made["rates"]
    assert {"current": 17.48, "next": 18.73, "cap": bill} == made["allIn"]
    assert (5000, "allin") == ((await gateway.gateway.deps.records.lot(LOT)).allin, (await gateway.gateway.deps.records.lot(LOT)).cap_by)


async def test_both_caps_may_be_given_and_the_tighter_one_holds(http):
    """The typed max bid stays; what may be bid is the tighter of the two."""
    await give_rates(http, default={"premium": 15, "tax": 8.5})
    await watch(http, maxBid=40, maxAllIn="$25.00")
    made = await auction(http)
    assert (40, 25, 20) == (made["config"]["maxBid"], made["config"]["maxAllIn"], made["caps"]["hammer"])


async def test_an_all_in_cap_needs_known_rates_to_be_armed(http):
    """Without the owner's word on premium and tax it is watched, not armed; a hammer cap arms; and once they are given it arms."""
    refused = await watch(http, maxAllIn=50, autoBid=True)
    assert (400, "config.maxAllIn") == (refused.status_code, refused.json()["field"])
    assert "cannot be armed" in refused.json()["error"]

    assert 200 == (await watch(http, maxAllIn=50)).status_code
    assert "assumed" == (await auction(http))["rates"]["source"]
    assert 400 == (await change(http, autoBid=True)).status_code
    assert 200 == (await watch(http, OTHER, maxBid=40, autoBid=True)).status_code

    done = await give_rates(http, default={"premium": 18, "tax": 9})
    assert {LOT, OTHER} == set(done["changed"])
    assert 200 == (await change(http, autoBid=True)).status_code
    made = await auction(http)
    assert Rates(1800, 900).hammer_cap(Money(5000)).dollars == made["config"]["maxBid"] == made["caps"]["hammer"]


async def test_lots_that_a_round_of_the_loop_was_faster_with_are_told_as_changed(gateway, http):
    """New rates are in force for a moment before the answer's own round: the answer tells of each lot all the same."""
    for lot_id in (LOT, OTHER):
        assert 200 == (await watch(http, lot_id, maxAllIn=50)).status_code
    deps = gateway.gateway.deps
    change_only = deps.rates.change

    async def change_and_round(body):
        await change_only(body)
        await deps.alignment.round(list((await deps.board.read()).values()))

    deps.rates.change = change_and_round
    done = await give_rates(http, default={"premium": 18, "tax": 9})

    assert ({LOT, OTHER}, []) == (set(done["changed"]), done["waiting"])


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"maxAllIn": 1.2}, "leaves no whole dollar"),
        ({"maxAllIn": 5000}, "above your limit of $1,000"),
        ({"maxAllIn": 0}, "must be positive"),
        ({"maxAllIn": "1.005"}, "at most two decimals"),
        ({"maxAllIn": "lots"}, "number of dollars"),
        ({"maxAllIn": True}, "number of dollars"),
        ({"maxAllIn": None}, "Max bid is required"),
        ({}, "Max bid is required"),
        ({"maxAllIn": 50, "maxBid": 0}, "must be positive"),
    ],
)
async def test_a_wrong_all_in_cap_gets_its_sentence(http, config, words):
    """Nothing is watched with a cap that is missing, zero or cannot be read."""
    reply = await watch(http, **config)
    assert 400 == reply.status_code
    assert words in reply.json()["error"]


async def test_changes_of_the_all_in_cap(http):
    """0 leaves it, null takes it away, a typed max bid stays, a derived one follows."""
    await give_rates(http, default={"premium": 15, "tax": 8.5})
    await watch(http, maxAllIn=50)
    told = [(await change(http, **config)).json()["config"] for config in ({"maxAllIn": 0}, {"maxAllIn": 25}, {"maxAllIn": None})]
    assert [(40, 50), (20, 25), (20, None)] == [(config["maxBid"], config.get("maxAllIn")) for config in told]

    told = [(await change(http, **config)).json()["config"] for config in ({"maxBid": 30}, {"maxAllIn": 60}, {"maxAllIn": ""})]
    assert [(30, None), (30, 60), (30, None)] == [(config["maxBid"], config.get("maxAllIn")) for config in told]


async def test_the_websocket_takes_it_too(gateway, http):
    """Its start and change of a watch know maxAllIn."""
    await give_rates(http, default={"premium": 15, "tax": 8.5})
    async with wired(gateway.ws) as wire:
        assert True is (await wire.ask("startMonitoring", auctionId=LOT, config={"maxAllIn": 50, "autoBid": True}))["success"]
        await wire.ask("updateConfig", auctionId=LOT, config={"maxAllIn": 25})
    assert (20, 25) == ((await auction(http))["config"]["maxBid"], (await auction(http))["config"]["maxAllIn"])


async def test_a_place_that_becomes_known_sets_the_rates(gateway, http):
    """Until then the dearest rates are used; afterwards those of the place, and the derived cap with them."""
    await give_rates(
        http, default={"premium": 15, "tax": 8}, locations={"phoenix": {"premium": 15, "tax": 8.6}, "Dallas": {"premium": 20, "tax": 8}}
    )
    async with wired(gateway.ws) as wire:
        await wire.ask("startMonitoring", auctionId=LOT, config={"maxAllIn": 50})
    assert {"premium": 20, "tax": 8.6, "source": "dearest"} == (await auction(http))["rates"]

    await read(gateway, lot())
    made = await until(lambda: auction(http), lambda a: a["rates"]["source"] == "location")
    assert ({"premium": 15, "tax": 8.6, "source": "location"}, 40) == (made["rates"], made["config"]["maxBid"])


async def read(gateway, found):
    """A read of the site reaches the store."""
    deps = gateway.gateway.deps
    return await reading.apply(deps.transitions, found, await deps.transitions.stamp())


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"default": 15},
        {"default": {"premium": 101, "tax": 1}},
        {"default": {"premium": 1, "tax": "8,5"}},
        {"locations": {"": {"premium": 1, "tax": 1}}},
        {"locations": []},
        {"default": {"premium": True, "tax": 1}},
    ],
)
async def test_wrong_rates_are_told(http, body):
    """400 with the field."""
    reply = await http.put("/api/rates", json=body)
    assert (400, False) == (reply.status_code, reply.json()["success"])


async def test_rates_are_read_and_taken_away(http):
    """What was given is shown; null takes it away, what is not named stays."""
    await give_rates(http, default={"premium": 15, "tax": 8.25}, locations={"Phoenix": {"premium": 15, "tax": 8.6}})
    await give_rates(http, locations={"Dallas": {"premium": "18%", "tax": 8}, "PHOENIX": None})
    body = (await http.get("/api/rates")).json()
    assert {"premium": 15, "tax": 8.25, "source": "default"} == body["default"]
    assert {"Dallas": {"premium": 18, "tax": 8}} == body["locations"]
    await give_rates(http, default=None)
    assert {"premium": 15, "tax": 8.5, "source": "assumed"} == (await http.get("/api/rates")).json()["default"]


# ---- budgets ---------------------------------------------------------------------------------------------------------------------


async def test_a_lot_counts_in_its_day_and_week(http):
    """By the planned close in the owner's time zone; a new day begins with the usual limit, a new week here with none."""
    assert 200 == (await http.put("/api/budgets/default/day", json={"limit": 120})).status_code
    await watch(http, maxBid=40)
    local = datetime.fromtimestamp(CLOSE / 1000, UTC).astimezone(ZoneInfo(ZONE))
    day, week = f"day:{local:%Y-%m-%d}", f"week:{local:%G-W%V}"

    body = (await http.get("/api/budgets")).json()
    found = scopes(body)
    assert {"total", day, week} == set(found)
    assert (120, None, 2000) == (found[day]["limit"], found[week]["limit"], found["total"]["limit"])
    assert ([LOT], {"live": 120, "dryRun": 120}, None) == (found[day]["lots"], found[day]["free"], found[week]["free"])
    assert {"day": 120, "week": None} == body["default"]


async def test_a_lot_that_could_not_be_read_gets_its_day_with_the_first_read_and_keeps_it(gateway, http):
    """The day of the close as first seen, fixed: an extension past midnight does not move it."""
    async with wired(gateway.ws) as wire:
        await wire.ask("startMonitoring", auctionId=LOT, config={"maxBid": 40})
    assert "total" == (await gateway.gateway.deps.records.lot(LOT)).scopes
    await read(gateway, lot())
    first = await until(lambda: gateway.gateway.deps.records.lot(LOT), lambda found: "day:" in found.scopes)
    await read(gateway, lot(close_ms=CLOSE + 86_400_000, initial_close_ms=CLOSE + 86_400_000))
    await asyncio.sleep(0.1)
    assert first.scopes == (await gateway.gateway.deps.records.lot(LOT)).scopes


async def test_a_limit_below_what_is_used_is_taken_and_said(gateway, http):
    """The owner's word holds; nothing more is bid."""
    await watch(http, maxBid=40)
    await read(gateway, lot(winning=True))
    reply = (await http.put("/api/budgets/total", json={"limit": 5})).json()
    assert (5, True) == (reply["limit"], "nothing more is bid" in reply["warning"])
    found = scopes((await http.get("/api/budgets")).json())["total"]
    assert (0, True) == (found["free"]["live"], found["live"] > 5)


@pytest.mark.parametrize(("path", "body"), [("default/month", {"limit": 1}), ("default/day", {}), ("default/week", {"limit": -1})])
async def test_wrong_defaults_are_told(http, path, body):
    """400 with a sentence."""
    assert 400 == (await http.put(f"/api/budgets/{path}", json=body)).status_code


# ---- groups ----------------------------------------------------------------------------------------------------------------------


async def test_a_group_is_made_shown_changed_and_dropped(gateway, http):
    """Its lots join with their scope, each shows its group, and go on by themselves when it is dropped."""
    for lot_id in (LOT, OTHER):
        await watch(http, lot_id, maxBid=40)
    made = (await http.post("/api/groups", json={"name": "Two lamps", "wanted": 1, "lots": [LOT, OTHER]})).json()["group"]
    assert ("two-lamps", 1, 0, {LOT, OTHER}) == (made["id"], made["wanted"], made["over"], set(made["lots"]))
    await read(gateway, lot(winning=True))

    shown = await until(lambda: auction(http), lambda a: a["group"] and a["group"]["leading"])
    assert {"id": "two-lamps", "name": "Two lamps", "wanted": 1, "over": 0, "won": 0, "leading": 1} == shown["group"]
    assert "group:two-lamps" in scopes((await http.get("/api/budgets")).json())

    changed = (await http.put("/api/groups/two-lamps", json={"wanted": 2, "name": "Lamps"})).json()["group"]
    assert (2, "Lamps") == (changed["wanted"], changed["name"])
    fewer = (await http.put("/api/groups/two-lamps/lots", json={"lots": [LOT]})).json()["group"]
    assert ([LOT], None) == (fewer["lots"], (await auction(http, OTHER))["group"])
    assert [fewer] == (await http.get("/api/groups")).json()["groups"]
    assert fewer == (await http.get("/api/groups/two-lamps")).json()["group"]

    assert 200 == (await http.delete("/api/groups/two-lamps")).status_code
    record = await gateway.gateway.deps.records.lot(LOT)
    assert ("", False, True) == (record.group, "group:" in record.scopes, record.exposure > 0)
    assert (404, []) == ((await http.get("/api/groups/two-lamps")).status_code, (await http.get("/api/groups")).json()["groups"])
    again = (await http.post("/api/groups", json={"name": "Two lamps", "wanted": 1})).json()["group"]
    assert "two-lamps" != again["id"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"name": "x"}, 400),
        ({"name": "x", "wanted": 0}, 400),
        ({"name": "x", "wanted": 1.5}, 400),
        ({"name": "x", "wanted": 1, "over": -1}, 400),
        ({"name": "", "wanted": 1}, 400),
        ({"name": "x", "wanted": 1, "lots": "7"}, 400),
        ({"name": "x", "wanted": 1, "lots": ["lamp"]}, 400),
        ({"name": "x", "wanted": 1, "lots": ["7"]}, 404),
    ],
)
async def test_wrong_groups_are_told(http, body, status):
    """Nothing is made of them."""
    assert status == (await http.post("/api/groups", json=body)).status_code
    assert [] == (await http.get("/api/groups")).json()["groups"]
