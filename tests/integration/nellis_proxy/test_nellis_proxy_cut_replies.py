"""A small helping of tests/chaos/cut_replies.py: every way to cut a reply, each a few times, on the clock moved by hand."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "chaos"))
from cut_replies import by_hand, many
from front import WAYS

EACH = 8


@pytest.mark.timeout(180)
async def test_no_bid_is_sent_twice_and_every_unknown_is_settled_rightly(engine, tmp_path):
    """One request for each intent at most; within the quarantine nothing is decided; after it, what the site knows."""
    async with by_hand(engine.url, tmp_path, seed=7) as trial:
        await many(trial, EACH * len(WAYS), lots=1)

    assert [] == trial.wrong
    assert set(WAYS) == set(trial.ways)
    assert EACH * len(WAYS) == sum(trial.ends.values())
    assert {"ABSENT", "LEADING", "MOOT", "OUTBID"} <= set(trial.ends)
