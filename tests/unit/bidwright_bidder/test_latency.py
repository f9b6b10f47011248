"""The lead that follows from what was measured."""

from datetime import timedelta

import pytest

from bidwright_bidder.latency import Latency, Rolling


def seconds(value):
    return timedelta(seconds=value)


def test_p99_of_the_last_two_hundred():
    """
    Older ones are forgotten, one in a hundred may be worse.
    """
    rolling = Rolling(0.3)
    for _ in range(50):
        rolling.add(9.0)
    for n in range(200):
        rolling.add(0.5 if n < 198 else 5.0 if n < 199 else 7.0)

    assert seconds(0.5) == rolling.p99
    assert seconds(0.3) == Rolling(0.3).p99


@pytest.mark.parametrize(
    ("reads", "submits", "width", "lead"),
    [
        ([], [], None, 4.1),  # 2 x 0.3 + 0.5 + 1 (never measured) + 2
        ([0.1], [0.1], 0.1, 3.0),
        ([1.0], [0.5], 0.2, 4.7),
        ([30.0], [8.0], 0.1, 30.0),
    ],
)
def test_the_safe_lead(reads, submits, width, lead):
    """
    2 x read p99 + submit p99 + clock width + 2 s, within 3 and 30 s.
    """
    latency = Latency()
    for value in reads:
        latency.reads.add(value)
    for value in submits:
        latency.submits.add(value)

    assert pytest.approx(lead) == latency.safe_lead(None if width is None else seconds(width)).total_seconds()
