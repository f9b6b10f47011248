"""Bids with hidden maxima, the next acceptable amount, ties, soft close and refusals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bidwright_simulator.catalog import ITEMS, PLACES
from bidwright_simulator.lots import Lot, Outcome

ANN, BOB, CAT = 1, 2, 3
CLOSE = 1_000_000


@pytest.fixture
def lot():
    return new_lot()


def new_lot(**changes):
    fields = {"id": 7, "sale": 1, "item": ITEMS[0], "place": PLACES[0], "inventory": "1", "notes": "", "grade": {}, "opened": 0}
    return Lot(**{**fields, "first_close": CLOSE, "close": CLOSE, **changes})


def rows(lot):
    return [(row.user, row.amount) for row in lot.rows]


def test_the_first_bid_pays_the_start(lot):
    """
    A first bid of any height stands at the starting price.
    """
    assert Outcome("winning") == lot.place_bid(ANN, 20, 0)
    assert (1, ANN, 20) == (lot.price, lot.leader, lot.maximum)


def test_a_lower_bid_is_answered_by_the_standing_maximum(lot):
    """
    The bid is accepted and outbid at once; the price moves one step above it.
    """
    lot.place_bid(ANN, 20, 0)

    assert Outcome("outbid") == lot.place_bid(BOB, 12, 10)
    assert (13, ANN) == (lot.price, lot.leader)
    assert [(ANN, 1), (BOB, 12), (ANN, 13)] == rows(lot)


def test_a_tie_favours_the_earlier(lot):
    """
    An equal maximum does not take the lead, and the price is that maximum.
    """
    lot.place_bid(ANN, 20, 0)

    assert Outcome("outbid") == lot.place_bid(BOB, 20, 10)
    assert (20, ANN) == (lot.price, lot.leader)


def test_a_higher_bid_takes_the_lead_one_step_above(lot):
    """
    The new leader pays one step more than the beaten maximum, and history shows that maximum.
    """
    lot.place_bid(ANN, 20, 0)

    assert Outcome("winning") == lot.place_bid(BOB, 50, 10)
    assert (21, BOB, 50) == (lot.price, lot.leader, lot.maximum)
    assert [(ANN, 1), (ANN, 20), (BOB, 21)] == rows(lot)


def test_the_price_never_passes_the_winning_maximum():
    """
    With large steps a maximum less than a step above the second is paid in full.
    """
    lot = new_lot(step=5)
    lot.place_bid(ANN, 10, 0)
    lot.place_bid(BOB, 12, 1)

    assert (12, BOB) == (lot.price, lot.leader)


def test_the_next_bid_is_the_smallest_that_is_taken(lot):
    """
    Others must top the price; the leader must top the own maximum.
    """
    assert lot.next_for(ANN) == 1
    lot.place_bid(ANN, 20, 0)

    assert lot.next_for(BOB) == 2
    assert lot.next_for(ANN) == 21


def test_refusals_change_nothing(lot):
    """
    Too low, the same amount again, not allowed, and too late: each has its word, and the lot stays as it was.
    """
    lot.place_bid(ANN, 20, 0)
    lot.place_bid(BOB, 10, 1)
    before = (lot.price, lot.leader, lot.maximum, rows(lot), lot.close)

    assert Outcome("too-low") == lot.place_bid(CAT, 11, 2)
    assert Outcome("too-low") == lot.place_bid(ANN, 15, 2)
    assert Outcome("duplicate") == lot.place_bid(BOB, 10, 2)
    assert Outcome("duplicate") == lot.place_bid(ANN, 20, 2)
    assert Outcome("ended") == lot.place_bid(CAT, 99, CLOSE)
    lot.blocked = True
    assert Outcome("not-allowed") == lot.place_bid(CAT, 99, 3)
    assert before == (lot.price, lot.leader, lot.maximum, rows(lot), lot.close)


def test_raising_the_own_maximum_moves_no_price(lot):
    """
    A leader may leave more; nobody sees it.
    """
    lot.place_bid(ANN, 20, 0)

    assert Outcome("winning") == lot.place_bid(ANN, 30, 5)
    assert (1, 30, 1) == (lot.price, lot.maximum, len(lot.rows))


@pytest.mark.parametrize(
    ("t", "strict", "close"),
    [
        (CLOSE - 30_001, False, CLOSE),
        (CLOSE - 30_000, False, CLOSE),
        (CLOSE - 29_999, True, CLOSE + 1),
        (CLOSE - 30_000, True, CLOSE),
        (CLOSE - 1, False, CLOSE + 29_999),
    ],
)
def test_a_late_bid_moves_the_close(lot, t, strict, close):
    """
    An accepted bid inside the last 30 seconds moves the close to 30 seconds from then.
    """
    outcome = lot.place_bid(ANN, 5, t, strict=strict)

    assert close == lot.close
    assert outcome.extended == lot.extended
    assert lot.first_close == CLOSE


def test_a_refused_late_bid_moves_nothing(lot):
    """
    Only accepted bids extend.
    """
    lot.place_bid(ANN, 5, 0)
    lot.place_bid(BOB, 1, CLOSE - 5)

    assert lot.close == CLOSE


def test_a_withdrawn_bid_leaves_the_others(lot):
    """
    When the leader's bids are taken back, the rest are played again: price and count fall.
    """
    lot.place_bid(ANN, 20, 0)
    lot.place_bid(BOB, 10, 1)
    lot.place_bid(CAT, 40, 2)
    lot.withdraw(CAT, 3)

    assert (11, ANN) == (lot.price, lot.leader)
    assert [(ANN, 1), (BOB, 10), (ANN, 11)] == rows(lot)


def test_the_past_can_be_seen(lot):
    """
    A stale page shows price, close and history of its own time.
    """
    lot.place_bid(ANN, 20, 100)
    lot.place_bid(BOB, 10, 200)
    lot.end(CLOSE)
    past = lot.as_of(150)

    assert (1, 1, False, ANN) == (past.price, len(past.rows), past.closed, past.leader)
    assert lot.as_of(CLOSE) is lot
    assert lot.closed


def test_words_of_the_market(lot):
    """
    Open, then sold or closed by whether anybody bid; an operator's word stands above both.
    """
    assert lot.status == "open"
    lot.end(CLOSE)
    assert lot.status == "closed"
    lot.leader = ANN
    assert lot.status == "sold"
    lot.word = "paused"
    assert lot.status == "paused"


bids = st.lists(st.tuples(st.integers(1, 4), st.integers(1, 60), st.integers(0, CLOSE + 90_000)), max_size=25)


@given(bids, st.integers(1, 7))
def test_whatever_is_bid_the_rules_hold(orders, step):
    """
    The leader has the highest accepted amount and was first with it; the price is at most that and never falls.
    """
    lot, taken, price = new_lot(step=step), [], 0
    for user, amount, t in sorted(orders, key=lambda order: order[2]):
        if lot.place_bid(user, amount, t).accepted:
            taken.append((amount, user))
        assert lot.price >= price
        price = lot.price
    if taken:
        highest = max(amount for amount, _ in taken)
        assert next(user for amount, user in taken if amount == highest) == lot.leader
        assert highest == lot.maximum >= lot.price
        best_row = max(lot.rows, key=lambda row: row.amount)
        assert lot.price == best_row.amount
