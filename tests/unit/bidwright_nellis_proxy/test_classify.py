"""Every row of the table that says what an answer to a bid proves."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bidwright.turbo_stream import Opaque, encode
from bidwright_nellis_proxy.classify import classify
from bidwright_nellis_proxy.replies import Reply

NOW = datetime(2026, 9, 21, 14, 0, tzinfo=UTC)
HTML = {"content-type": "text/html"}
DATA = {"bidCount": 4, "currentAmount": 15, "minimumNextBid": 16, "winningBidUserId": 123, "projectExtended": True}
LOGIN = '<!doctype html><title>Log in</title><form action="/login"></form>'
CAPTCHA = "<html><title>Just a moment...</title></html>"
REDIRECT = encode({"r": Opaque("SingleFetchRedirect", [{"redirect": "/login", "status": 302}])})


def reply(status, body, headers=None):
    """A JSON answer."""
    return Reply(status, json.dumps(body), headers or {"content-type": "application/json"})


def refused(text, status=400, field="error"):
    """A refusal as the site writes it."""
    return reply(status, {field: text})


ROWS = [
    # accepted
    (reply(200, {"message": "Your bid was placed", "data": DATA}), "LEADING", "accepted", ""),
    (reply(201, {"message": "Your bid was placed", "data": DATA}), "LEADING", "accepted", ""),
    (reply(200, {"data": {"currentAmount": 15}}), "LEADING", "accepted", ""),
    (
        reply(200, {"message": "Your bid was placed, but another user has a higher maximum bid", "data": DATA}),
        "OUTBID",
        "higher-maximum",
        "",
    ),
    (reply(201, {"message": "ANOTHER USER HAS A HIGHER MAXIMUM BID.", "data": DATA}), "OUTBID", "higher-maximum", ""),
    # definite refusals
    (refused("Bid is too low"), "REJECTED", "too-low", ""),
    (refused("Your bid could not be accepted as entered. Bid amount is too low."), "REJECTED", "too-low", ""),
    (refused("The minimum bid is $16", field="message"), "REJECTED", "too-low", ""),
    (refused("This auction has ended"), "REJECTED", "ended", ""),
    (refused("This listing is closed", 410), "REJECTED", "ended", ""),
    (refused("There is already a higher bid", 409), "REJECTED", "outbid", ""),
    (refused("You have been outbid", 409), "REJECTED", "outbid", ""),
    (refused("Bid is too low; enter a higher bid"), "REJECTED", "too-low", ""),
    (reply(400, {"error": {"message": "Bid is too low"}}), "REJECTED", "too-low", ""),
    # an earlier acceptance: a read says who leads
    (refused("You already placed a bid with the same price. Bid is too low.", 409), "UNKNOWN", "duplicate", ""),
    # the account
    (Reply(401), "UNKNOWN", "session", "expired"),
    (refused("Please log in to place a bid", 401), "UNKNOWN", "session", "expired"),
    (refused("Authentication required", 400), "UNKNOWN", "session", "expired"),
    (refused("Please login", 403), "UNKNOWN", "session", "expired"),
    (Reply(403), "UNKNOWN", "session", "expired"),
    (Reply(403, LOGIN, HTML), "UNKNOWN", "session", "expired"),
    (Reply(302, "", {"location": "/login?to=x"}), "UNKNOWN", "session", "expired"),
    (Reply(204, "", {"x-remix-redirect": "/login"}), "UNKNOWN", "session", "expired"),
    (Reply(202, REDIRECT), "UNKNOWN", "session", "expired"),
    (Reply(200, LOGIN, HTML), "UNKNOWN", "page", "expired"),
    (Reply(200, "<!doctype html><p>Hello", HTML), "UNKNOWN", "page", "doubtful"),
    (Reply(404, "<html>Not found", HTML), "UNKNOWN", "page", "doubtful"),
    (Reply(403, CAPTCHA, HTML), "UNKNOWN", "challenge", "doubtful"),
    (Reply(503, CAPTCHA, HTML), "UNKNOWN", "challenge", "doubtful"),
    (refused("Please complete the reCAPTCHA", 422), "UNKNOWN", "challenge", "doubtful"),
    (reply(200, {"message": "captcha required", "data": DATA}), "UNKNOWN", "challenge", "doubtful"),
    # the limiter
    (Reply(429, "", {"retry-after": "7"}), "UNKNOWN", "busy", ""),
    (refused("Slow down", 429), "UNKNOWN", "busy", ""),
    # not proven
    (Reply(500), "UNKNOWN", "site-failed", ""),
    (refused("Bid is too low", 500), "UNKNOWN", "site-failed", ""),
    (Reply(502, "<html>bad gateway", HTML), "UNKNOWN", "site-failed", ""),
    (Reply(503, "", {"retry-after": "3"}), "UNKNOWN", "site-failed", ""),
    (Reply(200, ""), "UNKNOWN", "not-understood", ""),
    (Reply(200, "{"), "UNKNOWN", "not-understood", ""),
    (Reply(200, "[" * 100_000), "UNKNOWN", "not-understood", ""),
    (reply(200, []), "UNKNOWN", "not-understood", ""),
    (reply(200, {"message": "Your bid was placed"}), "UNKNOWN", "not-understood", ""),
    (reply(200, {"message": "Your bid was placed", "data": {}}), "UNKNOWN", "not-understood", ""),
    (reply(200, {"data": {"minimumNextBid": "soon"}}), "UNKNOWN", "not-understood", ""),
    (reply(200, {"error": "Bid is too low", "data": DATA}), "UNKNOWN", "not-understood", ""),
    (reply(202, {"message": "Your bid was placed", "data": DATA}), "UNKNOWN", "not-understood", ""),
    (Reply(204), "UNKNOWN", "not-understood", ""),
    (Reply(302, "", {"location": "/"}), "UNKNOWN", "not-understood", ""),
    (refused("Something unexpected happened"), "UNKNOWN", "not-understood", ""),
    (refused("Invalid bid", 422), "UNKNOWN", "not-understood", ""),
    (refused("You are not allowed to bid on this item.", 403), "UNKNOWN", "not-understood", ""),
    (reply(400, {}), "UNKNOWN", "not-understood", ""),
]


@pytest.mark.parametrize(("answer", "state", "why", "session"), ROWS)
def test_the_table(answer, state, why, session):
    """One row."""
    verdict = classify(answer, NOW)
    assert (state, why, session) == (verdict.state, verdict.why, verdict.session)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Reply(429, "", {"retry-after": "7"}), 7.0),
        (Reply(429, "", {"retry-after": "Mon, 21 Sep 2026 14:00:09 GMT"}), 9.0),
        (Reply(429), 5.0),
        (Reply(503, "", {"retry-after": "3"}), 3.0),
        (Reply(500), None),
        (Reply(403, CAPTCHA, HTML), 60.0),
        (reply(200, {"data": DATA}), None),
    ],
)
def test_pauses(answer, expected):
    """What asks us to leave the site alone, and for how long."""
    assert expected == classify(answer, NOW).block_s


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (reply(200, {"data": DATA}), 1600),
        (reply(400, {"error": "Bid is too low", "data": {"minimumNextBid": 21}}), 2100),
        (reply(400, {"error": "Bid is too low", "minimumNextBid": "$22"}), 2200),
        (reply(400, {"error": "Bid is too low", "minimumNextBid": -4}), 0),
        (refused("Bid is too low"), 0),
    ],
)
def test_next_bid(answer, expected):
    """The next bid is told when the site says it."""
    assert expected == classify(answer, NOW).next_bid_cents


def test_message_is_clean():
    """The site's sentence loses control characters and has an end."""
    assert "Bid is too low now" == classify(refused("Bid is\x00too low\x1b now"), NOW).message
    assert 300 == len(classify(refused("Bid is too low " + "x" * 5000), NOW).message)


@given(st.integers(100, 599), st.text(), st.sampled_from(["text/html", "application/json", ""]))
def test_garbage_is_never_definite(status, text, kind):
    """Whatever else comes, the answer is UNKNOWN."""
    assert "UNKNOWN" == classify(Reply(status, text, {"content-type": kind}), NOW).state
