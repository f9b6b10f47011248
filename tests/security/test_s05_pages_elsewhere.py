"""S05: what a page on another origin can send without asking changes nothing: forms, plain text, reads, cross-site requests."""

import pytest

from bidwright_gateway.testing import LOT

KINDS = ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x", "text/json", ""]


@pytest.mark.parametrize("kind", KINDS)
async def test_only_json_is_taken(owner, store, kind):
    """Even with the token: a body is declared as JSON or it is refused."""
    reply = await owner.post(f"/api/auctions/{LOT}/monitor", content=b'{"config":{"maxBid":5}}', headers={"Content-Type": kind})
    assert 415 == reply.status_code
    assert not await store.exists(f"bw:lot:{LOT}")


async def test_cross_site_changes_are_refused(owner, store):
    """A browser says so itself, whatever else it sends."""
    for path in ("/api/halt", "/api/auctions/clear", f"/api/auctions/{LOT}/stop"):
        assert 403 == (await owner.post(path, json={}, headers={"Sec-Fetch-Site": "cross-site"})).status_code
    assert "run" == await store.hget("bw:kill", "state")


async def test_reads_change_nothing(owner, store):
    """No GET of the whole list leaves a trace in what is stored about lots, money and switches."""
    await owner.post(f"/api/auctions/{LOT}/monitor", json={"config": {"maxBid": 5}})

    async def kept():
        names = sorted(
            name for name in await store.keys("bw:*") if name.split(":")[1] in {"lot", "kill", "budget", "settings", "group", "meta"}
        )
        return {name: await store.dump(name) for name in names if await store.type(name) != "stream"}

    paths = (await owner.get("/openapi.json")).json()["paths"]
    before = await kept()
    for path, operations in paths.items():
        if "get" in operations:
            await owner.get(path.replace("{lot_id}", LOT).replace("{", "").replace("}", ""))
    after = await kept()
    assert before.keys() == after.keys()
    assert before["bw:kill"] == after["bw:kill"]


async def test_no_cookie_is_ever_set(owner):
    """Nothing here knows a session by cookie."""
    for path in ("/", "/api/auctions", "/api/auth/status", "/health", "/ws"):
        assert "set-cookie" not in (await owner.get(path)).headers
