"""The strategy that answers."""

from datetime import UTC, datetime, timedelta

import pytest

from bidwright import Bid, Hold, LotView, Money, OwnBid, Wait
from bidwright.testing import StrategyContract
from bidwright_strategy_auto import AutoParams, register_strategies

NOW = datetime(2026, 9, 21, 14, 0, tzinfo=UTC)
(AUTO,) = register_strategies()


def lot(*, placed=1, price=10, leading=False, closes_in=300.0, rested=60.0, params=None, cap=40):
    return LotView(
        lot_id="1",
        title="Lamp",
        price=Money.whole(price),
        next_bid=Money.whole(price + 1),
        cap=Money.whole(cap),
        closes_at=NOW + timedelta(seconds=closes_in),
        seen_at=NOW,
        price_since=NOW - timedelta(seconds=rested),
        leading=leading,
        safe_lead=timedelta(seconds=4),
        own_bids=[OwnBid(Money.whole(1), NOW, "OUTBID")] * placed,
        params=params or AutoParams(),
    )


class TestContract(StrategyContract):
    """
    What every strategy keeps to.
    """

    strategy = AUTO
    settings = ({}, {"patienceSeconds": 600, "buffer": 10}, {"maxRebids": 0, "walkAwayDollars": 12})


def test_bids_at_once_when_it_never_bid():
    """
    Even when the price moved a moment ago.
    """
    assert Bid(Money.whole(11)) == AUTO.decide(lot(placed=0, rested=0), NOW)


def test_answers_an_outbid_once_the_price_has_rested():
    """
    Three seconds by default, so that a burst is answered once.
    """
    assert Wait(NOW + timedelta(seconds=2), "in answer to an outbid") == AUTO.decide(lot(rested=1), NOW)
    assert Bid(Money.whole(11)) == AUTO.decide(lot(rested=3), NOW)


def test_patience_ends_a_safe_lead_before_the_close():
    """
    An answer that could not survive a take-over is none.
    """
    late = lot(rested=0, closes_in=4, params=AutoParams(patience=600))

    assert Bid(Money.whole(11)) == AUTO.decide(late, NOW)


def test_says_that_it_leads():
    """
    A lead is not bid over.
    """
    assert Hold("you lead at $10") == AUTO.decide(lot(leading=True), NOW)


def test_stops_at_the_re_bid_limit():
    """
    Fifty answers by default, counted after the first bid.
    """
    assert isinstance(AUTO.decide(lot(placed=50), NOW), Bid)
    assert "50 outbids" in AUTO.decide(lot(placed=51), NOW).why


@pytest.mark.parametrize("price", [40, 41, 1000])
def test_never_above_the_limit(price):
    """
    The next bid above the limit holds, with both amounts.
    """
    assert Hold(f"the next bid, {Money.whole(price + 1)}, is above your limit of $40") == AUTO.decide(lot(price=price), NOW)


def test_patience_ends_at_ten_minutes():
    """
    More is refused with its bound.
    """
    with pytest.raises(ValueError, match="less than or equal to 600"):
        AutoParams.model_validate({"patienceSeconds": 601})
