"""Every operation gives what its type promises, with the real bidder and poller beside the gateway; other tests read answers so, too."""

import asyncio
import base64
import sys
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

sys.path.insert(0, str(Path(__file__).parent))  # market.py, the site and the neighbours
from market import Market, dropin, neighbours

from bidwright.runtime.init import initialise
from bidwright.transitions import Transitions
from bidwright_gateway.testing import LOT, SITE, TOKEN, running
from bidwright_gateway.testing_devices import pair

OTHER, ENDED = "70012346", "70012347"
ELSEWHERE = {("post", "/api/notifications/test")}
"""Needs a notifier that runs: integration/test_notices.py."""


@pytest.fixture
async def house(engine, redis, tmp_path):
    """The gateway, its neighbours, a client with the token, and the site."""
    await initialise(redis, data_dir=tmp_path, site=SITE, live="0", max_bid_cents=100_000, total_limit_cents=200_000)
    site = Market(Transitions(redis))
    around = neighbours(engine.url, str(dropin(tmp_path / "dropin")))
    async with (
        running(engine.url, site, around, BIDWRIGHT_DATA_DIR=tmp_path, API_RATE_LIMIT_MAX=10**6) as made,
        httpx.AsyncClient(base_url=made.url, headers={"Authorization": TOKEN}, timeout=20) as http,
    ):
        yield made, http, site


async def until(ask):
    """What *ask* gives once it gives something."""
    async with asyncio.timeout(20):
        while not (found := await ask()):  # noqa: ASYNC110 - waits for another service
            await asyncio.sleep(0.1)
    return found


async def dropped_in(http):
    """The plugin that lies in the folder, once the bidder has looked at it."""
    return [one for one in (await http.get("/api/plugins")).json()["plugins"] if "patient" in one["strategies"]]


async def lots(http, site):
    """One bid on, one ended, one let go; everything that can be asked about them."""
    await until(lambda: dropped_in(http))  # before that a bid is held: a plugin might have something against it
    await http.put("/api/rates", json={"default": {"premium": 15, "tax": 8.25}, "locations": {"Phoenix": {"premium": 15, "tax": 8.6}}})
    for lot, strategy in ((LOT, "auto"), (OTHER, "manual"), (ENDED, "sniping")):
        await http.post("/api/auctions", json={"lot": lot, "config": {"maxBid": 40, "maxAllIn": 60, "strategy": strategy}})
    await http.put(f"/api/auctions/{OTHER}/config", json={"snipeSeconds": 5, "buffer": 1, "minBidAmount": 3})
    await http.post("/api/groups", json={"name": "Lamps", "wanted": 1, "lots": [LOT, OTHER]})
    for lot in (LOT, ENDED):
        assert 200 == (await http.post(f"/api/auctions/{lot}/bid", json={"amount": 15})).status_code
    await http.put(f"/api/auctions/{LOT}/config", json={"autoBid": True})

    async def ended():
        await http.post(f"/api/auctions/{ENDED}/refresh")
        return (await http.get("/api/auctions/ended", params={"limit": 5})).json()["auctions"]

    site.close(ENDED)
    await until(ended)
    for path in ("", "/forecast", "/history", "/history?limit=1", "/similar", "/bids", "/receipts", "/receipts?limit=1"):
        await http.get(f"/api/auctions/{LOT}{path}")
    await http.put(f"/api/auctions/{LOT}/note", json={"text": "for the shed"})
    await http.get(f"/api/auctions/{LOT}/note")
    search = (await http.post("/api/searches", json={"q": "lamp", "location": "Phoenix"})).json()["search"]["id"]
    await http.put(f"/api/searches/{search}", json={"name": "Lamps", "notify": False})
    await http.get("/api/searches")
    await http.delete(f"/api/searches/{search}")
    await http.get(f"/api/auctions/{OTHER}/bids", headers={"Referer": f"{http.base_url}/"})
    for path in ("auctions", "auctions?limit=1", "ledger?mode=dry", "ledger?mode=dry&limit=1", "receipts/export", "hot-deals?q=lamp"):
        await http.get(f"/api/{path}")
    await http.get("/api/search?q=lamp")
    await http.post(f"/api/auctions/{OTHER}/refresh")
    await http.post("/api/import", json={"dryRun": True})
    kept = (await http.get("/api/export")).json()
    await http.post("/api/export", json=kept)
    await http.post("/api/auctions/71/monitor", json={"config": {"maxBid": 5}})
    await http.delete("/api/auctions/71/monitor")
    await http.post("/api/auctions/71/stop")


async def money(http):
    """Limits, rates, groups."""
    await http.put("/api/budgets/total", json={"limit": 5})
    await http.put("/api/budgets/total", json={"limit": 500})
    await http.put("/api/budgets/default/day", json={"limit": 100.5})
    for path in ("budgets", "rates", "groups", "groups?limit=1", "groups/lamps"):
        await http.get(f"/api/{path}")
    await http.put("/api/groups/lamps", json={"wanted": 2})
    await http.put("/api/groups/lamps/lots", json={"lots": [OTHER]})
    await http.delete("/api/groups/lamps")


async def people(http, url):
    """The session, devices, notices."""
    await http.post("/api/auth", json={"cookies": "__session=abcdefgh"})
    await http.get("/api/auth/key")
    await http.post("/api/auth/validate", json={"auctionId": LOT})
    await http.get("/api/auth/status")
    device = await pair(url, TOKEN, name="Laptop")
    await http.post(f"/api/devices/{device.id}/allow", json={"auctionId": LOT, "maxBid": 500})
    code = (await http.post("/api/pairing")).json()["code"]
    key = ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    claim = {"code": code, "name": "Phone", "publicKey": base64.b64encode(key).decode()}
    waiting = (await http.post("/api/pairing/claim", json=claim)).json()["deviceId"]
    for path in ("pairing", f"pairing/{waiting}", "devices", "devices?limit=1"):
        await http.get(f"/api/{path}")
    await http.delete(f"/api/pairing/{waiting}")
    await http.delete("/api/pairing")
    await http.delete(f"/api/devices/{device.id}")
    await http.get("/api/notifications")
    await http.put("/api/notifications/settings", json={"quiet": {"from": "22:00", "to": "07:00"}, "digest": {"dailyAt": "18:00"}})
    await http.get("/api/notifications/settings")


async def rooms(http):
    """Everything about the house itself."""
    for path in ("status", "features", "circuit-breaker", "polling-queue", "config", "site", "mode", "halt", "strategies"):
        await http.get(f"/api/{path}")
    await http.post("/api/settings", json={"defaultMaxBid": 50})
    await http.get("/api/settings")
    gen = (await http.post("/api/halt", json={"why": "a look"})).json()["gen"]
    await http.get("/api/halt")
    await http.post("/api/resume", json={"gen": gen})
    await http.post("/api/mode", json={"mode": "dry-run"})
    await http.post("/api/site/probe", json={"lot": LOT})
    await http.get("/api/site")
    await http.post("/api/strategies/try", json={"auctionId": LOT, "strategy": "sniping"})
    await http.post("/api/strategies/replay", json={"auctionId": LOT, "strategy": "auto", "maxBid": 40})
    [plugin] = await until(lambda: dropped_in(http))
    await http.post(f"/api/plugins/{plugin['name']}/enable", json={})
    await http.post(f"/api/plugins/{plugin['name']}/disable", json={})
    toggles = (await http.get("/api/toggles", params={"lot": LOT})).json()["toggles"]
    name = next(one["name"] for one in toggles if not one["locked"])
    await http.put(f"/api/toggles/{name}", json={"value": True, "why": "a look"})
    for path in (f"toggles/{name}/outcomes", "toggles", "toggles/audit", "audit", "audit?limit=1"):
        await http.get(f"/api/{path}")
    await http.delete(f"/api/toggles/{name}")
    for path in ("health", "health?detailed=true", "health/live", "health/ready", "health/history"):
        await http.get(f"/{path}")


@pytest.mark.timeout(120)
async def test_every_operation_gives_what_it_promises(house):
    """None is left out, and no answer has a field too many or too few."""
    made, http, site = house
    await lots(http, site)
    await rooms(http)
    await people(http, made.url)
    await money(http)
    await http.post("/api/auctions/clear")
    described = (await http.get("/openapi.json")).json()["paths"]
    every = {(method, path) for path, operations in described.items() for method in operations}
    other = {("get", path) for path in described if path.startswith("/api/x/") or path == "/metrics"}
    assert [] == made.replies.wrong
    assert set() == every - made.replies.given - other - ELSEWHERE


async def test_a_field_that_nobody_promised_is_found(house, monkeypatch):
    """So that the test above can fail."""
    made, http, _ = house
    monkeypatch.setattr(type(made.gateway.deps.desk), "clear", lambda _: _more())
    await http.post("/api/auctions/clear")
    [wrong] = made.replies.wrong
    assert "Cleared" in wrong
    made.replies.wrong.clear()


async def _more():
    return "many"
