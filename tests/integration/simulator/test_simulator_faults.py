"""The simulated site's faults, through a real socket: wrong answers, late, cut, stale and none."""

from email.utils import parsedate_to_datetime

import httpx
import pytest
from site_orders import fault, place

pytestmark = pytest.mark.integration
LOADER = "routes/p.$title.$productId._index"


@pytest.mark.parametrize(
    ("params", "status", "body"),
    [
        ({"kind": "status", "params": {"status": 500}}, 500, "500"),
        ({"kind": "status"}, 503, "503"),
        ({"kind": "html"}, 200, "Come back soon"),
        ({"kind": "captcha"}, 403, "Verify you are human"),
        ({"kind": "captcha", "params": {"status": 200}}, 200, "g-recaptcha"),
    ],
)
async def test_answers_in_place_of_the_real_one(client, site, lot, cookie, params, status, body):
    """
    The fault's own answer comes, and a bid under it is not carried out.
    """
    await fault(client, **params)
    assert body in (await client.get(lot.path)).text
    reply = await place(client, lot, 20, cookie)

    assert status == reply.status_code
    assert [] == site.ledger.read(what="bid")


async def test_a_spoilt_answer_to_a_bid_that_stands(client, site, lot, cookie):
    """
    With `when: after` the bid is taken and only its answer is lost: the ambiguous case.
    """
    await fault(client, kind="status", on="bids", params={"status": 502, "when": "after"})
    reply = await place(client, lot, 20, cookie)

    assert reply.status_code == 502
    assert site.demo_user == lot.leader


@pytest.mark.parametrize("form", ["seconds", "date"])
async def test_slow_down(client, site, lot, form):
    """
    429 carries Retry-After as seconds or as a date on the site's clock.
    """
    site.skew(100_000)
    await fault(client, kind="status", params={"status": 429, "retry_after": 7, "retry_after_form": form})
    reply = await client.get(lot.path)
    value = reply.headers["retry-after"]

    assert reply.status_code == 429
    if form == "seconds":
        assert value == "7"
    else:
        assert 5 <= (parsedate_to_datetime(value) - parsedate_to_datetime(reply.headers["date"])).total_seconds() <= 8


async def test_slow(client, site, lot):
    """
    A slow answer comes late and whole; the ledger knows how long it took.
    """
    await fault(client, kind="slow", on="page", params={"ms": 120})

    assert (await client.get(lot.path)).status_code == 200
    assert site.ledger.read(kind="page")[0]["ms"] >= 120


async def test_hang(client, lot):
    """
    No answer comes; the client's own patience ends it.
    """
    await fault(client, kind="hang", on="page")

    with pytest.raises(httpx.ReadTimeout):
        await client.get(lot.path, timeout=0.2)


@pytest.mark.parametrize("after", [False, True])
async def test_reset(client, site, lot, cookie, after):
    """
    The connection breaks before or after the bid was taken; the client cannot tell which.
    """
    await fault(client, kind="reset", on="bids", params={"when": "after"} if after else {})

    with pytest.raises(httpx.TransportError):
        await place(client, lot, 20, cookie)
    assert after == (site.demo_user == lot.leader)


async def test_cut(client, lot):
    """
    Some bytes arrive and the rest does not, although it was promised.
    """
    await fault(client, kind="cut", on="page", params={"bytes": 300})
    got = bytearray()

    async def read():
        async with client.stream("GET", lot.path) as reply:
            async for part in reply.aiter_raw():
                got.extend(part)

    with pytest.raises(httpx.RemoteProtocolError):
        await read()
    assert len(got) == 300


async def test_the_session_is_gone_for_a_while(client, lot, cookie):
    """
    A session fault logs the visitor out in the form that was asked for, as often as was asked for.
    """
    await fault(client, kind="session", on=["bids", "account"], count=2, params={"form": "login"})

    assert "password" in (await place(client, lot, 20, cookie)).text
    assert "password" in (await client.get("/account", headers=cookie)).text
    assert (await client.get("/account", headers=cookie)).status_code == 200


@pytest.mark.parametrize(("kind", "status", "text"), [("outbid", 409, "outbid"), ("captcha", 422, "reCAPTCHA"), ("server", 500, "{}")])
async def test_any_refusal_can_be_asked_for(client, site, lot, cookie, kind, status, text):
    """
    Texts that the rules of the sale never produce come from a fault.
    """
    await fault(client, kind="refusal", on="bids", params={"type": kind})
    reply = await place(client, lot, 20, cookie)

    assert status == reply.status_code
    assert text in reply.text
    assert [] == site.ledger.read(what="bid")


async def test_a_loader_that_fails(client, lot):
    """
    The framework's signs: a header for the loader, an error inside for single fetch.
    """
    await fault(client, kind="loader-error", on=["loader", "data"])
    loader = await client.get(lot.path, params={"_data": LOADER})

    assert (500, "yes") == (loader.status_code, loader.headers["x-remix-error"])
    assert "SanitizedError" in (await client.get(f"{lot.path}.data")).text


async def test_the_format_changes_while_running(client, lot):
    """
    One request under a fault, then every request by a setting.
    """
    await fault(client, kind="format", count=1, params={"format": "plain"})

    assert '"loaderData"' in (await client.get(lot.path)).text
    assert "streamController.enqueue" in (await client.get(lot.path)).text
    assert (await client.post("/__sim/settings", json={"format": "plain"})).json()["format"] == "plain"
    assert "streamController" not in (await client.get(lot.path)).text
    assert (await client.post("/__sim/settings", json={"format": "xml"})).status_code == 400


async def test_a_stale_page(client, site, lot, cookie):
    """
    A cached answer shows what was, and its age.
    """
    await fault(client, kind="stale", on="loader", params={"age_s": 600})
    await place(client, lot, 20, cookie)
    reply = await client.get(lot.path, params={"_data": LOADER})

    assert (15, 1) == (lot.price, reply.json()["product"]["currentPrice"])
    assert reply.headers["age"] == "600"


async def test_a_lying_date(client, lot):
    """
    A skew fault falsifies the Date header and nothing else.
    """
    honest = parsedate_to_datetime((await client.get(lot.path)).headers["date"])
    await fault(client, kind="skew", params={"ms": 3_600_000})
    lying = parsedate_to_datetime((await client.get(lot.path)).headers["date"])

    assert 3590 < (lying - honest).total_seconds() < 3620
