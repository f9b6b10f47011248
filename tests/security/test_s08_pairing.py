"""S08: pairing by a short code: open for five minutes, good once, closed at the sixth try, and both sides compare six digits."""

import asyncio
import base64
import itertools

import httpx
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bidwright_gateway.testing import EXTENSION
from bidwright_gateway.testing_devices import pair


def key():
    """A new device's public key."""
    private = ec.generate_private_key(ec.SECP256R1())
    return base64.b64encode(private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)).decode()


async def claim(client, code, more=None):
    """Show a code."""
    return await client.post("/api/pairing/claim", json={"code": code, "name": "Laptop", "publicKey": key(), **(more or {})})


async def opened(owner):
    """The code of a new window."""
    return (await owner.post("/api/pairing")).json()["code"]


async def test_from_code_to_yes(owner, stranger):
    """The device and the host show the same number; the device is in once the owner says yes to it, and not before."""
    claimed = (await claim(stranger, await opened(owner))).json()
    place = f"/api/pairing/{claimed['deviceId']}"
    [waiting] = (await owner.get("/api/pairing")).json()["pending"]
    before = (await stranger.get(place)).json()["state"]
    yes = await owner.post(f"{place}/confirm", json={"check": waiting["check"]})
    after = (await stranger.get(place)).json()["state"]
    assert (claimed["check"], "pending", 200, "paired") == (waiting["check"], before, yes.status_code, after)
    assert ["Laptop"] == [device["name"] for device in (await owner.get("/api/devices")).json()["devices"]]


async def test_guessing_closes_the_window(owner, stranger):
    """At line rate: five tries are answered, the sixth closes the window, and then the right code is of no use."""
    code = await opened(owner)
    wrong = ("".join(letters) for letters in itertools.product("ABCDEFG", repeat=8))
    replies = await asyncio.gather(*(claim(stranger, next(wrong)) for _ in range(30)))
    codes = sorted(reply.status_code for reply in replies)
    assert [403] * 5 == codes[:5]
    assert 429 in codes
    assert 403 == (await claim(stranger, code)).status_code
    assert not (await owner.get("/api/pairing")).json()["open"]


async def test_a_code_is_good_once(owner, stranger):
    """Ten at the same moment: one gets in."""
    code = await opened(owner)
    codes = [reply.status_code for reply in await asyncio.gather(*(claim(stranger, code) for _ in range(4)))]
    assert [200, 403, 403, 403] == sorted(codes)


async def test_a_new_window_makes_the_old_code_useless(owner, stranger):
    """There is one code at a time."""
    old, new = await opened(owner), await opened(owner)
    assert (403, 200) == ((await claim(stranger, old)).status_code, (await claim(stranger, new)).status_code)


async def test_numbers_that_differ_pair_nobody(owner, stranger):
    """The device is sent away."""
    claimed = (await claim(stranger, await opened(owner))).json()
    other = f"{(int(claimed['check']) + 1) % 1_000_000:06}"
    reply = await owner.post(f"/api/pairing/{claimed['deviceId']}/confirm", json={"check": other})
    state = (await stranger.get(f"/api/pairing/{claimed['deviceId']}")).json()["state"]
    assert (409, "unknown") == (reply.status_code, state)


async def test_at_most_ten_wait(owner, stranger):
    """The eleventh is refused."""
    codes = [(await claim(stranger, await opened(owner))).status_code for _ in range(11)]
    assert [200] * 10 + [429] == codes


async def test_without_a_window_there_is_nothing_to_guess(owner, stranger):
    """Neither before one was opened nor after it was closed."""
    before = await claim(stranger, "AAAAAAAA")
    code = await opened(owner)
    await owner.delete("/api/pairing")
    assert (403, 403) == (before.status_code, (await claim(stranger, code)).status_code)


async def test_a_window_closes_by_itself(owner, stranger, store):
    """After five minutes at most."""
    await opened(owner)
    assert 0 < await store.pttl("bw:pair:window") <= 300_000


WRONG = [
        {"publicKey": ""}, {"publicKey": "AAAA"}, {"publicKey": base64.b64encode(b"\x04" + bytes(64)).decode()}, {"publicKey": 5},
        {"name": ""}, {"code": None}, {"code": "A" * 100},
    ]  # fmt: skip


async def test_claims_that_are_none(owner, stranger):
    """They get a sentence and use nothing up."""
    for wrong in WRONG:
        code = await opened(owner)
        assert (await claim(stranger, code, wrong)).status_code in (400, 403)
        assert 200 == (await claim(stranger, code)).status_code


async def test_a_device_cannot_pair_another(gateway, extension, stranger):
    """Opening, looking, saying yes and allowing are the owner's."""
    for method, path in (("POST", "/api/pairing"), ("GET", "/api/pairing"), ("DELETE", "/api/pairing")):
        assert 403 == (await extension.request(method, path)).status_code
    body = {"auctionId": "7", "maxBid": 500}
    assert 403 == (await extension.post(f"/api/devices/{extension.auth.id}/allow", json=body)).status_code


async def test_the_secret_is_not_in_the_store(gateway, store, device):
    """Who has Redis has public keys."""
    kept = " ".join([str(await store.hgetall("bw:devices")), str(await store.hgetall("bw:pair:pending"))])
    assert device.key.hex() not in kept
    assert base64.b64encode(device.key).decode() not in kept
    assert EXTENSION in kept


async def test_pairing_goes_on_after_a_restart(serve, store):
    """The gateway's key is kept."""
    async with serve() as first:
        device = await pair(first.url, "test-token")
    async with serve() as second, httpx.AsyncClient(base_url=second.url, auth=device) as client:
        assert 200 == (await client.get("/api/devices")).status_code
