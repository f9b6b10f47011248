"""Lots to show a strategy."""

from datetime import UTC, datetime, timedelta

import pytest

from bidwright import Money, OwnBid, Params
from bidwright.testing import HandClock, make_lot

NOW = datetime(2026, 9, 21, 14, 0, tzinfo=UTC)


def test_the_usual_lot_is_open_and_can_be_bid_on():
    """
    Nothing given: the next bid is within the cap, the close is ahead, nobody of ours has bid.
    """
    lot = make_lot()

    assert (Money.whole(10), Money.whole(11), Money.whole(40), Money.whole(100)) == (lot.price, lot.next_bid, lot.cap, lot.retail)
    assert (NOW, NOW + timedelta(minutes=5), NOW - timedelta(minutes=1)) == (lot.seen_at, lot.closes_at, lot.price_since)
    assert (False, False, lot.closes_at, []) == (lot.leading, lot.extended, lot.first_close, lot.own_bids)
    assert HandClock().now() == lot.seen_at


@pytest.mark.parametrize(("given", "cents"), [(12, 1200), (12.5, 1250), ("12.34", 1234), (Money(1), 1), (0, 0)])
def test_dollars_are_numbers(given, cents):
    """
    Whole, with cents, as text, or money as it is.
    """
    assert Money(cents) == make_lot(cap=given).cap


def test_a_fraction_of_a_cent_is_no_amount():
    """
    A sum that lost its cent is noticed.
    """
    with pytest.raises(ValueError, match="fraction of a cent"):
        make_lot(cap=0.1 + 0.2)


def test_the_next_bid_follows_the_price():
    """
    A dollar above it unless given.
    """
    assert [Money.whole(1), Money.whole(21), Money.whole(25)] == [
        make_lot(price=0).next_bid,
        make_lot(price=20).next_bid,
        make_lot(price=20, next_bid=25).next_bid,
    ]


def test_times_count_from_now():
    """
    The close, the last move of the price, and the war behind it.
    """
    later = NOW + timedelta(hours=1)
    lot = make_lot(now=later, closes_in=timedelta(seconds=20), rested=timedelta(0), war=timedelta(minutes=2))

    assert (later + timedelta(seconds=20), later, True) == (lot.closes_at, lot.price_since, lot.extended)
    assert timedelta(minutes=2) == lot.closes_at - lot.first_close


def test_own_bids_are_newest_first():
    """
    All outbid, or the newest leads.
    """
    outbid, leads = make_lot(placed=2), make_lot(placed=2, leading=True)

    assert [
        OwnBid(Money.whole(10), NOW - timedelta(minutes=1), "OUTBID"),
        OwnBid(Money.whole(9), NOW - timedelta(minutes=2), "OUTBID"),
    ] == outbid.own_bids
    assert ["LEADING", "OUTBID"] == [bid.state for bid in leads.own_bids]
    assert 2 == outbid.placed


def test_every_field_can_be_changed():
    """
    What has no shorthand goes by its name in LotView, and a name that is not there is told.
    """
    params = Params()
    lot = make_lot(title="Sofa", bid_count=3, first_close=None, params=params)

    assert ("Sofa", 3, None, params) == (lot.title, lot.bid_count, lot.first_close, lot.params)
    with pytest.raises(TypeError, match="colour"):
        make_lot(colour="red")
