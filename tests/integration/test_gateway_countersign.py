"""Signed requests as the existing contract has them (1.6)."""

import base64
import hashlib
import hmac
import time

import httpx
import pytest

from bidwright.errors import SetupError
from bidwright.runtime.init import initialise
from bidwright.runtime.settings import read
from bidwright_gateway.settings import GatewaySettings
from bidwright_gateway.testing import LOT, SITE, TOKEN, running

pytestmark = pytest.mark.integration
SECRET = "a-secret-of-some-length"
BID = f"/api/auctions/{LOT}/bid"


@pytest.fixture
async def http(engine, redis, tmp_path):
    """A client of a gateway that wants signatures."""
    await initialise(redis, data_dir=tmp_path, site=SITE, live="0", max_bid_cents=100_000, total_limit_cents=200_000)
    signing = {"ENABLE_REQUEST_SIGNING": "true", "API_SIGNING_SECRET": SECRET}
    async with (
        running(engine.url, BIDWRIGHT_DATA_DIR=tmp_path, **signing) as made,
        httpx.AsyncClient(base_url=made.url, headers={"Authorization": TOKEN}) as client,
    ):
        yield client


def signed(method, target, digest, *, at=None, secret=SECRET):
    """The headers that a program sends."""
    stamp = str(round(time.time() * 1000) if at is None else at)
    text = f"{method}\n{target}\n{stamp}\n{digest}"
    signature = base64.b64encode(hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()).decode()
    return {"X-Signature": signature, "X-Timestamp": stamp, "Content-Type": "application/json"}


def sha(body):
    """The hash of a body."""
    return hashlib.sha256(body).hexdigest()


@pytest.mark.parametrize("content", [b'{"amount":15}', b'{ "amount": 15 }'])
async def test_raw_and_compact_bodies_are_right(http, content):
    """A signature over the bytes or over their compact form passes (and the lot is not watched: 404)."""
    for digest in {sha(content), sha(b'{"amount":15}')}:
        reply = await http.post(BID, content=content, headers=signed("POST", BID, digest))
        assert (404, "true", "HMAC-SHA256") == (
            reply.status_code,
            reply.headers["x-signature-verified"],
            reply.headers["x-signature-algorithm"],
        )


@pytest.mark.parametrize("digest", ["", sha(b"{}")])
async def test_no_body(http, digest):
    """The empty text or the hash of an empty object stand for it, with the query."""
    target = "/api/auctions?limit=5"
    assert 200 == (await http.get(target, headers=signed("GET", target, digest))).status_code


async def test_a_bid_must_be_signed(http):
    """Without: instructions; other paths need none, not even the list of bids."""
    reply = await http.post(BID, json={"amount": 15})
    assert (401, "SIGNATURE_REQUIRED", "HMAC-SHA256") == (
        reply.status_code,
        reply.json()["code"],
        reply.json()["instructions"]["algorithm"],
    )
    assert [200, 200] == [(await http.get(path)).status_code for path in (f"{BID}s", "/api/auctions")]


WRONG = [
        ({"X-Timestamp": ""}, "Missing or invalid timestamp header"), ({"X-Timestamp": "soon"}, "Missing or invalid timestamp header"),
        ({"X-Timestamp": "1"}, "Request timestamp too old or too far in future"), ({"X-Signature": "%%"}, "Signature verification failed"),
        ({"X-Signature": "AAAA"}, "Invalid signature"),
    ]  # fmt: skip


async def test_wrong_signatures(http):
    """Each with its reason."""
    for change, details in WRONG:
        body = b'{"amount":15}'
        reply = await http.post(BID, content=body, headers={**signed("POST", BID, sha(body)), **change})
        assert (401, "INVALID_SIGNATURE", details) == (reply.status_code, reply.json()["code"], reply.json()["details"])


async def test_the_same_again_is_refused(http):
    """A signature is good once."""
    body = b'{"amount":15}'
    headers = signed("POST", BID, sha(body))
    assert [404, 401] == [(await http.post(BID, content=body, headers=headers)).status_code for _ in range(2)]


def test_without_a_secret_it_does_not_start():
    """The original would silently do without."""
    with pytest.raises(SetupError, match="API_SIGNING_SECRET"):
        read(GatewaySettings, ENABLE_REQUEST_SIGNING="true")
