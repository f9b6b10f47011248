"""Groups: the best buys act, the others hold with a sentence; never one too many, never one forgone that could be had."""

import os
import sys
from pathlib import Path
from random import Random

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # town.py, beside the tests that use it
from town import GROUP, Stall, Town

EXAMPLES = int(os.environ.get("BIDWRIGHT_GROUP_EXAMPLES", "10"))


async def opened(redis, stalls, wanted=1, **fields):
    """A town ready to run."""
    town = Town(redis, stalls, wanted=wanted, rng=Random(1))
    await town.open(**fields)
    return town


async def test_the_better_buy_goes_first_and_the_other_says_so(redis):
    """One of two: the one further below its limit is bid on, the other names it and why."""
    town = await opened(redis, [Stall("1", 20, cap=30, price=20), Stall("2", 22, cap=30, price=10)])
    for _ in range(11):
        await town.step()

    assert (
        "Will NOT bid, because lot 2 (Drill 2) of its group is the better buy: its next bid is $19 below your limit, here it is $9 below."
        == town.said["1"]
    )
    await town.run()
    assert ["2"] == [stall.id for stall in town.stalls if stall.leading]


async def test_ties_go_by_the_earlier_close(redis):
    """Two equal buys: the one that closes first, and the sentence says that they are equal."""
    town = await opened(redis, [Stall("1", 24, cap=30), Stall("2", 22, cap=30)])
    for _ in range(12):
        await town.step()

    assert "Will NOT bid, because lot 2 (Drill 2) of its group is as good a buy and goes first." == town.said["1"]
    await town.run()
    assert ["2"] == [stall.id for stall in town.stalls if stall.leading]


async def test_what_is_won_ends_the_rest(redis):
    """Once as many are won as are wanted, the others say so."""
    town = await opened(redis, [Stall("1", 20, cap=30), Stall("2", 90, cap=25)])
    for _ in range(40):
        await town.step()

    assert "Will NOT bid, because enough lots of its group are won." == town.said["2"]
    await town.run()
    assert (1, False) == (town.won, town.stalls[1].leading)


async def test_a_lot_gets_its_chance_when_the_better_one_is_out_of_reach(redis):
    """The better buy is bid up beyond its limit; the next one is bid on then."""
    town = await opened(
        redis, [Stall("1", 20, cap=30, price=20, rivals=[]), Stall("2", 22, cap=30, price=5, rivals=[(11.5, 50), (11.6, 48)])]
    )
    await town.run()

    assert (True, False) == (town.stalls[0].leading, town.stalls[1].leading)


async def test_a_lot_that_no_budget_lets_act_holds_nobody_back(redis):
    """The better buy cannot be paid for; the other one is bid on."""
    town = await opened(redis, [Stall("1", 20, cap=30, price=20), Stall("2", 22, cap=30, price=5, broke=True)])
    await town.run()

    assert (True, False) == (town.stalls[0].leading, town.stalls[1].leading)


async def test_a_lot_that_closes_much_later_holds_nobody_back(redis):
    """Only what wants to act within two minutes competes."""
    town = await opened(redis, [Stall("1", 20, cap=30, price=20), Stall("2", 200, cap=30)])
    await town.run()

    assert (True, False) == (town.stalls[0].leading, town.stalls[1].leading)


async def test_wanting_more_lets_another_one_act(redis):
    """A raised number opens the group again, also after enough were won."""
    town = await opened(redis, [Stall("1", 20, cap=30), Stall("2", 90, cap=25)])
    for _ in range(40):
        await town.step()
    await town.t.group(GROUP, 2)
    await town.run()

    assert 2 == town.won


def scenario(seed: int) -> tuple[list[Stall], int, float]:
    """Lots that close within a minute of each other, some contested, some that cannot be bid on, some with unknown outcomes."""
    rng = Random(seed)
    stalls = []
    for number in range(rng.randint(2, 5)):
        close = rng.choice([13, 14, 16, 20, 21, 30, 45]) + rng.random()
        price, cap = rng.randint(0, 30), rng.randint(5, 40)
        rivals = []
        if rng.random() < 0.4:
            rivals = [(close - rng.choice([12, 9.5, 6, 3, 1]), price + rng.randint(1, 20)) for _ in range(rng.randint(1, 3))]
        odd = rng.random()
        stalls.append(Stall(str(number + 1), close, cap, price, rivals, takes_us=odd > 0.08, broke=odd > 0.92))
    return stalls, rng.randint(1, 3), rng.choice([0.0, 0.0, 0.15])


@pytest.mark.timeout(0)
async def test_never_one_too_many_and_none_forgone(redis):
    """
    Many random groups: no more is ever led or won than is wanted, and no lot that nobody else bids on, that could be paid for and
    that no better buy stood before, is let go. Where nothing is contested and nothing fails, as many are won as can be.
    """
    for seed in range(EXAMPLES):
        await redis.flushall()
        stalls, wanted, faults = scenario(seed)
        town = Town(redis, stalls, wanted=wanted, rng=Random(seed), faults=faults)
        await town.open()
        plain = not faults and all(not s.contested and s.takes_us for s in stalls)
        could = sum(not s.broke and s.next_bid <= s.cap for s in stalls)
        await town.run()

        assert town.most_led <= wanted, seed
        assert town.won <= wanted, seed
        assert [] == [s.id for s in stalls if s.missed], seed
        if plain:
            assert min(wanted, could) == town.won, seed
