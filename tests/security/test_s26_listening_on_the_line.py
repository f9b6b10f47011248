"""S26: who listens to a line in the clear learns nothing that opens the gateway again."""

import base64

import httpx
import pytest

from bidwright_gateway.testing import TOKEN, raw
from bidwright_gateway.testing_devices import pair


@pytest.fixture
async def lan(serve):
    """A gateway that others on the network can reach without TLS."""
    async with serve(BIDWRIGHT_BIND="0.0.0.0", BIDWRIGHT_ALLOWED_HOSTS="127.0.0.1") as made:  # noqa: S104 - the case that is tried
        yield made


async def test_the_bytes_of_a_signed_request_open_nothing(lan):
    """They hold no key, and sent again they are refused."""
    device = await pair(lan.url, TOKEN)
    host = f"127.0.0.1:{lan.port}"
    headers = "".join(f"{name}: {value}\r\n" for name, value in device.headers("POST", host, "/api/halt", b"{}").items())
    head = f"POST /api/halt HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
    sent = f"{head}{headers}\r\n{{}}".encode()
    first, again = await raw(lan.port, sent), await raw(lan.port, sent)
    assert (b" 200 ", b" 401 ") == (first[8:13], again[8:13])
    for secret in (device.key, device.key.hex().encode(), base64.b64encode(device.key)):
        assert secret not in sent + first + again


async def test_a_devices_token_is_not_taken_in_the_clear(lan):
    """It would be good again: there a device signs."""
    device = await pair(lan.url, TOKEN)
    async with httpx.AsyncClient(base_url=lan.url) as client:
        reply = await client.get("/api/auctions", headers={"Authorization": device.token})
    assert (401, "SIGNATURE_REQUIRED") == (reply.status_code, reply.json()["code"])
