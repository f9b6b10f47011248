"""`bidwright pair` and `bidwright devices` against a running gateway."""

import asyncio
import base64
import json

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bidwright.runtime.init import initialise
from bidwright_cli.app import main
from bidwright_gateway.testing import SITE, TOKEN, running
from bidwright_gateway.testing_devices import pair

pytestmark = pytest.mark.integration


@pytest.fixture
async def gateway(engine, redis, tmp_path):
    """A running gateway."""
    await initialise(redis, data_dir=tmp_path, site=SITE, live="0", max_bid_cents=100_000, total_limit_cents=200_000)
    async with running(engine.url, BIDWRIGHT_DATA_DIR=tmp_path) as made:
        yield made


async def bidwright(gateway, *line):
    """The exit code of one command."""
    return await asyncio.to_thread(main, [*line, "--url", gateway.url, "--token", TOKEN])


async def test_devices_are_listed_allowed_and_revoked(gateway, capsys):
    """By the beginning of their ids."""
    device = await pair(gateway.url, TOKEN, name="Laptop")
    codes = [
        await bidwright(gateway, "devices", "list"),
        await bidwright(gateway, "devices", "allow", device.id[:8], "7", "500"),
        await bidwright(gateway, "devices", "revoke", device.id[:8]),
        await bidwright(gateway, "devices", "revoke", device.id[:8]),
    ]
    assert [0, 0, 0, 2] == codes
    assert "Laptop" in capsys.readouterr().out
    async with httpx.AsyncClient(base_url=gateway.url, auth=device) as client:
        assert 401 == (await client.get("/api/devices")).status_code


async def test_pair_waits_for_the_device_that_shows_the_number(gateway, capsys):
    """The number is given beforehand where nobody can be asked; another one pairs nothing."""
    public = ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    verb = asyncio.create_task(bidwright(gateway, "pair", "--check", "000000", "--json"))
    async with httpx.AsyncClient(base_url=gateway.url) as client:
        code = await _code(gateway)
        await client.post("/api/pairing/claim", json={"code": code, "name": "Phone", "publicKey": base64.b64encode(public).decode()})
    told = await verb
    assert 1 == told
    assert "differ" in json.loads(capsys.readouterr().out)["error"]


async def _code(gateway):
    """The verb keeps the code to itself here, so another window is opened: the newest code counts."""
    pairing = gateway.gateway.deps.pairing
    while not (await pairing.state())["open"]:  # noqa: ASYNC110 - waits for the verb
        await asyncio.sleep(0.02)
    return (await pairing.open())["code"]
