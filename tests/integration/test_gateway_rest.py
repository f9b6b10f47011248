"""REST through the front door: a real server, a real store, nellis-proxy's service over real gRPC."""

import asyncio
import base64
import time

import httpx
import pytest

from bidwright.errors import UpstreamDown
from bidwright.runtime.init import initialise
from bidwright.transitions import Transitions
from bidwright_gateway.calls import Calls
from bidwright_gateway.testing import TOKEN, FakeSite, running
from bidwright_proto.v1 import site_pb2

pytestmark = pytest.mark.integration
SITE = "http://127.0.0.1:9900"
LOT = "70012345"
CONFIG = {"maxBid": 40, "strategy": "increment"}


def lot(lot_id=LOT, **fields):
    """A lot as nellis-proxy reads it."""
    close = round(time.time() * 1000) + 412_000
    base = {"title": 'Lamp <b>18"', "url": f"{SITE}/p/lamp/{lot_id}", "price_cents": 1400, "next_bid_cents": 1500, "close_ms": close}
    more = {"market_status": "open", "has_user_state": True, "allowed_to_bid": True, "bid_count": 3}
    return site_pb2.Lot(id=lot_id, **{**base, **more, **fields})


@pytest.fixture
async def store(redis, tmp_path):
    """A store made ready: live, $2,000 in total."""
    await initialise(redis, data_dir=tmp_path, site=SITE, live="1", max_bid_cents=100_000, total_limit_cents=200_000)
    return redis


@pytest.fixture
async def gateway(engine, store, tmp_path):
    """A running gateway that knows one lot of the site."""
    async with running(engine.url, FakeSite({LOT: lot()}), BIDWRIGHT_DATA_DIR=tmp_path) as made:
        yield made


@pytest.fixture
async def http(gateway):
    """A client with the token."""
    async with httpx.AsyncClient(base_url=gateway.url, headers={"Authorization": TOKEN}, timeout=20) as client:
        yield client


async def watch(http, lot_id=LOT, **config):
    """Watch a lot and give the reply."""
    return await http.post(f"/api/auctions/{lot_id}/monitor", json={"config": {**CONFIG, **config}})


# ---- who may call ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("header", [TOKEN, f"Bearer {TOKEN}", f"bearer {TOKEN}"])
async def test_bare_and_bearer_tokens_open(gateway, header):
    """Both forms that clients send are accepted."""
    async with httpx.AsyncClient(base_url=gateway.url) as client:
        assert 200 == (await client.get("/api/status", headers={"Authorization": header})).status_code


@pytest.mark.parametrize("header", [None, "", "wrong", "Bearer wrong", f"Basic {TOKEN}", TOKEN + "x"])
async def test_another_token_does_not(gateway, header):
    """Without the token there is the contract's refusal."""
    async with httpx.AsyncClient(base_url=gateway.url) as client:
        reply = await client.get("/api/auctions", headers={} if header is None else {"Authorization": header})
    assert (401, {"success": False, "error": "Authentication required", "code": "UNAUTHORIZED"}) == (reply.status_code, reply.json())


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/health",
        "/health?detailed=true",
        "/health/live",
        "/health/ready",
        "/metrics",
        "/api/config",
        "/openapi.json",
        "/api-docs",
        "/static/app.js",
    ],
)
async def test_open_paths_need_no_token(gateway, path):
    """Probes, the page and its config are open."""
    async with httpx.AsyncClient(base_url=gateway.url) as client:
        assert 200 == (await client.get(path)).status_code


async def test_foreign_host_is_misdirected(gateway):
    """A name that was rebound to this machine is refused before anything else."""
    async with httpx.AsyncClient(base_url=gateway.url) as client:
        assert 421 == (await client.get("/api/config", headers={"Host": "evil.example"})).status_code


async def test_preflight_of_an_extension(gateway):
    """200 with the origin and headers reflected."""
    origin = "chrome-extension://abcdefghijklmnopabcdefghijklmnop"
    ask = {"Origin": origin, "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "authorization, x-y"}
    async with httpx.AsyncClient(base_url=gateway.url) as client:
        reply = await client.options("/api/auctions", headers=ask)
    told = [reply.headers[f"access-control-{name}"] for name in ("allow-origin", "allow-credentials", "allow-methods", "allow-headers")]
    assert (200, [origin, "true", "GET,HEAD,PUT,PATCH,POST,DELETE", "authorization, x-y"]) == (reply.status_code, told)
    assert "Origin" in reply.headers["vary"]


async def test_foreign_origin_is_refused_without_cors(http):
    """403, and nothing that lets the page read it."""
    reply = await http.get("/api/auctions", headers={"Origin": "https://evil.example"})
    assert 403 == reply.status_code
    assert "access-control-allow-origin" not in reply.headers


async def test_own_origin_may_call(http, gateway):
    """Browsers send Origin on same-origin POSTs."""
    reply = await http.post(f"/api/auctions/{LOT}/stop", headers={"Origin": gateway.url})
    assert (200, gateway.url) == (reply.status_code, reply.headers["access-control-allow-origin"])


async def test_security_headers(http):
    """The usual set, and a policy for the page that lets nothing inline run."""
    api, page = await http.get("/api/status"), await http.get("/")
    assert ("DENY", "nosniff", "no-store") == tuple(api.headers[n] for n in ("x-frame-options", "x-content-type-options", "cache-control"))
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert "unsafe" not in page.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("content", "kind", "status", "code"),
    [
        (b"{", "application/json", 400, "INVALID_JSON"),
        (b'{"config":NaN}', "application/json", 400, "INVALID_JSON"),
        (b"\xff", "application/json", 400, "INVALID_JSON"),
        (b"a=b", "application/x-www-form-urlencoded", 415, "UNSUPPORTED_MEDIA_TYPE"),
        (b"{}", "text/plain", 415, "UNSUPPORTED_MEDIA_TYPE"),
        (b"x" * 1_100_000, "application/json", 413, "PAYLOAD_TOO_LARGE"),
        (b"[" * 100_000, "application/json", 400, "INVALID_JSON"),
    ],
)
async def test_bad_bodies_are_told(http, content, kind, status, code):
    """Bodies that are not JSON, or too long, get the envelope."""
    reply = await http.post(f"/api/auctions/{LOT}/monitor", content=content, headers={"Content-Type": kind})
    assert (status, False, code) == (reply.status_code, reply.json()["success"], reply.json()["code"])


async def test_long_body_without_length_is_refused(http):
    """A chunked body is counted while it comes."""

    async def parts():
        for _ in range(20):
            yield b"x" * 100_000

    reply = await http.post("/api/settings", content=parts(), headers={"Content-Type": "application/json"})
    assert 413 == reply.status_code


@pytest.mark.parametrize(("method", "path"), [("GET", "/api/nope"), ("GET", "/nope"), ("GET", "/static/..%2fapp.py")])
async def test_unknown_paths_have_the_envelope(http, method, path):
    """404 in the contract's words."""
    reply = await http.request(method, path)
    assert (404, "NOT_FOUND", True) == (reply.status_code, reply.json()["code"], reply.json()["error"].startswith(("Cannot", "There")))


async def test_another_method_is_told_which_there_are(http):
    """405 with all that the path can be asked for."""
    reply = await http.request("DELETE", "/api/settings")
    assert (405, "Cannot DELETE /api/settings", {"GET", "POST"}) == (
        reply.status_code,
        reply.json()["error"],
        set(reply.headers["allow"].split(", ")),
    )


async def test_repeated_slashes_are_tolerated(http, gateway):
    """The extension joins its address and the path without trimming."""
    assert 200 == (await http.get(f"{gateway.url}//api//status")).status_code


async def test_api_limit_and_its_headers(engine, store, tmp_path):
    """The request after the last allowed one is 429; stopping everything still works."""
    async with (
        running(engine.url, API_RATE_LIMIT_MAX=2, BIDWRIGHT_DATA_DIR=tmp_path) as made,
        httpx.AsyncClient(base_url=made.url, headers={"Authorization": TOKEN}) as client,
    ):
        replies = [await client.get("/api/features") for _ in range(3)]
        halted = await client.post("/api/halt")
    assert [200, 200, 429] == [reply.status_code for reply in replies]
    assert ("2;w=60", "2", "1") == tuple(
        replies[0].headers[name] for name in ("ratelimit-policy", "ratelimit-limit", "ratelimit-remaining")
    )
    assert ("RATE_LIMIT_EXCEEDED", True) == (replies[2].json()["code"], "retry-after" in replies[2].headers)
    assert 200 == halted.status_code


async def test_auth_limit_counts_failures_of_posts_only(http):
    """After five failures POST is locked in JSON; the status is not."""
    replies = [await http.post("/api/auth", json={"cookies": "x"}) for _ in range(6)]
    assert [400] * 5 + [429] == [reply.status_code for reply in replies]
    assert "RATE_LIMIT_EXCEEDED" == replies[5].json()["code"]
    assert 200 == (await http.get("/api/auth/status")).status_code


async def test_bid_limit_is_per_lot(engine, store, tmp_path):
    """Another lot has its own share."""
    async with (
        running(engine.url, BID_RATE_LIMIT_MAX=1, BIDWRIGHT_DATA_DIR=tmp_path) as made,
        httpx.AsyncClient(base_url=made.url, headers={"Authorization": TOKEN}) as client,
    ):
        codes = [(await client.post(f"/api/auctions/{lot_id}/bid", json={"amount": 5})).status_code for lot_id in ("1", "1", "2")]
    assert [404, 429, 404] == codes


# ---- lots ------------------------------------------------------------------------------------------------------------------------


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
    """The second within 5 s is 429; an unwatched lot is 404."""
    missing = await http.post(f"/api/auctions/{LOT}/refresh")
    await watch(http)
    first, second = [await http.post(f"/api/auctions/{LOT}/refresh") for _ in range(2)]
    assert (404, 200, 429) == (missing.status_code, first.status_code, second.status_code)
    assert 14 == first.json()["data"]["currentBid"]


# ---- session ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cookies", "sentence"),
    [
        ("", "Cookies are required"),
        ("short", "Invalid cookies format"),
        ("x" * 32_769, "Cookies string too long"),
        (7, "Invalid cookies format"),
        ("a=b; c=d\r\nX: y", "Invalid cookies format"),
    ],
)
async def test_cookie_sync_refuses(http, cookies, sentence):
    """The contract's words."""
    reply = await http.post("/api/auth", json={"cookies": cookies})
    assert (400, sentence, "VALIDATION_ERROR") == (reply.status_code, reply.json()["error"], reply.json()["code"])


async def test_cookie_sync_hands_the_jar_over(http, gateway):
    """A long jar is taken; the reply says whether the site accepts it."""
    jar = "__session=abc; " + "x=y; " * 3000
    accepted = await http.post("/api/auth", json={"cookies": jar})
    gateway.site.session = "expired"
    refused = await http.post("/api/auth", json={"cookies": jar})
    assert ({"success": True}, False, [jar, jar]) == (accepted.json(), refused.json()["success"], gateway.site.cookies)


async def test_sealed_cookies_pass_unread(http, gateway):
    """The key is offered, and what was sealed to it goes on as it is; a part that is missing or is no base64 is named."""
    key = (await http.get("/api/auth/key")).json()
    assert ("k1", 65) == (key["keyId"], len(base64.b64decode(key["publicKey"])))
    sealed = {"keyId": "k1", "publicKey": key["publicKey"], "nonce": "AAAAAAAAAAAAAAAA", "ciphertext": "c2VhbGVk"}
    assert {"success": True} == (await http.post("/api/auth", json={"sealed": sealed})).json()
    assert ["sealed to k1"] == gateway.site.cookies
    for wrong in ({"nonce": "???"}, {"nonce": ""}, {"keyId": 7}, {"ciphertext": None}):
        reply = await http.post("/api/auth", json={"sealed": {**sealed, **wrong}})
        assert (400, f"sealed.{next(iter(wrong))}") == (reply.status_code, reply.json()["field"])


async def test_cookie_sync_while_the_proxy_is_down(http, gateway):
    """503 with a sentence; not counted as a failed attempt."""
    gateway.site.down = UpstreamDown("no route")
    assert [503] * 6 == [(await http.post("/api/auth", json={"cookies": "__session=abcdef"})).status_code for _ in range(6)]


async def test_cookies_are_never_shown_or_logged(http, capfd):
    """Neither the status nor the log carries a cookie."""
    await http.post("/api/auth", json={"cookies": "__session=canary-value-1"})
    status = (await http.get("/api/auth/status")).json()
    out = capfd.readouterr()
    assert None is status["cookies"]
    assert "canary-value-1" not in out.out + out.err


async def test_auth_status_means_the_last_check(http, store):
    """Authenticated follows the session's state."""
    before = (await http.get("/api/auth/status")).json()
    await Transitions(store).session("ok", "")
    after = (await http.get("/api/auth/status")).json()
    assert (False, "No cookies set - please sync from extension") == (before["authenticated"], before["message"])
    assert (True, 1, True) == (after["authenticated"], after["cookieCount"], after["checkedAt"] is not None)


async def test_validate_never_bids(http):
    """It reads, and ignores the test amount."""
    reply = (await http.post("/api/auth/validate", json={"auctionId": LOT, "testBidAmount": 13})).json()
    assert (True, None, True, 14) == (
        reply["authenticated"],
        reply["bidTestResult"],
        reply["auctionDataFetched"],
        reply["testAuction"]["currentBid"],
    )


# ---- switches, money, house ------------------------------------------------------------------------------------------------------


async def test_halt_and_resume_with_its_generation(http):
    """Resume must name what GET showed."""
    gen = (await http.post("/api/halt", json={"why": "test"})).json()["gen"]
    shown = (await http.get("/api/halt")).json()
    wrong = await http.post("/api/resume", json={"gen": "0"})
    missing = await http.post("/api/resume", json={})
    right = await http.post("/api/resume", json={"gen": gen})
    assert (True, gen, "test", 409, 400, 200) == (
        shown["halted"],
        shown["gen"],
        shown["why"],
        wrong.status_code,
        missing.status_code,
        right.status_code,
    )
    assert False is (await http.get("/api/halt")).json()["halted"]


async def test_mode_changes_and_lots_without_money_follow(http):
    """Going to dry run takes the lots along."""
    await watch(http)
    reply = await http.post("/api/mode", json={"mode": "dry-run"})
    assert (200, "dry-run") == (reply.status_code, (await http.get("/api/mode")).json()["mode"])
    async with asyncio.timeout(20):
        while "dry-run" != (await http.get("/api/auctions")).json()["auctions"][0]["mode"]:  # noqa: ASYNC110 - the lots follow
            await asyncio.sleep(0.2)


async def test_environment_locks_dry_run(engine, store, tmp_path):
    """409 with a sentence that says what to unset."""
    async with (
        running(engine.url, BIDWRIGHT_MODE="dry-run", BIDWRIGHT_DATA_DIR=tmp_path) as made,
        httpx.AsyncClient(base_url=made.url, headers={"Authorization": TOKEN}) as client,
    ):
        reply = await client.post("/api/mode", json={"mode": "live"})
    assert (409, True) == (reply.status_code, "BIDWRIGHT_MODE=dry-run" in reply.json()["error"])


@pytest.mark.parametrize("limit", [-1, "x", 1.001, True, 10**9, [], float("1e300")])
async def test_budget_limits_are_checked(http, limit):
    """A limit that is no amount changes nothing."""
    reply = await http.put("/api/budgets/total", json={"limit": limit})
    assert (400, "limit") == (reply.status_code, reply.json()["field"])


async def test_budgets_are_set_and_listed(http):
    """Dollars in, dollars out; null is no limit."""
    await http.put("/api/budgets/total", json={"limit": 123.45})
    await http.put("/api/budgets/group:drills", json={"limit": None})
    budgets = {b["scope"]: b["limit"] for b in (await http.get("/api/budgets")).json()["budgets"]}
    assert {"total": 123.45, "group:drills": None} == budgets


async def test_settings_are_kept_nested(http):
    """A flat change comes back nested and complete."""
    reply = await http.post("/api/settings", json={"defaultMaxBid": 70})
    wrong = await http.post("/api/settings", json={"bidding": {"snipeTiming": 99}})
    assert (200, 70, 10) == (
        reply.status_code,
        reply.json()["settings"]["general"]["defaultMaxBid"],
        reply.json()["settings"]["bidding"]["snipeTiming"],
    )
    assert (400, "Settings validation failed", 1) == (wrong.status_code, wrong.json()["error"], len(wrong.json()["details"]))
    assert 70 == (await http.get("/api/settings")).json()["settings"]["general"]["defaultMaxBid"]


async def test_status_is_for_test_connection(http):
    """The options page needs a 2xx and these keys."""
    reply = (await http.get("/api/status")).json()
    assert {"success", "status", "monitoredAuctions", "uptime", "memory", "hotReload", "timestamp", "storage"} <= reply.keys()
    assert {"type": "redis", "connected": True, "healthy": True} == reply["storage"]


async def test_config_names_this_origin(http, gateway):
    """The dashboard appends /ws itself."""
    assert {"backendUrl": gateway.url, "wsUrl": gateway.url.replace("http", "ws")} == (await http.get("/api/config")).json()


async def test_features_report_what_is_in_force(http):
    """The contract's seven names, and the traces."""
    names = (await http.get("/api/features")).json()["features"]
    assert 8 == len(names)
    assert True is names["USE_STATE_MACHINE"]["enabled"]


async def test_breaker_is_shown(http):
    """The full shape."""
    breaker = (await http.get("/api/circuit-breaker")).json()["circuitBreaker"]
    assert (True, "closed") == (breaker["enabled"], breaker["state"])
    assert {"failureThreshold": 5, "timeout": 30000, "halfOpenRetryDelay": 5000, "successThreshold": 1} == breaker["config"]
    assert ("90.00%", 10) == (breaker["metrics"]["successRate"], breaker["metrics"]["totalRequests"])


async def test_an_ailing_or_changed_site_is_shown(http, store):
    """Breaker and format reach status, health and metrics."""
    transitions = Transitions(store)
    await transitions.breaker_tell("a", "trip", "0", "503 five times")
    assert "is left alone" in (await http.get("/health")).json()["checks"]["nellis-api"]["message"]
    await transitions.format("broken", "Lot 7 <lacks> userState.nextBid")
    service = (await http.get("/api/status")).json()["service"]
    assert ("open", "broken") == (service["breaker"], service["format"])
    assert "<" not in service["formatWhy"]
    assert "not understood" in (await http.get("/health")).json()["checks"]["nellis-api"]["message"]
    async with http.stream("GET", "/metrics") as reply:
        text = (await reply.aread()).decode()
    assert "circuit_breaker_state 1.0" in text
    assert "bidwright_format_broken 1.0" in text


@pytest.mark.parametrize("path", ["/api/polling-queue", "/api/strategies"])
async def test_a_service_that_is_away_is_told(http, path):
    """503 with a sentence, not a traceback."""
    reply = await http.get(path)
    assert (503, "UPSTREAM_ERROR") == (reply.status_code, reply.json()["code"])


async def test_health_names_missing_services(http):
    """Degraded is 200, and the sentence says what to start."""
    reply = await http.get("/health?detailed=true")
    body = reply.json()
    assert (200, "degraded") == (reply.status_code, body["status"])
    assert ["memory", "eventLoop", "diskSpace", "redis", "websocket", "nellis-api", "services"] == [
        name for name in body["checks"] if "/" not in name
    ]
    assert "bidder is not there: nothing will be bid. Start it." in body["checks"]["services"]["message"]
    assert "details" not in (await http.get("/health")).json()["checks"]["redis"]
    assert 1 <= (await http.get("/health/history?limit=1")).json()["count"]


async def test_metrics_have_the_known_names(http):
    """What existing alerts ask for, under the exact names."""
    await watch(http)
    text = (await http.get("/metrics")).text
    for name in (
        "auction_active_count 1.0",
        'auction_updates_by_source{source="polling"}',
        "redis_connection_status 1.0",
        'nodejs_memory_usage_bytes{type="heap_used"}',
        "system_health_status",
        "http_request_duration_seconds_bucket",
        "process_resident_memory_bytes",
    ):
        assert name in text
    assert "auction_updates_by_source_total" not in text
