"""The shipped scripts in a storm: seed after seed, every promise looked at after every step."""

import os

import pytest
from storm.run import Engines, run_seed

SEEDS = int(os.environ.get("BIDWRIGHT_SEEDS", "300"))
BLOCK = 10


@pytest.mark.parametrize("first", range(0, SEEDS, BLOCK))
def test_no_promise_is_broken(storms: Engines, first: int) -> None:
    """
    Whatever crashes, is lost, late or doubled: no cap, budget or halt is passed, nothing is sent twice, and everything comes to rest.
    """
    broken = [result for result in (run_seed(storms, seed) for seed in range(first, min(first + BLOCK, SEEDS))) if result.broken]

    assert not broken, "\n\n".join(map(str, broken))


def test_a_seed_is_the_same_every_time(storms: Engines) -> None:
    """
    A failing seed can be looked at again: its number and variant are all there is to it.
    """
    once, again = run_seed(storms, 3), run_seed(storms, 3)

    assert once.tally == again.tally


def test_a_storm_bids(storms: Engines) -> None:
    """
    Seeds in which nothing happens would prove nothing: bids are reserved, claimed and written, workers die, answers are lost.
    """
    tally = sum((run_seed(storms, seed).tally for seed in range(20)), start=type(run_seed(storms, 0).tally)())

    for what in ("reservations", "claims", "writes", "crashes", "pauses", "losses", "halts", "clock steps"):
        assert tally[what] > 20, (what, tally)
