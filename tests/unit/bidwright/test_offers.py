"""How much to offer."""

from datetime import UTC, datetime, timedelta

import pytest

from bidwright import Bid, Hold, LotView, Money, OfferParams, OwnBid

NOW = datetime(2026, 9, 21, 14, 0, tzinfo=UTC)


def lot(price=10, next_bid=11, cap=40, **more):
    return LotView(
        lot_id="1",
        title="Lamp",
        price=Money.whole(price),
        next_bid=Money.whole(next_bid),
        cap=Money.whole(cap),
        closes_at=NOW + timedelta(minutes=5),
        seen_at=NOW,
        price_since=NOW - timedelta(minutes=1),
        leading=False,
        **more,
    )


@pytest.mark.parametrize(
    ("settings", "dollars"),
    [
        ({}, 11),
        ({"buffer": 3}, 14),
        ({"incrementAmount": 5}, 15),
        ({"incrementAmount": 0.5}, 11),
        ({"incrementAmount": 4.2}, 15),
        ({"minBidAmount": 20}, 20),
        ({"minBidAmount": 5}, 11),
        ({"minBidAmount": 500}, 40),
        ({"buffer": 100}, 40),
        ({"incrementAmount": 2, "buffer": 1, "unknown": "x"}, 13),
    ],
)
def test_offers_the_next_acceptable_amount_by_the_owners_settings(settings, dollars):
    """
    Step, buffer and smallest bid raise the amount; the limit bounds it.
    """
    assert Bid(Money.whole(dollars)) == OfferParams.model_validate(settings).offer(lot())


def test_offers_nothing_above_the_limit():
    """
    The sentence names both amounts.
    """
    assert Hold("the next bid, $41, is above your limit of $40") == OfferParams().offer(lot(40, 41))


def test_offers_nothing_while_the_next_bid_is_not_known():
    """
    Zero is not an amount.
    """
    assert Hold("the site does not say what the next bid is") == OfferParams().offer(lot(0, 0))


def test_counts_the_bids_that_the_site_took():
    """
    Refused, cancelled and absent ones are no bids.
    """
    states = ["LEADING", "REJECTED", "OUTBID", "CANCELLED", "ABSENT", "EXPIRED", "MOOT", "UNKNOWN"]

    assert 4 == lot(own_bids=[OwnBid(Money.whole(1), NOW, state) for state in states]).placed


def test_an_answer_waits_for_patience_but_never_past_the_safe_lead():
    """
    The earlier of the two.
    """
    here = lot(safe_lead=timedelta(seconds=5))

    assert NOW - timedelta(seconds=57) == here.answer_at(timedelta(seconds=3))
    assert NOW + timedelta(seconds=295) == here.answer_at(timedelta(hours=3))


def test_a_war_ends_by_the_owners_rules():
    """Too many answers, too long, or above the walk-away price; never before the first bid of ours."""
    ours = [OwnBid(Money.whole(5), NOW, "OUTBID")]
    params = OfferParams.model_validate({"maxRebids": 1, "maxWarMinutes": 10, "walkAwayDollars": 12.9})
    late = {"first_close": NOW - timedelta(minutes=6)}

    assert "" == params.enough(lot(next_bid=12, own_bids=ours))
    assert "walk-away price of $12" in params.enough(lot(next_bid=13, own_bids=ours))
    assert "answered 1 outbids" in params.enough(lot(own_bids=ours * 2))
    assert "more than 10 minutes" in params.enough(lot(own_bids=ours, **late))
    assert "" == params.enough(lot(next_bid=30, **late))
