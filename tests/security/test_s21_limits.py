"""S21: whoever guesses is held up, and nobody else: limits count per device and per credential, not per address alone."""

import asyncio

import httpx
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from bidwright_gateway.testing import EXTENSION, TOKEN, Wire, wired
from bidwright_gateway.testing_devices import pair


async def test_a_thousand_bad_tokens(gateway, stranger, extension, owner, device):
    """All are refused; the paired extension at the same address goes on, over both ways, and so does the kill switch."""
    replies = []
    for number in range(0, 1000, 50):
        bad = (stranger.get("/api/auctions", headers={"Authorization": f"bad-{number + n}"}) for n in range(50))
        replies += await asyncio.gather(*bad)
    assert {401, 429} == {reply.status_code for reply in replies}
    assert 200 == (await extension.get("/api/auctions")).status_code
    assert 200 == (await owner.get("/api/auctions")).status_code
    assert 200 == (await extension.post("/api/halt", json={"why": "test"})).status_code
    assert 200 == (await owner.post("/api/halt", json={"why": "test"})).status_code


async def test_bad_tokens_over_the_websocket(gateway, device):
    """After eleven the address is suspect: who comes then is let in by the first message or not at all."""
    for _ in range(14):
        async with wired(gateway.ws, token=None) as wire:
            try:
                await wire.until(lambda frame: frame["type"] == "connected")
                await wire.ask("authenticate", token="bad")
            except ConnectionClosed:
                pass
    async with connect(gateway.ws) as socket:
        wire = Wire(socket)
        await wire.ask("authenticate", token="bad")
        try:
            await wire.next()
        except ConnectionClosed as closed:
            code = closed.rcvd.code, closed.rcvd.reason
    assert (1008, "Too many connections") == code
    async with wired(gateway.ws, token=TOKEN) as wire:
        assert "halt" == (await wire.ask("halt", why="test"))["action"]
    async with connect(f"{gateway.ws}?v=2", origin=EXTENSION) as socket:
        wire = Wire(socket)
        await wire.tell(device.first_message(f"127.0.0.1:{gateway.port}", "/ws?v=2"))
        assert "snapshot" == (await wire.until(lambda frame: frame["type"] == "snapshot"))["type"]


async def test_one_device_cannot_use_up_anothers_share(serve):
    """Each has its own."""
    async with serve(API_RATE_LIMIT_MAX=6) as made:
        one, two = await pair(made.url, TOKEN), await pair(made.url, TOKEN)
        async with httpx.AsyncClient(base_url=made.url, auth=one) as client:
            codes = [(await client.get("/api/devices")).status_code for _ in range(8)]
        async with httpx.AsyncClient(base_url=made.url, auth=two) as client:
            other = await client.get("/api/devices")
    assert ([200] * 6 + [429] * 2, 200) == (codes, other.status_code)
