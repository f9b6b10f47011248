"""The bound of tests/perf/bound.py: as low as trying everything says, and never above what some plan needs."""

import math
import random
import sys
from itertools import combinations_with_replacement, pairwise, permutations
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "perf"))
from stabbing import apart, chain, stabs, waits

SEEDS = range(30)
STEPS = ((30.0, 9.0), (12.0, 5.0), (0.0, 2.0))


def some_windows(dice, most):
    """Up to *most* windows that begin and end at whole seconds."""
    begins = [dice.randint(0, 8) for _ in range(dice.randint(0, most))]
    return [(float(begin), float(begin + dice.randint(0, 5))) for begin in begins]


def served(windows, instants, capacity):
    """Whether each window can be given one of the *instants* in it, none of them more than *capacity* windows."""
    if not windows:
        return True
    (begin, end), *rest = windows
    for n, (at, room) in enumerate(instants):
        if begin <= at <= end and room > 0 and served(rest, [*instants[:n], (at, room - 1), *instants[n + 1 :]], capacity):
            return True
    return False


def fewest(windows, capacity):
    """The number of instants by trying all sets of deadlines, the small ones first."""
    deadlines = sorted({end for _, end in windows})
    for number in range(len(windows) + 1):
        for chosen in combinations_with_replacement(deadlines, number):
            if served(windows, [(at, capacity) for at in chosen], capacity):
                return number
    raise AssertionError("one instant for each window is always enough")


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("capacity", [1, 2, math.inf])
def test_stabs_are_as_few_as_trying_everything_finds(seed, capacity):
    """Small sets of windows, every choice of instants and every assignment tried."""
    windows = some_windows(random.Random(seed), 5)

    assert fewest(windows, capacity) == stabs(windows, capacity)


@pytest.mark.parametrize("seed", SEEDS)
def test_of_windows_that_one_read_can_serve_one_is_kept(seed):
    """As many are kept as there are instants needed when a read serves all of them at once: no two kept ones meet."""
    windows = some_windows(random.Random(seed), 6)
    kept = apart(windows)

    assert fewest(windows, math.inf) == len(kept)
    assert all(one[1] < other[0] for one, other in pairwise(kept))


def fewest_reads(first, last, close):
    """Reads of one lot by trying all whole seconds and those just before them, in breadth."""
    instants = sorted(at for second in range(int(first), int(last) + 1) for at in (second - 1e-6, float(second)) if at >= first)
    reached, number = {first}, 0
    while not any(at + allowed(close - at) >= last for at in reached):
        reached = {later for at in reached for later in instants if at < later <= at + allowed(close - at)}
        number += 1
    return number


def allowed(left):
    """How old a price may grow that was read when so much was left."""
    return next(pause for beyond, pause in STEPS if left > beyond)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_lot_is_read_no_more_often_than_trying_everything_finds(seed):
    """A lot read at some time before its close, and pauses that shorten in steps."""
    first = float(random.Random(seed).randint(0, 60))

    assert fewest_reads(first, 68.0, 70.0) == len(chain(first, 68.0, 70.0, STEPS))


@pytest.mark.parametrize("seed", SEEDS)
def test_no_plan_that_keeps_to_the_ages_needs_fewer(seed):
    """Lots read when they are due and, as dice fall, before; each request as full as dice fall."""
    dice = random.Random(seed)
    closes = [dice.uniform(20, 80) for _ in range(9)]
    read, requests = dict.fromkeys(range(9), 0.0), 0
    while True:
        due = {n: at + allowed(closes[n] - at) for n, at in read.items() if at + allowed(closes[n] - at) < closes[n] - 1}
        if not due:
            break
        now = min(due.values())
        board = [n for n in sorted(due, key=due.__getitem__) if due[n] == now or dice.random() < 0.5][:4]
        read |= dict.fromkeys(board, now)
        requests += 1
    windows = [window for close in closes for window in chain(0.0, close - 1, close, STEPS)]

    assert stabs(windows, 4) <= requests


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("burst", [1, 3])
def test_no_order_at_the_door_makes_the_longest_wait_shorter(seed, burst):
    """Six requests in every order."""
    dice = random.Random(seed)
    releases = sorted(dice.uniform(0, 3) for _ in range(6))
    found = waits(releases, 0.6, burst)

    assert max(found) == pytest.approx(min(max(in_this(order, 0.6, burst)) for order in permutations(releases)))
    assert sum(found) == pytest.approx(min(sum(in_this(order, 0.6, burst)) for order in permutations(releases)))


def in_this(order, interval, burst):
    """Waits at a door that keeps the last *burst* promises and admits in the given order."""
    admitted, waited = [], []
    for release in order:
        at = max([release, *admitted[-1:]])
        for n in range(burst, len(admitted) + 1):  # of n + 1 in a row the last comes so much after the first at the earliest
            at = max(at, admitted[-n] + (n + 1 - burst) * interval)
        admitted.append(at)
        waited.append(at - release)
    return waited
