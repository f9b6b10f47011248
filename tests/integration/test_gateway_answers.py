"""What every answer has beside the contract: problem details, tags, pages, filters; and what is answered while Redis is away."""

import asyncio
import hashlib
import json
import time

import httpx
import pytest

from bidwright.errors import UpstreamDown
from bidwright.runtime.engine import Engine
from bidwright.runtime.init import initialise
from bidwright.runtime.store import connect
from bidwright.transitions import Transitions
from bidwright_gateway.errors import UnderWay
from bidwright_gateway.once import Answer, Once
from bidwright_gateway.testing import EXTENSION, LOT, SITE, TOKEN, FakeSite, running, wired
from bidwright_gateway.testing_devices import pair
from bidwright_proto.v1 import site_pb2

pytestmark = pytest.mark.integration
PROBLEM = "application/problem+json"
CONFIG = {"maxBid": 40, "strategy": "auto"}


def lots(count):
    """Lots as the site has them, closing one after the other."""
    now = round(time.time() * 1000)
    return {
        str(n): site_pb2.Lot(
            id=str(n),
            title=f"Lamp number {n}",
            market_status="open",
            next_bid_cents=1500,
            price_cents=1400,
            close_ms=now + 600_000 + n * 1000,
        )
        for n in range(1, count + 1)
    }


@pytest.fixture
async def gateway(engine, redis, tmp_path):
    """A running gateway whose site has nine lots."""
    await initialise(redis, data_dir=tmp_path, site=SITE, live="0", max_bid_cents=100_000, total_limit_cents=200_000)
    async with running(engine.url, FakeSite(lots(9)), BIDWRIGHT_DATA_DIR=tmp_path) as made:
        yield made


@pytest.fixture
async def http(gateway):
    """A client with the token."""
    async with httpx.AsyncClient(base_url=gateway.url, headers={"Authorization": TOKEN}, timeout=20) as client:
        yield client


async def watch_all(http):
    """All nine are watched."""
    for lot_id in range(1, 10):
        await http.post(f"/api/auctions/{lot_id}/monitor", json={"config": CONFIG})


ACCEPTED = [
        (PROBLEM, PROBLEM), (f"{PROBLEM}, application/json;q=0.5", PROBLEM), (f"application/json, {PROBLEM};q=0.5", "application/json"),
        (f"{PROBLEM};q=0", "application/json"), ("*/*", "application/json"), ("application/json", "application/json"),
        ("", "application/json"),
    ]  # fmt: skip


async def test_problem_details_for_those_who_ask(http):
    """The same refusal in both forms, whoever refuses: a route, the door, or nobody."""
    for accept, kind in ACCEPTED:
        refused = ("POST", f"/api/auctions/{LOT}/monitor", 400), ("GET", "/api/nope", 404), ("PATCH", "/api/status", 405)
        for method, path, status in refused:
            reply = await http.request(method, path, headers={"Accept": accept}, json={} if method == "POST" else None)
            told = reply.json()
            assert (status, kind) == (reply.status_code, reply.headers["content-type"])
            assert {"type", "title", "status", "detail", "instance", "code"} <= told.keys() if kind == PROBLEM else told["success"] is False
        reply = await http.get("/api/auctions", headers={"Accept": accept, "Authorization": "bad"})
        assert (401, kind) == (reply.status_code, reply.headers["content-type"])


async def test_a_problem_says_what_the_envelope_says(http):
    """Sentence, code and field."""
    old = (await http.post(f"/api/auctions/{LOT}/monitor", json={"config": {"maxBid": 0}})).json()
    new = (await http.post(f"/api/auctions/{LOT}/monitor", json={"config": {"maxBid": 0}}, headers={"Accept": PROBLEM})).json()
    assert (old["error"], old["code"], old["field"], 400) == (new["detail"], new["code"], new["field"], new["status"])
    assert "success" not in new


async def test_a_tag_is_right_until_something_changes(http):
    """304 without a body; the time alone changes nothing, a watch does; a wrong tag gets the answer."""
    await watch_all(http)
    await asyncio.sleep(0.3)
    first = await http.get("/api/auctions")
    await asyncio.sleep(1.1)
    same = await http.get("/api/auctions", headers={"If-None-Match": f'"x", {first.headers["etag"]}'})
    other = await http.get("/api/auctions", headers={"If-None-Match": '"x"'})
    await http.put("/api/auctions/1/config", json={"maxBid": 41})
    changed = await http.get("/api/auctions", headers={"If-None-Match": first.headers["etag"]})
    assert (304, b"", 200, 200) == (same.status_code, same.content, other.status_code, changed.status_code)
    assert 41 == next(a for a in changed.json()["auctions"] if a["id"] == "1")["config"]["maxBid"]


async def test_unchanged_is_told_alike_whether_the_list_was_just_made_or_not(http):
    """Header by header; to nobody without a token; and who understands other words has another list."""
    await watch_all(http)
    tag = (await http.get("/api/auctions")).headers["etag"]
    mine = {"If-None-Match": tag}
    at_once = await http.get("/api/auctions", headers=mine)
    whole = await http.get("/api/auctions", headers={"If-None-Match": f'"x", {tag}'})
    stranger = await http.get("/api/auctions", headers={**mine, "Authorization": "bad"})
    page = await http.get("/api/auctions", headers={**mine, "Referer": str(http.base_url)})
    part = await http.get("/api/auctions?armed=true", headers=mine)

    assert (304, 304, 401, 200, 200) == (at_once.status_code, whole.status_code, stranger.status_code, page.status_code, part.status_code)
    passing = {"date", "ratelimit-remaining", "ratelimit-reset"}
    assert _but(at_once.headers, passing) == _but(whole.headers, passing)


async def test_asked_again_in_the_same_words_it_is_the_same_answer_until_something_changes(http):
    """Counted against the limit and in the metrics like any other; a change, another token or another origin is looked at anew."""
    await watch_all(http)
    tag = (await http.get("/api/auctions")).headers["etag"]
    mine = {"If-None-Match": tag}
    answers = [await http.get("/api/auctions", headers=mine) for _ in range(6)]
    assert [304] * 6 == [answer.status_code for answer in answers]
    assert 1 == len({str(_but(answer.headers, {"date", "ratelimit-remaining", "ratelimit-reset"})) for answer in answers})
    left = [int(answer.headers["ratelimit-remaining"]) for answer in answers]
    assert list(range(left[0], left[0] - 6, -1)) == left
    counted = [line for line in (await http.get("/metrics")).text.splitlines() if line.startswith("http_requests_total") and "304" in line]
    assert ['http_requests_total{method="GET",route="/api/auctions",status_code="304"} 6.0'] == counted

    stranger = await http.get("/api/auctions", headers={**mine, "Authorization": "bad"})
    elsewhere = await http.get("/api/auctions", headers={**mine, "Origin": "https://evil.example"})
    await http.put("/api/auctions/1/config", json={"maxBid": 41})
    changed = await http.get("/api/auctions", headers=mine)
    assert (401, 403, 200) == (stranger.status_code, elsewhere.status_code, changed.status_code)


def _but(headers, names):
    return sorted((name, value) for name, value in headers.multi_items() if name not in names)


LISTS = ["/api/settings", "/api/budgets", "/api/groups", "/api/devices", "/api/mode", "/api/auctions/ended"]  # fmt: skip


async def test_every_list_has_a_tag(http):
    """Asked again with it: 304."""
    for path in LISTS:
        tag = (await http.get(path)).headers["etag"]
        assert 304 == (await http.get(path, headers={"If-None-Match": tag})).status_code


async def test_page_by_page(http):
    """Every lot once, in the order of the whole list, also while another one is let go."""
    await watch_all(http)
    whole = [a["id"] for a in (await http.get("/api/auctions")).json()["auctions"]]
    found, cursor = [], ""
    while cursor is not None:
        page = (await http.get("/api/auctions", params={"limit": 4, "cursor": cursor})).json()
        found += [a["id"] for a in page["auctions"]]
        cursor = page["next"]
        if len(found) == 4:
            await http.post("/api/auctions/2/stop")
    assert (9, whole) == (len(whole), found)


FILTERS = [
        ("armed=true", {"3"}), ("armed=false&limit=3", 3), ("status=ended", set()), ("status=monitoring", 9), ("q=number 7", {"7"}),
        ("q=lamp", 9), ("group=none", set()), ("leading=true", set()),
    ]  # fmt: skip


async def test_filters(http):
    """Each lot that fits, no other."""
    await watch_all(http)
    await http.put("/api/auctions/3/config", json={"autoBid": True})
    for query, expected in FILTERS:
        found = {a["id"] for a in (await http.get(f"/api/auctions?{query}")).json()["auctions"]}
        assert expected == (len(found) if isinstance(expected, int) else found), query


async def test_groups_page_by_page(http):
    """By name, each once, while one is dropped; by words and by lot."""
    await watch_all(http)
    for n, name in enumerate(("Saws", "Lamps", "Drills", "Big lamps"), 1):
        await http.post("/api/groups", json={"name": name, "wanted": 1, "lots": [str(n)]})
    first = (await http.get("/api/groups?limit=2")).json()
    await http.delete("/api/groups/big-lamps")
    second = (await http.get("/api/groups", params={"limit": 2, "cursor": first["next"]})).json()
    assert (["Big lamps", "Drills"], ["Lamps", "Saws"], None) == (
        [one["name"] for one in first["groups"]], [one["name"] for one in second["groups"]], second["next"],
    )  # fmt: skip
    for query, names in (("q=LAMP", ["Lamps"]), ("lot=3", ["Drills"]), ("lot=9", []), ("q=x", [])):
        told = (await http.get(f"/api/groups?{query}")).json()
        assert (names, False) == ([one["name"] for one in told["groups"]], "next" in told), query


async def test_devices_page_by_page(gateway, http):
    """The newest first, each once, while one is revoked; by words of name and origin."""
    made = [await pair(gateway.url, TOKEN, name=name) for name in ("Laptop", "Old phone", "Phone")]
    made.append(await pair(gateway.url, TOKEN, name="Browser", origin=EXTENSION))
    first = (await http.get("/api/devices?limit=2")).json()
    await http.delete(f"/api/devices/{first['devices'][1]['id']}")
    second = (await http.get("/api/devices", params={"limit": 2, "cursor": first["next"]})).json()
    whole = [one["id"] for one in (await http.get("/api/devices")).json()["devices"]]
    seen = [one["id"] for one in (*first["devices"], *second["devices"])]
    assert ({device.id for device in made}, whole, None) == (set(seen), [seen[0], *seen[2:]], second["next"])
    for query, names in (("q=phone", {"Old phone", "Phone"}), ("q=chrome-extension", {"Browser"}), ("q=old phone x", set())):
        found = {one["name"] for one in (await http.get(f"/api/devices?{query}")).json()["devices"]}
        assert names - {first["devices"][1]["name"]} == found, query


NO_PAGES = [("limit=0", 400), ("limit=x", 400), ("status=no", 400), ("armed=2", 400), ("cursor=zz", 404)]  # fmt: skip


async def test_what_is_no_page(http):
    """It gets a sentence."""
    for query, status in NO_PAGES:
        assert status == (await http.get(f"/api/auctions?{query}")).status_code
    for path in ("/api/groups", "/api/devices"):
        for query, status in (("limit=0", 400), ("limit=1001", 400), ("cursor=zz", 404), (f"q={'x' * 201}", 400)):
            assert status == (await http.get(f"{path}?{query}")).status_code


async def test_what_was_just_changed_is_shown(http):
    """A read after a write never shows what was before, however many of them there are."""
    await http.post("/api/auctions/1/monitor", json={"config": CONFIG})
    for cap in range(50, 80):
        await http.put("/api/auctions/1/config", json={"maxBid": cap})
        [auction] = (await http.get("/api/auctions")).json()["auctions"]
        assert cap == auction["config"]["maxBid"]


async def test_the_list_tells_the_time(http):
    """Seconds left go down from one second to the next although nothing else changes."""
    await http.post("/api/auctions/1/monitor", json={"config": CONFIG})
    left = []
    for _ in range(3):
        [auction] = (await http.get("/api/auctions")).json()["auctions"]
        left.append(auction["data"]["timeRemaining"])
        await asyncio.sleep(1)
    assert left[0] > left[1] > left[2]


async def test_similar_lots(http):
    """Those that are called alike, without the lot itself."""
    reply = (await http.get("/api/auctions/3/similar", params={"limit": 4})).json()
    assert reply["success"]
    assert "3" not in [one["id"] for one in reply["lots"]]


@pytest.mark.parametrize("path", ["/api/budgets/total", "/api/groups", "/api/settings", "/api/halt"])
async def test_every_change_happens_once(http, path):
    """The same answer, marked; another body: 422; a key that is none: 400."""
    method, body, other = {
        "/api/budgets/total": ("PUT", {"limit": 50}, {"limit": 60}),
        "/api/groups": ("POST", {"name": "Lamps", "wanted": 1}, {"name": "Lamps", "wanted": 2}),
        "/api/settings": ("POST", {"defaultMaxBid": 5}, {"defaultMaxBid": 6}),
        "/api/halt": ("POST", {"why": "a"}, {"why": "b"}),
    }[path]
    key = {"Idempotency-Key": "the-same"}
    first, again = [await http.request(method, path, json=body, headers=key) for _ in range(2)]
    codes = [
        (await http.request(method, path, json=what, headers={"Idempotency-Key": k})).status_code
        for what, k in ((other, "the-same"), (body, "a b"))
    ]
    assert (200, 200, first.content, [422, 400]) == (first.status_code, again.status_code, again.content, codes)
    assert ("idempotency-replayed" in again.headers, "idempotency-replayed" in first.headers) == (True, False)


async def test_ten_at_once_with_one_key(http):
    """One is done, the others get its answer or are told that it is under way."""
    key = {"Idempotency-Key": "race"}
    replies = await asyncio.gather(*(http.post("/api/groups", json={"name": "Race", "wanted": 1}, headers=key) for _ in range(10)))
    assert {200, 409} >= {reply.status_code for reply in replies}
    assert 1 == len({reply.json()["group"]["id"] for reply in replies if reply.status_code == 200})
    assert 1 == len((await http.get("/api/groups")).json()["groups"])


async def test_an_answer_that_says_later_is_not_kept(http, gateway):
    """What failed for a while may be tried again with the same key."""
    gateway.site.down = UpstreamDown("away")
    key = {"Idempotency-Key": "again"}
    failed = await http.post("/api/import", json={}, headers=key)
    gateway.site.down = None
    assert (503, 200) == (failed.status_code, (await http.post("/api/import", json={}, headers=key)).status_code)


async def test_a_change_whose_gateway_died_is_made_by_the_next(redis):
    """While the first lives, repeats are kept away, however long it takes; once it is dead they are served within seconds."""
    key = f"bw:idem:me:{hashlib.sha256(b'key').hexdigest()}"
    begun, done = asyncio.Event(), Answer(200, b"{}")

    async def for_ever():
        begun.set()
        await asyncio.Event().wait()

    async def at_once():
        return done

    first = asyncio.create_task(Once(redis).run("key", "me", b"what", for_ever))
    await begun.wait()
    left = await redis.pttl(key)
    async with asyncio.timeout(10):
        while (now := await redis.pttl(key)) <= left:  # it runs down, then it is renewed
            left = now
            await asyncio.sleep(0.02)
        with pytest.raises(UnderWay):
            await Once(redis).run("key", "me", b"what", at_once)
        first.cancel()
        while True:
            try:
                answer = await Once(redis).run("key", "me", b"what", at_once)
                break
            except UnderWay:
                await asyncio.sleep(0.05)
    assert done == answer


async def test_while_redis_is_away(tmp_path):
    """Reads say how old they are, changes are refused with a sentence, the process lives on, and goes on by itself."""
    own = Engine(tmp_path / "own")
    own.start()
    redis = connect(own.url)
    await initialise(redis, data_dir=tmp_path, site=SITE, live="0", max_bid_cents=100_000, total_limit_cents=200_000)
    await Transitions(redis).watch("7", {"cap": 4000, "premium": "1500", "tax": "850", "strategy": "auto", "armed": 0, "mode": "dry"})
    try:
        async with (
            running(own.url, BIDWRIGHT_DATA_DIR=tmp_path) as made,
            httpx.AsyncClient(base_url=made.url, headers={"Authorization": TOKEN}, timeout=20) as http,
            wired(f"{made.ws}?v=2", token=None) as wire,
        ):
            await wire.tell({"type": "authenticate", "token": TOKEN})
            await wire.until(lambda frame: frame["type"] == "snapshot")
            own.stop()
            stale = await http.get("/api/auctions")
            part = await http.get("/api/auctions?limit=1")
            tries = [
                await http.post("/api/auctions/8/monitor", json={"config": CONFIG}, headers={"Idempotency-Key": "k"}),
                await http.post("/api/halt", json={}),
                await http.post("/api/pairing"),
                await http.put("/api/budgets/total", json={"limit": 5}),
            ]
            alive, ready = await http.get("/health/live"), await http.get("/health/ready")
            own.start()
            async with asyncio.timeout(15):
                while (await http.get("/health/ready")).status_code != 200:  # noqa: ASYNC110 - asked as a prober asks
                    await asyncio.sleep(0.1)
            back = await http.post("/api/halt", json={})
            await wire.until(lambda frame: frame["type"] in ("service", "gap"), within_s=10)
    finally:
        await redis.aclose()
        own.stop()
    assert (["7"], True) == ([a["id"] for a in stale.json()["auctions"]], stale.json()["stale"])
    assert stale.json()["ageSeconds"] >= 0
    assert part.json()["stale"]
    assert [(503, "STORE_DOWN")] * 4 == [(reply.status_code, reply.json()["code"]) for reply in tries]
    assert all(reply.json()["error"].endswith(".") for reply in tries)
    assert (200, 503, 200) == (alive.status_code, ready.status_code, back.status_code)


async def test_the_openapi_is_whole(http):
    """Every operation says who may call, and has each refusal with a schema and an example."""
    described = (await http.get("/openapi.json")).json()
    text = json.dumps(described)
    assert "application/problem+json" in text
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            if not path.startswith("/api/"):
                continue
            assert "security" in operation or path == "/api/config", (method, path)
            assert {"200", "401", "403", "421", "429", "500", "503"} <= operation["responses"].keys(), (method, path)
    refused = {name: response for name, response in described["components"]["responses"].items() if not name.endswith("Outside")}
    for name, response in refused.items():
        assert all("example" in content for content in response["content"].values()), name
