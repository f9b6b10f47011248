"""Every end of a bid's exchange, against a raw server that does everything a network can do to it."""

import json

import pytest
from raw_site import GOOD, answers, http, served, submit

from bidwright_nellis_proxy import wire
from bidwright_proto.v1 import site_pb2

HIGHER = {"message": "Your bid was placed, but another user has a higher maximum bid", "data": {"currentAmount": 17, "minimumNextBid": 18}}


CUTS = [
    ("answered", answers(http(GOOD)), "LEADING", "accepted"),
    ("answered 201 in pieces", answers(http(GOOD, "201 Created")[:30], http(GOOD, "201 Created")[30:]), "LEADING", "accepted"),
    ("outbid at once", answers(http(HIGHER)), "OUTBID", "higher-maximum"),
    ("a date past all years", answers(http(GOOD, extra="date: Mon, 01 Jan 99999999999 00:00:00 GMT\r\n")), "LEADING", "accepted"),
    ("informational first", answers(b"HTTP/1.1 103 Early Hints\r\n\r\n", http(GOOD)), "LEADING", "accepted"),
    (
        "until closed",
        answers(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n" + json.dumps(GOOD).encode()),
        "LEADING",
        "accepted",
    ),
    ("too low", answers(http({"error": "Bid is too low"}, "400 Bad Request")), "REJECTED", "too-low"),
    ("duplicate", answers(http({"error": "You already placed a bid with the same price"}, "409 Conflict")), "UNKNOWN", "duplicate"),
    ("closed before the answer", answers(), "UNKNOWN", "cut"),
    ("reset before the answer", answers(then="reset"), "UNKNOWN", "reset"),
    ("cut in the head", answers(http(GOOD)[:20]), "UNKNOWN", "cut"),
    ("cut in the body", answers(http(GOOD)[:-5]), "UNKNOWN", "cut"),
    ("reset in the body", answers(http(GOOD)[:-5], then="reset"), "UNKNOWN", "reset"),
    ("hangs", answers(then="hang"), "UNKNOWN", "timeout"),
    ("hangs in the body", answers(http(GOOD)[:-5], then="hang"), "UNKNOWN", "timeout"),
    ("garbage", answers(b"\x00\x01\x02 hello\r\n\r\n", then="hang"), "UNKNOWN", "garbage"),
    ("too large", answers(http("x" * 600_000)), "UNKNOWN", "too-large"),
    ("unparsable", answers(http("{")), "UNKNOWN", "not-understood"),
    ("page", answers(http("<html>Hello", kind="text/html")), "UNKNOWN", "page"),
    ("failed", answers(http("", "503 Service Unavailable")), "UNKNOWN", "site-failed"),
]


@pytest.mark.parametrize(("act", "state", "why"), [row[1:] for row in CUTS], ids=[row[0] for row in CUTS])
async def test_every_end_of_an_exchange(at, monkeypatch, act, state, why):
    """Whatever becomes of the connection, the state follows the table and exactly one body was written."""
    monkeypatch.setattr(wire, "TOTAL_S", 0.5)
    async with served(act) as (site, url), at(url) as house:
        running = await house.start()
        await house.signed_in()
        await house.reserve()
        reply = await submit(running)
        assert (state, why) == (reply.state, reply.why)
        assert state == await house.state()
        assert [{"productId": 70012345, "bid": 15}] == site.bids
        assert state == (await submit(running)).state
        assert 1 == len(site.bids)


async def test_the_request(at):
    """The wire has what the site expects, and the session cookie only."""
    async with served(answers(http(GOOD))) as (site, url), at(url) as house:
        running = await house.start()
        await house.signed_in()
        await house.reserve()
        reply = await submit(running)
        assert (1600, "Your bid was placed") == (reply.next_bid_cents, reply.message)
        head = site.heads[0].lower()
        host = url.removeprefix("http://")
        for line in (
            f"host: {host}",
            "cookie: __session=canary-value",
            "content-type: text/plain;charset=utf-8",
            f"origin: {url}",
            "content-length: 31",
        ):
            assert f"\r\n{line}\r\n" in head


@pytest.mark.parametrize(
    ("answer", "why", "session"),
    [
        (http({"error": "Please log in"}, "401 Unauthorized"), "session", "expired"),
        (http("", "302 Found", extra="location: /login\r\n"), "session", "expired"),
        (http("<!doctype html><form action='/login'></form>", kind="text/html"), "page", "expired"),
        (http("<!doctype html>Hello", kind="text/html"), "page", "unchecked"),
    ],
)
async def test_logged_out_during_a_bid(at, answer, why, session):
    """An answer that takes us for somebody else decides nothing about the bid and stops bidding for the account."""
    async with served(answers(answer)) as (_, url), at(url) as house:
        running = await house.start()
        await house.signed_in()
        await house.reserve()
        reply = await submit(running)
        assert ("UNKNOWN", why) == (reply.state, reply.why)
        assert session == (await house.records.session())["state"]


async def test_too_many_requests_during_a_bid(at):
    """429 proves nothing about the bid and keeps everybody away."""
    async with served(answers(http("", "429 Too Many Requests", extra="retry-after: 8\r\n"))) as (_, url), at(url) as house:
        running = await house.start()
        await house.signed_in()
        await house.reserve()
        assert ("UNKNOWN", "busy") == ((reply := await submit(running)).state, reply.why)
        status = await running.stub.GetStatus(site_pb2.GetStatusRequest())
        assert status.blocked_until_ms > 0
