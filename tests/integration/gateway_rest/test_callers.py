"""Who may call, from where, how often, and what a request may look like."""

import httpx
import pytest
from rest import LOT

from bidwright_gateway.testing import TOKEN, running

pytestmark = pytest.mark.integration


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
        "/static/app/main.js",
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


async def test_an_unchanged_list_counts_against_the_limit(engine, store, tmp_path):
    """Also when it is asked for again in the same words."""
    async with (
        running(engine.url, API_RATE_LIMIT_MAX=5, BIDWRIGHT_DATA_DIR=tmp_path) as made,
        httpx.AsyncClient(base_url=made.url, headers={"Authorization": TOKEN}) as client,
    ):
        same = {"If-None-Match": (await client.get("/api/auctions")).headers["etag"]}
        replies = [await client.get("/api/auctions", headers=same) for _ in range(6)]
    assert [304] * 4 + [429] * 2 == [reply.status_code for reply in replies]
    assert "RATE_LIMIT_EXCEEDED" == replies[-1].json()["code"]


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
