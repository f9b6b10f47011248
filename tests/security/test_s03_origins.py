"""S03: origins are exact: no wildcard, no null, and if the owner wants it no extension but those that were paired."""

import asyncio

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from bidwright.errors import SetupError
from bidwright.runtime.settings import read
from bidwright_gateway.settings import GatewaySettings
from bidwright_gateway.testing import TOKEN
from bidwright_gateway.testing_devices import pair

EXTENSION = "chrome-extension://abcdefghijklmnopabcdefghijklmnop"
OTHER = "chrome-extension://bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
FOREIGN = [
    "null", "https://evil.example", "http://evil.example:3000", "https://localhost.evil.example", "http://127.0.0.1.evil.example",
    "http://user@localhost", "http://localhost@evil.example", "chrome-extension://*", "chrome-extension://", "chrome-extension://a/b",
    "chrome-extension://a b", "moz-extension://abc", "file://", "data:", "http://[::2]", "http://127.0.0.2", "http://0.0.0.0",
    "https://www.nellisauction.com", "http://localhost:x", "http://localhost:3000.evil", "*", "", "http://", "localhost",
    "http://localhost/", "http://localhost,http://evil.example",
]  # fmt: skip


async def test_foreign_origins_get_nothing(gateway, stranger):
    """Neither a preflight nor a request nor a WebSocket, and no header that would let the page read the answer."""
    asked = {"Access-Control-Request-Method": "POST"}
    replies = await asyncio.gather(*(stranger.options("/api/halt", headers={**asked, "Origin": origin}) for origin in FOREIGN))
    replies += await asyncio.gather(
        *(stranger.get("/api/auctions", headers={"Origin": origin, "Authorization": TOKEN}) for origin in FOREIGN)
    )
    assert {403} == {reply.status_code for reply in replies}
    assert not [reply for reply in replies if "access-control-allow-origin" in reply.headers]


@pytest.mark.parametrize("origin", ["null", "https://evil.example", "chrome-extension://*"])
async def test_foreign_origins_get_no_websocket(gateway, origin):
    """The upgrade is refused."""
    with pytest.raises((InvalidStatus, ConnectionClosed)):
        async with connect(gateway.ws, origin=origin) as socket:
            await socket.recv()


async def test_only_paired_extensions(serve):
    """Once the owner says so, a strange extension may do nothing but show a code; a paired one goes on, until it is revoked."""
    async with serve(BIDWRIGHT_ONLY_PAIRED_EXTENSIONS=1) as made, httpx.AsyncClient(base_url=made.url) as client:
        client.headers["Authorization"] = TOKEN
        device = await pair(made.url, TOKEN, origin=EXTENSION)
        await asyncio.sleep(1.1)
        codes = [(await client.get("/api/auctions", headers={"Origin": origin})).status_code for origin in (EXTENSION, OTHER)]
        claim = await client.post("/api/pairing/claim", json={}, headers={"Origin": OTHER})
        await client.delete(f"/api/devices/{device.id}")
        await asyncio.sleep(1.1)
        after = await client.get("/api/auctions", headers={"Origin": EXTENSION})
    assert ([200, 403], 400, 403) == (codes, claim.status_code, after.status_code)


@pytest.mark.parametrize("name", ["ALLOWED_ORIGINS", "ALLOWED_EXTENSION_IDS", "BIDWRIGHT_ALLOWED_HOSTS"])
def test_a_wildcard_ends_the_start(name):
    """It would let every page in."""
    with pytest.raises(SetupError, match="wildcard"):
        read(GatewaySettings, **{name: "https://*.example"})
