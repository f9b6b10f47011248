"""Planned instants that collide are moved to earlier ones."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bidwright_bidder.spread import gap_ms, spread


def test_lots_that_are_far_enough_apart_are_not_moved():
    """
    The plan changes nothing without need.
    """
    assert {"a": 0, "b": 0} == spread([(10_000, "a"), (11_000, "b")], gap=500)


def test_lots_that_share_an_instant_go_one_gap_apart():
    """
    The last keeps its own; ties go by id, so every replica has the same plan.
    """
    assert {"c": 0, "b": 500, "a": 1000} == spread([(10_000, "a"), (10_000, "c"), (10_000, "b")], gap=500)


def test_a_crowd_pushes_its_neighbours():
    """
    A lot just before the crowd moves as far as it must.
    """
    assert {"b": 0, "a": 400, "z": 0} == spread([(9_900, "a"), (10_000, "b"), (5_000, "z")], gap=500)


@given(st.lists(st.integers(0, 70_000), min_size=1, max_size=120))
def test_every_lot_gets_its_slot(closes):
    """
    Whatever the closes: no two slots nearer than the gap, and nobody later than planned.
    """
    gap = 420
    earlier = spread([(close, str(n)) for n, close in enumerate(closes)], gap)
    slots = sorted(close - earlier[str(n)] for n, close in enumerate(closes))

    assert all(after - before >= gap for before, after in pairwise(slots))
    assert all(shift >= 0 for shift in earlier.values())


def test_a_hundred_closes_within_seventy_seconds_fit():
    """
    At ten requests a second nobody has to act more than a second and a half early.
    """
    earlier = spread([(n * 700, str(n)) for n in range(100)], gap_ms(10))

    assert 0 == max(earlier.values())
    assert 3 * 1.4 / 10 * 1000 == gap_ms(10)
