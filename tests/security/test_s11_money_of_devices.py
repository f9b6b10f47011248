"""S11: money commands of paired devices happen once, on the lot as it was seen, in the mode that was meant; much is asked again."""

import pytest
from websockets.asyncio.client import connect

from bidwright_gateway.testing import EXTENSION, LOT, Wire

WATCH = f"/api/auctions/{LOT}/monitor"
CONFIG = f"/api/auctions/{LOT}/config"


@pytest.fixture
async def version(owner):
    """A lot is watched, not armed, up to $40; its version."""
    return (await owner.post(WATCH, json={"config": {"maxBid": 40, "strategy": "auto"}})).json()["config"]["version"]


async def arm(extension, version, *, key="k1", mode="live", **config):
    """Arm as a device does."""
    body = {"autoBid": True, "expectVersion": version, "expectMode": mode, **config}
    return await extension.put(CONFIG, json=body, headers={"Idempotency-Key": key} if key else {})


@pytest.mark.parametrize("missing", ["key", "version", "mode"])
async def test_nothing_may_be_missing(extension, version, missing):
    """428 with the name of what is."""
    given = {"key": "k1", "version": version, "mode": "live", missing: ""}
    reply = await arm(extension, given["version"], key=given["key"], mode=given["mode"])
    assert (428, "PRECONDITION_REQUIRED") == (reply.status_code, reply.json()["code"])


async def test_armed_as_it_was_seen(extension, version):
    """With all of it the lot is armed; the owner's own command needs none."""
    reply = await arm(extension, version)
    assert (200, True) == (reply.status_code, reply.json()["config"]["autoBid"])


async def test_a_captured_command_is_of_no_use_after_an_edit(extension, owner, version):
    """The cap was changed meanwhile: refused, although its signature is new; so is one that meant another mode."""
    await owner.put(CONFIG, json={"maxBid": 90})
    assert 409 == (await arm(extension, version)).status_code
    newer = (await owner.get("/api/auctions")).json()["auctions"][0]["config"]["version"]
    assert 409 == (await arm(extension, newer, key="k2", mode="dry-run")).status_code


async def test_much_money_is_asked_on_the_host(extension, owner, version):
    """Above $200, by arming, by raising an armed lot, by bidding; the owner's yes is for this device, this lot, this much."""
    refused = await arm(extension, version, maxBid=300)
    assert (403, "CONFIRM_ON_HOST") == (refused.status_code, refused.json()["code"])
    allow = f"/api/devices/{extension.auth.id}/allow"
    await owner.post(allow, json={"auctionId": LOT, "maxBid": 250})
    still = await arm(extension, version, key="k2", maxBid=300)
    await owner.post(allow, json={"auctionId": LOT, "maxBid": 300})
    taken = await arm(extension, version, key="k3", maxBid=300)
    raised = await arm(extension, taken.json()["config"]["version"], key="k4", maxBid=400)
    assert (403, 200, 403) == (still.status_code, taken.status_code, raised.status_code)


async def test_a_bid_and_a_watch_are_held_to_it(extension, version):
    """No other way in."""
    bid = await extension.post(f"/api/auctions/{LOT}/bid", json={"amount": 15})
    watch = await extension.post("/api/auctions/7/monitor", json={"config": {"maxBid": 9, "strategy": "auto", "autoBid": True}})
    assert [428, 428] == [bid.status_code, watch.status_code]


async def test_the_websocket_is_held_to_it(gateway, device, version):
    """The same over /ws, in both protocols."""
    for query in ("", "?v=2"):
        async with connect(gateway.ws + query, origin=EXTENSION) as socket:
            wire = Wire(socket)
            await wire.tell(device.first_message(f"127.0.0.1:{gateway.port}", f"/ws{query}"))
            replies = [
                await wire.ask("updateConfig", auctionId=LOT, config={"autoBid": True}),
                await wire.ask("placeBid", auctionId=LOT, amount=15),
                await wire.ask("startMonitoring", auctionId="7", config={"maxBid": 9, "strategy": "auto", "autoBid": True}),
            ]
        assert ["PRECONDITION_REQUIRED"] * 3 == [reply["code"] for reply in replies]


async def test_letting_go_and_stopping_need_nothing(extension, version):
    """What makes nothing cost is never held up."""
    codes = [(await extension.put(CONFIG, json={"autoBid": False})).status_code, (await extension.post("/api/halt", json={})).status_code]
    assert [200, 200] == [*codes]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/api/mode", {"mode": "live"}),
        ("PUT", "/api/toggles/challenger", {"value": "challenger"}),
        ("DELETE", "/api/toggles/challenger", {}),
        ("POST", "/api/plugins/dropin:odd.py/enable", {}),
        ("PUT", "/api/budgets/total", {"limit": 100_000}),
        ("PUT", "/api/budgets/default/day", {"limit": 100_000}),
        ("PUT", "/api/rates", {"default": {"premium": 0, "tax": 0}}),
    ],
)
async def test_no_way_round_by_widening_what_holds(extension, method, path, body):
    """Going live, switches, plugins for real money, budgets and rates are the owner's, with the client token."""
    reply = await extension.request(method, path, json=body)
    assert (403, "OWNER_ONLY") == (reply.status_code, reply.json()["code"])


async def test_a_device_may_always_stop(extension):
    """What makes less possible is for everybody who is known."""
    assert 200 == (await extension.post("/api/mode", json={"mode": "dry-run"})).status_code
    assert (await extension.post("/api/halt", json={"why": "a test"})).is_success
