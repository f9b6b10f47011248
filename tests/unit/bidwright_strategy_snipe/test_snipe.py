"""The strategy that waits."""

from datetime import UTC, datetime, timedelta

import pytest

from bidwright import Bid, Hold, LotView, Money, OwnBid, Wait
from bidwright.testing import StrategyContract
from bidwright_strategy_snipe import SnipeParams, register_strategies

NOW = datetime(2026, 9, 21, 14, 0, tzinfo=UTC)
(SNIPE,) = register_strategies()


def lot(*, placed=0, price=10, leading=False, closes_in=300.0, rested=60.0, params=None, extended=False, war_min=0.0, safe=4.0):
    close = NOW + timedelta(seconds=closes_in)
    return LotView(
        lot_id="1",
        title="Lamp",
        price=Money.whole(price),
        next_bid=Money.whole(price + 1),
        cap=Money.whole(40),
        closes_at=close,
        first_close=close - timedelta(minutes=war_min),
        seen_at=NOW,
        price_since=NOW - timedelta(seconds=rested),
        leading=leading,
        extended=extended,
        safe_lead=timedelta(seconds=safe),
        own_bids=[OwnBid(Money.whole(1), NOW, "OUTBID")] * placed,
        params=params or SnipeParams(),
    )


class TestContract(StrategyContract):
    """
    What every strategy keeps to.
    """

    strategy = SNIPE
    settings = ({}, {"snipeSeconds": 60, "minBidAmount": 30}, {"maxRebids": 0, "warPatienceSeconds": 25})


def test_waits_for_its_lead():
    """
    Ten seconds before the close by default.
    """
    assert Wait(NOW + timedelta(seconds=290), "10 s before the close") == SNIPE.decide(lot(), NOW)


def test_bids_at_its_lead():
    """
    At the instant and after it.
    """
    assert Bid(Money.whole(11)) == SNIPE.decide(lot(closes_in=10), NOW)
    assert Bid(Money.whole(11)) == SNIPE.decide(lot(closes_in=3), NOW)


def test_a_lead_below_the_safe_one_is_raised_and_said():
    """
    One second before the close would not survive a take-over.
    """
    decision = SNIPE.decide(lot(params=SnipeParams(lead=1), safe=5), NOW)

    assert Wait(NOW + timedelta(seconds=295), "5 s before the close; 1 s would be too late to be safe") == decision


def test_follows_a_war_with_patience():
    """
    Outbid after an extension: an answer once the price rested for two seconds, not at the next lead.
    """
    assert Wait(NOW + timedelta(seconds=1.5), "in answer to an outbid") == SNIPE.decide(
        lot(placed=1, extended=True, closes_in=28, rested=0.5, war_min=0.5), NOW
    )
    assert Bid(Money.whole(11)) == SNIPE.decide(lot(placed=1, extended=True, closes_in=28, rested=2, war_min=0.5), NOW)


def test_in_a_war_patience_ends_a_safe_lead_before_the_close():
    """
    The last answer is never too late.
    """
    assert Bid(Money.whole(11)) == SNIPE.decide(lot(placed=1, extended=True, closes_in=4, rested=0, war_min=0.5), NOW)


def test_a_bid_by_hand_long_before_is_no_war():
    """
    It waits for its lead all the same.
    """
    assert Wait(NOW + timedelta(seconds=290), "10 s before the close") == SNIPE.decide(lot(placed=1), NOW)


def test_a_rivals_extension_before_its_first_bid_is_no_war():
    """
    The lead counts from the new close.
    """
    assert Wait(NOW + timedelta(seconds=20), "10 s before the close") == SNIPE.decide(lot(extended=True, closes_in=30, war_min=2), NOW)


@pytest.mark.parametrize(("placed", "war_min", "words"), [(21, 1, "20 outbids"), (2, 15.5, "more than 15 minutes"), (21, 20, "20 outbids")])
def test_a_war_ends_by_the_owners_limits(placed, war_min, words):
    """
    Twenty answers or fifteen minutes by default.
    """
    decision = SNIPE.decide(lot(placed=placed, extended=True, closes_in=28, war_min=war_min), NOW)

    assert isinstance(decision, Hold)
    assert words in decision.why


def test_says_that_it_leads():
    """
    A lead is not bid over.
    """
    assert Hold("you lead at $10") == SNIPE.decide(lot(leading=True, closes_in=5), NOW)


def test_never_above_the_limit():
    """
    Neither at the lead nor in a war; and it is said before the lead, too.
    """
    held = Hold("the next bid, $41, is above your limit of $40")

    assert [held] * 3 == [
        SNIPE.decide(lot(price=40), NOW),
        SNIPE.decide(lot(price=40, closes_in=5), NOW),
        SNIPE.decide(lot(price=40, placed=1, extended=True, closes_in=20), NOW),
    ]


@pytest.mark.parametrize("seconds", [0, 61, "x", None])
def test_a_lead_out_of_bounds_is_refused(seconds):
    """
    One to sixty seconds.
    """
    with pytest.raises(ValueError, match="snipeSeconds"):
        SnipeParams.model_validate({"snipeSeconds": seconds})
