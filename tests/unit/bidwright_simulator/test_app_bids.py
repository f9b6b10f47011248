"""Bids at the site's own address: what it answers, accepts and refuses."""

import pytest
from visitor import bid, manners


async def test_an_accepted_bid(client, lot, cookie):
    """
    A higher maximum leads: message, amounts, next bid, winner and close are told.
    """
    reply = await bid(client, lot, 20, cookie)

    assert reply.status_code == 200
    assert reply.json()["message"] == "Your bid was placed"
    assert {
        "bidCount": 3,
        "currentAmount": 15,
        "minimumNextBid": 21,
        "winningBidUserId": lot.leader,
        "bidderCount": 2,
        "projectNewCloseTime": {"__type": "Date", "value": "2026-09-21T14:02:00.000Z"},
        "projectExtended": False,
    } == reply.json()["data"]


async def test_accepted_and_outbid_at_once(client, here, lot, cookie):
    """
    Against a higher hidden maximum the bid is a success that does not lead.
    """
    reply = await bid(client, lot, 5, cookie)

    assert reply.status_code == 200
    assert "another user has a higher maximum bid" in reply.json()["message"]
    assert (6, 7) == (reply.json()["data"]["currentAmount"], reply.json()["data"]["minimumNextBid"])
    assert here.site.demo_user != reply.json()["data"]["winningBidUserId"]


async def test_a_late_bid_extends(client, clock, lot, cookie):
    """
    In the last half minute the reply carries the new close.
    """
    clock.advance(115)
    data = (await bid(client, lot, 20, cookie)).json()["data"]

    assert data["projectExtended"] is True
    assert data["projectNewCloseTime"]["value"] == "2026-09-21T14:02:25.000Z"


@pytest.mark.parametrize(
    ("body", "status", "text"),
    [
        ('{"productId":%d,"bid":1}', 400, "amount is too low"),
        ('{"productId":%d,"bid":5.5}', 422, "whole dollar"),
        ('{"productId":%d,"bid":"9"}', 422, "whole dollar"),
        ('{"productId":%d,"bid":true}', 422, "whole dollar"),
        ('{"productId":%d,"bid":NaN}', 422, "whole dollar"),
        ('{"productId":%d,"bid":-3}', 422, "whole dollar"),
        ('{"productId":1,"bid":9}', 404, "not found"),
        ('{"bid":9}', 404, "not found"),
        ("[]", 400, "Invalid"),
        ("x", 400, "Invalid"),
        ("", 400, "Invalid"),
    ],
)
async def test_refused_bids(client, lot, cookie, body, status, text):
    """
    Each refusal has its status and its words, and changes nothing.
    """
    reply = await client.post("/api/bids", content=body.replace("%d", str(lot.id)), headers=cookie)

    assert status == reply.status_code
    assert text in reply.json()["error"]
    assert lot.price == 1


async def test_refusals_of_a_running_sale(client, here, clock, lot, cookie):
    """
    The same amount again, a blocked account, an ended lot; and the older wording.
    """
    await bid(client, lot, 5, cookie)
    assert "already placed a bid with the same price" in (await bid(client, lot, 5, cookie)).json()["error"]
    manners(here, refusals="2025")
    assert (await bid(client, lot, 4, cookie)).json()["error"] == "Bid is too low"
    lot.blocked = True
    assert (await bid(client, lot, 9, cookie)).status_code == 403
    lot.blocked = False
    manners(here)
    clock.advance(300)
    assert "auction has ended" in (await bid(client, lot, 9, cookie)).json()["error"]


@pytest.mark.parametrize(
    ("form", "status", "sign"),
    [("401", 401, "Authentication"), ("403", 403, "Forbidden"), ("login", 200, "password"), ("redirect", 302, "")],
)
async def test_bids_without_a_session(client, here, lot, form, status, sign):
    """
    Every way in which the site may say "log in".
    """
    manners(here, logged_out_bids=form)
    reply = await bid(client, lot, 20)

    assert status == reply.status_code
    assert sign in reply.text
    assert lot.price == 1
