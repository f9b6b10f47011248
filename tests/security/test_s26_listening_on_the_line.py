"""S26: who listens to a line in the clear learns nothing that opens the gateway again."""

import base64
import hashlib
import ssl

import httpx
import pytest
from websockets.asyncio.client import connect

from bidwright_gateway.testing import TOKEN, Wire, raw
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


async def test_the_network_at_home_has_a_port_of_its_own_with_tls(serve, tmp_path):
    """The certificate holds for the address, the authority's fingerprint is told with the code, a device's token is taken there, and in
    the clear nothing is answered.
    """
    async with serve(BIDWRIGHT_LAN_BIND="127.0.0.1", BIDWRIGHT_LAN_PORT=0) as made:
        url, authority = f"https://127.0.0.1:{made.lan_port}", tmp_path / "tls/authority.pem"
        trusting = ssl.create_default_context(cafile=str(authority))
        device = await pair(made.url, TOKEN)
        async with httpx.AsyncClient(base_url=url, verify=trusting, headers={"Authorization": TOKEN}) as client:
            window = (await client.post("/api/pairing")).json()
            reply = await client.get("/api/auctions", headers={"Authorization": device.token})
        async with connect(url.replace("https", "wss") + "/ws?v=2", ssl=trusting) as socket:
            wire = Wire(socket)
            await wire.tell({"type": "authenticate", "token": device.token})
            assert "snapshot" == (await wire.until(lambda frame: frame["type"] == "snapshot"))["type"]
        clear = await raw(made.lan_port, b"GET /api/config HTTP/1.1\r\nHost: localhost\r\n\r\n")
    digest = hashlib.sha256(ssl.PEM_cert_to_DER_cert(authority.read_text("ascii"))).hexdigest()
    assert digest == window["fingerprint"].replace(":", "").lower()
    assert ("max-age=31536000", 200) == (reply.headers["strict-transport-security"], reply.status_code)
    assert b"200" not in clear[:20]
    assert [0o600, 0o600] == [(tmp_path / "tls" / name).stat().st_mode & 0o777 for name in ("authority.key", "server.key")]
