"""Toggles at the gateway's front door: list, throw, reset, audit, and experiments that end by themselves."""

import asyncio
import json

import httpx
import pytest

from bidwright import SystemClock
from bidwright.errors import UpstreamDown
from bidwright.plugins import load
from bidwright.runtime.init import initialise
from bidwright.runtime.toggles import Toggles, declared
from bidwright.transitions import Transitions
from bidwright_gateway.flips import Flips
from bidwright_gateway.testing import TOKEN, FakeSite, running

pytestmark = pytest.mark.integration
NAMES = {
    "USE_POLLING_QUEUE", "USE_CIRCUIT_BREAKER", "USE_SSE", "ENABLE_PERFORMANCE_METRICS", "ENABLE_DISTRIBUTED_TRACING", "USE_SMART_BIDDING",
    "USE_MINIMAL_POLLING", "USE_STATE_MACHINE",
}  # fmt: skip


@pytest.fixture
async def store(redis, tmp_path):
    """A store made ready, in dry run."""
    await initialise(redis, data_dir=tmp_path, site="http://127.0.0.1:9900", live="0", max_bid_cents=100_000, total_limit_cents=200_000)
    return redis


@pytest.fixture
async def gateway(engine, store, tmp_path):
    """A running gateway."""
    async with running(engine.url, FakeSite(down=UpstreamDown("no route")), BIDWRIGHT_DATA_DIR=tmp_path) as made:
        yield made


@pytest.fixture
async def http(gateway):
    """A client with the token."""
    async with httpx.AsyncClient(base_url=gateway.url, headers={"Authorization": TOKEN}, timeout=20) as client:
        yield client


async def toggles(http, **query):
    """By variable."""
    return {one["env"]: one for one in (await http.get("/api/toggles", params=query)).json()["toggles"]}


async def test_every_switch_of_the_contract_is_there_and_real(http):
    """With value, reason, kind, owner and review; the features report names the same."""
    found = await toggles(http)
    features = (await http.get("/api/features")).json()["features"]

    assert found.keys() >= NAMES
    assert features.keys() >= NAMES
    for name in NAMES:
        one = found[name]
        assert one["value"] in ("on", "off")
        assert one["reason"]
        assert one["kind"] in ("release", "experiment", "operational", "kill-switch")
        assert one["owner"]
        assert (one["review"] is not None) is (name != "USE_STATE_MACHINE")
        assert one["stale"] is False
    assert found["USE_SMART_BIDDING"]["money"]


async def test_thrown_and_reset_with_an_entry_each(http, store):
    """By its own name or its variable's; the live key holds what was set, and every change says who and why."""
    thrown = (await http.put("/api/toggles/USE_MINIMAL_POLLING", json={"value": True, "why": "few lots", "who": "me"})).json()["toggle"]
    partly = (await http.put("/api/toggles/minimal_polling", json={"value": " 25% "})).json()["toggle"]
    held = await store.get("feature:minimal_polling")
    reset = (await http.request("DELETE", "/api/toggles/minimal_polling", json={"why": "enough"})).json()["toggle"]
    audit = (await http.get("/api/toggles/audit", params={"name": "USE_MINIMAL_POLLING"})).json()["audit"]

    assert (True, "on", "live") == (thrown["enabled"], thrown["value"], thrown["reason"])
    assert (False, True, "25%", "25%") == (partly["enabled"], partly["forSomeLots"], partly["live"], held)
    assert (False, None, "default") == (reset["enabled"], reset["live"], reset["reason"])
    assert [("api", "25%", None, "enough"), ("api", "true", "25%", ""), ("me", None, "true", "few lots")] == [
        (one["who"], one["old"], one["new"], one["why"]) for one in audit
    ]
    assert all(one["at"] for one in audit)


async def test_what_redis_cli_sets_is_noticed_and_entered(http, store):
    """Also nonsense, which counts as not set; money is closed by it."""
    for name in ("polling_queue", "smart_bidding"):
        await store.rpush(f"feature:{name}", "true")

    async def entered():
        return {one["name"] for one in (await http.get("/api/toggles/audit")).json()["audit"] if one["who"] == "redis"}

    async with asyncio.timeout(10):
        while await entered() != {"polling_queue", "smart_bidding"}:  # noqa: ASYNC110 - waits for another loop
            await asyncio.sleep(0.05)
        while not (found := await toggles(http))["USE_SMART_BIDDING"]["warnings"]:  # noqa: ASYNC110 - entered by one look, seen by the next
            await asyncio.sleep(0.05)
    assert (True, "default") == (found["USE_POLLING_QUEUE"]["enabled"], found["USE_POLLING_QUEUE"]["reason"])
    assert (False, "unreadable: live") == (found["USE_SMART_BIDDING"]["enabled"], found["USE_SMART_BIDDING"]["reason"])
    assert all(found[name]["warnings"] for name in ("USE_POLLING_QUEUE", "USE_SMART_BIDDING"))
    assert 200 == (await http.put("/api/toggles/polling_queue", json={"value": False})).status_code


REFUSED = [
    ("USE_STATE_MACHINE", {"value": False}, 409, "locked"),
    ("USE_STATE_MACHINE", {"value": True}, 409, "kill switch"),
    ("USE_NOTHING", {"value": True}, 404, "polling_queue"),
    ("polling_queue", {"value": "maybe"}, 400, "maybe"),
    ("polling_queue", {"value": ""}, 400, "DELETE"),
    ("polling_queue", {"value": None}, 400, "DELETE"),
    ("polling_queue", {"value": 1}, 400, "value"),
    ("polling_queue", {"value": ["true"]}, 400, "value"),
    ("polling_queue", [], 400, "object"),
    ("polling_queue", {"value": "x" * 5000}, 400, "longer"),
    ("polling_queue", {"value": True, "rollback": {"worseBy": 1, "lots": 5}}, 400, "variants"),
    ("challenger", {"value": "10%", "rollback": {"worseBy": "1.005", "lots": 5}}, 400, "worseBy"),
    ("challenger", {"value": "10%", "rollback": {"worseBy": 1, "lots": 0}}, 400, "lots"),
    ("challenger", {"value": "10%", "rollback": "soon"}, 400, "rollback"),
]


async def test_what_cannot_be_thrown_is_refused_with_the_reason(http, store):
    """And nothing is changed."""
    answers = [await http.put(f"/api/toggles/{name}", json=body) for name, body, _, _ in REFUSED]

    assert [status for *_, status, _ in REFUSED] == [answer.status_code for answer in answers]
    assert [] == [word for answer, (*_, word) in zip(answers, REFUSED, strict=True) if word not in answer.json()["error"]]
    assert 409 == (await http.delete("/api/toggles/USE_STATE_MACHINE")).status_code
    assert [] == [key async for key in store.scan_iter("feature:*")]


async def test_a_lot_may_be_asked_about(http):
    """What holds for it, by its strategy, place and mode."""
    await http.post("/api/auctions", json={"lot": "70012345", "config": {"maxBid": 40, "strategy": "sniping"}})
    await http.put("/api/toggles/minimal_polling", json={"value": "true for strategy=sniping & mode=dry-run"})

    assert (await toggles(http, lot="70012345"))["USE_MINIMAL_POLLING"]["enabled"]
    assert not (await toggles(http))["USE_MINIMAL_POLLING"]["enabled"]


async def outcomes(store, variant, cents, at=1 << 45):
    """Lots that ended under a variant with so much surplus each."""
    for number, surplus in enumerate(cents):
        lot = {"lot": f"{variant}{number}", "variant": variant, "mode": "dry", "won": "1", "surplus": str(surplus), "at": str(at)}
        await store.rpush("bw:outcomes:challenger", json.dumps(lot))


async def test_outcomes_by_variant(http, store):
    """Surplus per lot with an interval, and against the first variant; lots under both, or from before it began, are left out."""
    await http.put("/api/toggles/challenger", json={"value": "control:50,challenger:50", "rollback": {"worseBy": 100, "lots": 1000}})
    await outcomes(store, "control", [1000, 1200, 800, 1000, 1000])
    await outcomes(store, "challenger", [1500, 1300, 1400])
    await outcomes(store, "mixed", [0])
    await outcomes(store, "control", [99_999], at=1)
    body = (await http.get("/api/toggles/challenger/outcomes")).json()
    control, challenger = body["outcomes"]

    assert (5, 10.0, 1) == (control["lots"], control["surplusPerLot"], body["mixed"])
    assert control["interval"][0] < 10 < control["interval"][1]
    assert (3, 14.0, None) == (challenger["lots"], challenger["surplusPerLot"], challenger["interval"])
    assert 4.0 == challenger["againstFirst"]["surplusPerLot"]
    assert 404 == (await http.get("/api/toggles/nothing/outcomes")).status_code


async def test_a_challenger_that_does_worse_is_rolled_back(http, store):
    """The value is the control's, an entry says by whom and why, an event tells it; the table that it was judged by is still shown."""
    await http.put("/api/toggles/challenger", json={"value": "20%", "why": "a try", "rollback": {"worseBy": 2.50, "lots": 5}})
    await outcomes(store, "control", [1000] * 5)
    await outcomes(store, "challenger", [700] * 4)
    before = await store.get("feature:challenger")
    await outcomes(store, "challenger", [700])

    async with asyncio.timeout(15):
        while await store.get("feature:challenger") != "control":  # noqa: ASYNC110 - waits for another loop
            await asyncio.sleep(0.05)
    newest = (await http.get("/api/toggles/audit")).json()["audit"][0]
    told = [json.loads(event["d"])["toggle:challenger"]["by"] for _, event in await store.xrange("bw:ev") if event["t"] == "toggle.changed"]
    table = (await http.get("/api/toggles/challenger/outcomes")).json()["outcomes"]

    assert ("20%", "roll-back", "20%", "control") == (before, newest["who"], newest["old"], newest["new"])
    assert "$3.00 less" in newest["why"]
    assert ["api", "roll-back"] == told
    assert [5, 5] == [row["lots"] for row in table]


async def test_what_is_set_and_set_again_between_two_looks_is_entered_too(store):
    """The server tells of the key; the looks of the services are not waited for."""
    made = Flips(Toggles(Transitions(store), SystemClock(), declared(load(dropins=None))), Transitions(store))
    listening = asyncio.create_task(made.listen())
    async with asyncio.timeout(15):
        while not await store.pubsub_numpat():  # noqa: ASYNC110 - there is no event to wait for
            await asyncio.sleep(0.01)
        for number, value in enumerate(("false", "true") * 5, 1):
            await store.set("feature:polling_queue", value)
            while await store.xlen("bw:toggles:audit") < number:  # noqa: ASYNC110 - there is no event to wait for
                await asyncio.sleep(0.001)
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)

    assert ["false", "true"] * 5 == [row["new"] for _, row in await store.xrange("bw:toggles:audit")]
