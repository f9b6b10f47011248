"""The session with the site: handed over, checked, never shown."""

import base64

import pytest
from rest import LOT

from bidwright.errors import UpstreamDown
from bidwright.transitions import Transitions

pytestmark = pytest.mark.integration


@pytest.mark.parametrize(
    ("cookies", "sentence"),
    [
        ("", "Cookies are required"),
        ("short", "Invalid cookies format"),
        ("x" * 32_769, "Cookies string too long"),
        (7, "Invalid cookies format"),
        ("a=b; c=d\r\nX: y", "Invalid cookies format"),
    ],
)
async def test_cookie_sync_refuses(http, cookies, sentence):
    """The contract's words."""
    reply = await http.post("/api/auth", json={"cookies": cookies})
    assert (400, sentence, "VALIDATION_ERROR") == (reply.status_code, reply.json()["error"], reply.json()["code"])


async def test_cookie_sync_hands_the_jar_over(http, gateway):
    """A long jar is taken; the reply says whether the site accepts it."""
    jar = "__session=abc; " + "x=y; " * 3000
    accepted = await http.post("/api/auth", json={"cookies": jar})
    gateway.site.session = "expired"
    refused = await http.post("/api/auth", json={"cookies": jar})
    assert ({"success": True}, False, [jar, jar]) == (accepted.json(), refused.json()["success"], gateway.site.cookies)


async def test_sealed_cookies_pass_unread(http, gateway):
    """The key is offered, and what was sealed to it goes on as it is; a part that is missing or is no base64 is named."""
    key = (await http.get("/api/auth/key")).json()
    assert ("k1", 65) == (key["keyId"], len(base64.b64decode(key["publicKey"])))
    sealed = {"keyId": "k1", "publicKey": key["publicKey"], "nonce": "AAAAAAAAAAAAAAAA", "ciphertext": "c2VhbGVk"}
    assert {"success": True} == (await http.post("/api/auth", json={"sealed": sealed})).json()
    assert ["sealed to k1"] == gateway.site.cookies
    for wrong in ({"nonce": "???"}, {"nonce": ""}, {"keyId": 7}, {"ciphertext": None}):
        reply = await http.post("/api/auth", json={"sealed": {**sealed, **wrong}})
        assert (400, f"sealed.{next(iter(wrong))}") == (reply.status_code, reply.json()["field"])


async def test_cookie_sync_while_the_proxy_is_down(http, gateway):
    """503 with a sentence; not counted as a failed attempt."""
    gateway.site.down = UpstreamDown("no route")
    assert [503] * 6 == [(await http.post("/api/auth", json={"cookies": "__session=abcdef"})).status_code for _ in range(6)]


async def test_cookies_are_never_shown_or_logged(http, capfd):
    """Neither the status nor the log carries a cookie."""
    await http.post("/api/auth", json={"cookies": "__session=canary-value-1"})
    status = (await http.get("/api/auth/status")).json()
    out = capfd.readouterr()
    assert None is status["cookies"]
    assert "canary-value-1" not in out.out + out.err


async def test_auth_status_means_the_last_check(http, store):
    """Authenticated follows the session's state."""
    before = (await http.get("/api/auth/status")).json()
    await Transitions(store).session("ok", "")
    after = (await http.get("/api/auth/status")).json()
    assert (False, "No cookies set - please sync from extension") == (before["authenticated"], before["message"])
    assert (True, 1, True) == (after["authenticated"], after["cookieCount"], after["checkedAt"] is not None)


async def test_validate_never_bids(http):
    """It reads, and ignores the test amount."""
    reply = (await http.post("/api/auth/validate", json={"auctionId": LOT, "testBidAmount": 13})).json()
    assert (True, None, True, 14) == (
        reply["authenticated"],
        reply["bidTestResult"],
        reply["auctionDataFetched"],
        reply["testAuction"]["currentBid"],
    )
