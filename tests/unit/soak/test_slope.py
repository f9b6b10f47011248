"""Slopes with their bounds, and what a soak calls growing."""

import math
import random
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "soak"))
from slope import slope
from soak import figures

HOUR = [float(second) for second in range(0, 3600, 5)]


def test_a_line_is_found_exactly():
    """Without noise the bounds lie on it."""
    found = slope(HOUR, [100 + second / 360 for second in HOUR])

    assert (10.0, 10.0, 10.0) == pytest.approx((found.per_hour, found.low, found.high))
    assert found.grows


@pytest.mark.parametrize("seed", range(20))
def test_noise_alone_does_not_surely_grow_much(seed):
    """A process that breathes by a few MiB, each sample much like the one before: the bounds hold zero, or nearly."""
    dice, value, values = random.Random(seed), 0.0, []
    for _ in HOUR:
        value = 0.9 * value + dice.gauss(0, 0.5)
        values.append(100 + value)

    assert slope(HOUR, values).low < 1.5


def test_a_leak_under_the_same_noise_is_found():
    """Ten MiB an hour."""
    dice, value, values = random.Random(1), 0.0, []
    for second in HOUR:
        value = 0.9 * value + dice.gauss(0, 0.5)
        values.append(100 + value + second / 360)

    assert slope(HOUR, values).low > 4


@pytest.mark.parametrize("few", [[], [1.0], [1.0, 2.0]])
def test_too_few_samples_say_nothing(few):
    """Everything is possible."""
    found = slope(HOUR[: len(few)], few)

    assert (-math.inf, math.inf, False) == (found.low, found.high, found.grows)


def run(minutes, **grows):
    """A soak whose *bidder* holds what the functions of minutes say."""
    samples = []
    for number in range(int(minutes * 12)):
        at = number * 5.0
        held = {"own": 60.0, "fds": 30.0, "tasks": 40.0, **{what: of(at / 60) for what, of in grows.items()}}
        samples.append((at, {"bidder": held}))
    return figures(minutes, samples, [])


def test_what_grows_is_named():
    """Memory, descriptors, tasks; and a part that ended."""
    assert [] == run(30)["grows"]
    assert ["bidder surely grows by 60.0 MiB/h or more"] == run(30, own=lambda minute: 60 + minute)["grows"]
    assert "more file descriptors" in run(30, fds=lambda minute: 30 + 3 * minute)["grows"][0]
    assert "more tasks" in run(30, tasks=lambda minute: 40 + 5 * minute)["grows"][0]
    assert ["bidder ended and was started again"] == figures(30, [(0.0, {}), (5.0, {})], ["bidder"])["grows"]


def test_a_short_run_judges_nothing():
    """Three minutes show that it works, not that nothing grows."""
    assert (False, True) == (run(3)["judged"], run(20)["judged"])
