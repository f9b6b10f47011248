"""S09: each device has its own key, is listed with its last use, and is out with its next message once it is revoked."""

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from bidwright_gateway.testing import EXTENSION, TOKEN, Wire
from bidwright_gateway.testing_devices import pair


async def test_listed_with_last_use(owner, extension):
    """And without its key."""
    await extension.get("/api/auctions")
    [found] = (await owner.get("/api/devices")).json()["devices"]
    assert {"id", "name", "origin", "pairedAt", "lastUsedAt"} == set(found)
    assert found["lastUsedAt"] >= found["pairedAt"]
    assert EXTENSION == found["origin"]


async def test_revoked_is_out_at_once(gateway, owner, extension, device):
    """Over HTTP, with its token, and on a WebSocket that is open."""
    async with connect(f"{gateway.ws}?v=2") as socket:
        wire = Wire(socket)
        await wire.tell(device.first_message(f"127.0.0.1:{gateway.port}", "/ws?v=2"))
        await wire.until(lambda frame: frame["type"] == "snapshot")
        await owner.delete(f"/api/devices/{device.id}")
        reply = await extension.get("/api/auctions")
        bearer = await owner.get("/api/auctions", headers={"Authorization": f"Bearer {device.token}"})
        with pytest.raises(ConnectionClosed):  # perhaps before it could ask anything
            await wire.ask("getMonitoredAuctions")
    assert (401, "UNKNOWN_DEVICE", 401) == (reply.status_code, reply.json()["code"], bearer.status_code)


async def test_revoked_is_out_also_of_what_it_was_told_before(gateway, owner, device):
    """An unchanged list, asked for again in the same words, is repeated to the owner alone."""
    mine = {"Authorization": f"Bearer {device.token}"}
    async with httpx.AsyncClient(base_url=gateway.url, headers=mine) as client:
        same = {"If-None-Match": (await client.get("/api/auctions")).headers["etag"]}
        codes = [(await client.get("/api/auctions", headers=same)).status_code for _ in range(3)]
        await owner.delete(f"/api/devices/{device.id}")
        await owner.get("/api/auctions")  # the list is made anew, and is the same
        codes.append((await client.get("/api/auctions", headers=same)).status_code)
    assert [304, 304, 304, 401] == codes


async def test_one_goes_the_other_stays(gateway, owner, extension):
    """Keys have nothing in common."""
    other = await pair(gateway.url, TOKEN, name="Phone")
    await owner.delete(f"/api/devices/{other.id}")
    assert 200 == (await extension.get("/api/auctions")).status_code
    assert other.key != extension.auth.key


async def test_a_device_may_leave_but_not_put_others_out(gateway, owner, extension):
    """It may revoke itself."""
    other = await pair(gateway.url, TOKEN, name="Phone")
    codes = [(await extension.delete(f"/api/devices/{name}")).status_code for name in (other.id, extension.auth.id)]
    assert [403, 200] == codes


async def test_both_forms_of_a_device_token(gateway, device):
    """Bare and with Bearer, as the client token."""
    async with httpx.AsyncClient(base_url=gateway.url) as client:
        codes = [
            (await client.get("/api/auctions", headers={"Authorization": header})).status_code
            for header in (
                device.token,
                f"Bearer {device.token}",
                device.token[:-1],
                device.token + "A",
                f"bwd.{device.id}.",
                "bwd.x.y",
                "bwd.",
            )
        ]
    assert [200, 200, 401, 401, 401, 401, 401] == codes


async def test_who_changed_what_is_written_down(owner, extension):
    """With the device's name, page by page."""
    await extension.post("/api/halt", json={"why": "dinner"})
    page = (await owner.get("/api/audit", params={"limit": 1})).json()
    older = (await owner.get("/api/audit", params={"limit": 1, "cursor": page["next"]})).json()
    assert [("A browser", "POST /api/halt", 200)] == [(row["by"], row["what"], row["status"]) for row in page["audit"]]
    assert ["the owner"] == [row["by"] for row in older["audit"]]
