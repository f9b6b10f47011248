"""S10: a signature is good for one request, to this host, for a minute."""

import time

import httpx
import pytest
from websockets.asyncio.client import connect

from bidwright_gateway.testing import EXTENSION, Wire

PATH = "/api/groups"


@pytest.fixture
async def send(gateway, device):
    """Sends a request with the headers that sign another one."""
    host = f"127.0.0.1:{gateway.port}"
    async with httpx.AsyncClient(base_url=gateway.url) as client:

        async def make(method="GET", target=PATH, body=b"", sign=None, **changed):
            signed = {"method": method, "host": host, "target": target, "body": body, **(sign or {})}
            headers = {**device.headers(**signed), "Origin": EXTENSION, "Content-Type": "application/json", **changed}
            return await client.request(method, target, content=body, headers=headers)

        yield make


async def test_a_signed_request_is_let_in(send):
    """With and without a body."""
    assert 200 == (await send()).status_code
    assert 200 == (await send("POST", body=b'{"name":"Lamps","wanted":1}')).status_code


OTHERS = [
        {"method": "POST"}, {"target": PATH + "?limit=1"}, {"target": "/api/auctions"}, {"body": b"{}"}, {"host": "127.0.0.1:1"},
        {"host": "localhost"}, {"at_ms": 1_700_000_000_000},
    ]  # fmt: skip


async def test_another_request_is_not(send):
    """Method, query, path, body, host and time are all covered."""
    for other in OTHERS:
        assert 401 == (await send(sign=other)).status_code


async def test_a_replayed_request_is_refused(send, gateway, device, store):
    """The very bytes again, also after others came in between."""
    headers = device.headers("POST", f"127.0.0.1:{gateway.port}", PATH, b'{"name":"Lamps","wanted":1}')
    again = {**headers, "Origin": EXTENSION, "Content-Type": "application/json"}
    async with httpx.AsyncClient(base_url=gateway.url, headers=again) as client:
        first = await client.post(PATH, content=b'{"name":"Lamps","wanted":1}')
        await send()
        replies = [await client.post(PATH, content=b'{"name":"Lamps","wanted":1}') for _ in range(2)]
    assert (200, {(401, "REPLAYED")}) == (first.status_code, {(reply.status_code, reply.json()["code"]) for reply in replies})


SKEWS = [(0, 200), (-55, 200), (55, 200), (-65, 401), (65, 401)]  # fmt: skip


async def test_the_window_is_a_minute_each_way(send, store):
    """Clocks may be off by less."""
    for skew_s, status in SKEWS:
        await store.set("bw:nonce:since", "0")
        assert status == (await send(sign={"at_ms": round((time.time() + skew_s) * 1000)})).status_code


async def test_a_store_that_forgot_halves_the_window(send, store):
    """What was signed before nonces are remembered again may have been used: it is refused, what is signed from then on is not."""
    await store.delete(*[name async for name in store.scan_iter("bw:nonce:*")])
    assert 401 == (await send(sign={"at_ms": round((time.time() - 30) * 1000)})).status_code
    assert 200 == (await send()).status_code


MALFORMED = [
        {"X-Bidwright-Signature": ""}, {"X-Bidwright-Signature": "00"}, {"X-Bidwright-Signature": "0" * 64},
        {"X-Bidwright-Signature": "0" * 6400}, {"X-Bidwright-Signature": "é" * 64}, {"X-Bidwright-Nonce": ""},
        {"X-Bidwright-Nonce": "short"}, {"X-Bidwright-Nonce": "x" * 65}, {"X-Bidwright-Nonce": "a b" * 10}, {"X-Bidwright-Time": ""},
        {"X-Bidwright-Time": "now"}, {"X-Bidwright-Time": "9" * 40}, {"X-Bidwright-Time": "-1"}, {"X-Bidwright-Device": "0" * 32},
        {"X-Bidwright-Device": "../x"}, {"Origin": "chrome-extension://bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"},
        {"Authorization": "test-token", "X-Bidwright-Signature": "0" * 64},
    ]  # fmt: skip


async def test_malformed_ones_are_refused_without_an_error(send):
    """401, never 500: lengths, letters, numbers, another origin, and no falling back to something weaker."""
    for wrong in MALFORMED:
        encoded = {name: value.encode("utf-8") for name, value in wrong.items()}
        assert 401 == (await send(**encoded)).status_code


async def test_a_replayed_first_message_opens_no_websocket(gateway, device):
    """The WebSocket's signature is used up, too."""
    message = device.first_message(f"127.0.0.1:{gateway.port}", "/ws?v=2")
    answers = []
    for _ in range(2):
        async with connect(f"{gateway.ws}?v=2") as socket:
            wire = Wire(socket)
            await wire.tell(message)
            answers.append((await wire.until(lambda frame: frame["type"] == "authenticated"))["success"])
    assert [True, False] == answers
