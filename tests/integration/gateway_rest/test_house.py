"""Switches, budgets, settings and what the house says of itself."""

import asyncio

import httpx
import pytest
from rest import watch

from bidwright.transitions import Transitions
from bidwright_gateway.testing import TOKEN, running

pytestmark = pytest.mark.integration


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
