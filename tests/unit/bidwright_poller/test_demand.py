"""What gives way when all lots together want more looks than the budget allows."""

import pytest

from bidwright_poller.demand import Stretch, capacity, stretch


def test_nothing_is_stretched_while_the_budget_is_enough():
    """
    Ten lots each 10 s are one look per second.
    """
    found = stretch([10.0] * 10, capacity=1.0)

    assert 10.0 == found(10.0)
    assert 0 == found.shortfall


def test_the_farthest_lots_give_way_first():
    """
    60 lots each minute and 2 each 2 s: one look per second each; with 1.5 the far ones wait twice as long and the near ones not longer.
    """
    found = stretch([60.0] * 60 + [2.0] * 2, capacity=1.5)

    assert [120.0, 2.0] == [found(60.0), found(2.0)]
    assert 0.5 == pytest.approx(found.shortfall)


def test_the_next_nearer_band_gives_way_when_the_farthest_is_stretched_eightfold():
    """
    With 1 look per second for 2: the far ones keep an eighth, the near ones get the rest.
    """
    found = stretch([60.0] * 60 + [2.0] * 2, capacity=1.0)

    assert 480.0 == pytest.approx(found(60.0))
    assert 2 / 0.875 == pytest.approx(found(2.0))


def test_when_all_have_given_way_all_give_alike():
    """
    The planned looks never exceed the capacity.
    """
    pauses = [60.0] * 600 + [2.0] * 200

    found = stretch(pauses, capacity=2.0)

    assert 2.0 == pytest.approx(sum(1 / found(pause) for pause in pauses))


def test_a_pause_nobody_wished_for_gives_way_like_the_next_shorter_one():
    """
    A lot that comes new between two plans is not favoured.
    """
    found = Stretch({2.0: 1.0, 60.0: 4.0})

    assert [400.0, 10.0, 1.0] == [found(100.0), found(10.0), found(1.0)]


def test_capacity_leaves_room_for_bids():
    """
    80 % of the gate's 10/1.4 per second; less three requests for each close within the minute and what other ends
    take; never less than a fifth; times cover.
    """
    gate = 10 / 1.4

    assert [0.8 * gate, 0.8 * gate - 2, 0.8 * gate - 3, gate / 5, 3 * 0.8 * gate] == pytest.approx(
        [
            capacity(10, closing=0, cover=1),
            capacity(10, closing=40, cover=1),
            capacity(10, closing=40, cover=1, ends=1.0),
            capacity(10, closing=500, cover=1),
            capacity(10, closing=0, cover=3),
        ]
    )
