"""The same amount refused again and again."""

import pytest

from bidwright.records import IntentRecord
from bidwright_bidder.rebuffs import pause_ms, refused_for_good


def intents(*states, amount=1000):
    rows = [{"state": state, "amount": str(amount), "why": "odd", "ended": "50000"} for state in states]
    return [IntentRecord.from_hash(str(n), row) for n, row in enumerate(rows)]


def test_three_refusals_of_one_amount_are_enough():
    """
    With the site's reason.
    """
    assert "odd" == refused_for_good(intents("REJECTED", "REJECTED", "REJECTED"), 1000)
    assert "" == refused_for_good(intents("REJECTED", "REJECTED", "OUTBID", "REJECTED"), 1000)
    assert "" == refused_for_good(intents("CANCELLED", "CANCELLED", "EXPIRED"), 1000)


def test_another_amount_is_another_matter():
    """
    The price moved: the refusals say nothing about it.
    """
    assert "" == refused_for_good(intents("REJECTED", "REJECTED", "REJECTED"), 1100)
    assert 0 == pause_ms(intents("REJECTED"), 1100, 50_000)


@pytest.mark.parametrize(("times", "pause"), [(0, 0), (1, 1000), (2, 2000), (3, 4000), (9, 60_000)])
def test_pauses_grow(times, pause):
    """
    From the end of the newest failure.
    """
    assert pause == pause_ms(intents(*["CANCELLED"] * times), 1000, 50_000)


def test_a_pause_that_is_over_is_none():
    """
    Time has passed already.
    """
    assert 0 == pause_ms(intents("EXPIRED"), 1000, 60_000)
