"""Receipts: steps in the order of time, whatever the clocks did."""

import pytest

from bidwright.records import IntentRecord, LotRecord
from bidwright_gateway.receipts import receipt, times

T = 1_790_000_000_000
INTENT = {
    "state": "LEADING",
    "lot": "7",
    "amount": "1500",
    "mode": "live",
    "strategy": "auto",
    "created": "100",
    "sent": "110",
    "ended": "140",
}
WALL = {"created_at": str(T), "sent_at": str(T + 10), "ended_at": str(T + 40)}


LEADS = LotRecord.from_hash("7", {"leading": "1", "cap_ver": "1"})


def made(history=(), lot=LEADS, **fields):
    intent = IntentRecord.from_hash("i", {**INTENT, **WALL, **fields})
    return receipt(intent, lot, 5, list(history), newest=True)


def delays(found):
    return [step["afterMs"] for step in found["steps"]]


def test_wall_times_are_used_when_there_are_any():
    """Records of before have only steady times, which the shift turns into wall times."""
    old = {**INTENT, "created_at": "0"}
    assert (T, T + 10, T + 40) == times(IntentRecord.from_hash("i", {**INTENT, **WALL}), 5)
    assert (105, 115, 145) == times(IntentRecord.from_hash("i", old), 5)


def test_a_clock_set_back_gives_no_negative_delay():
    """The wall clock may be corrected between two steps."""
    found = made(sent_at=str(T - 203))
    assert [None, 0, 40, 0] == delays(found)


def test_a_read_that_saw_the_bid_before_the_answer_stands_before_it():
    """The steps follow the time, not the plan."""
    found = made(history=[(T + 20, 1500, "read")])
    assert ["armed", "submitted", "seen", "acknowledged", "winning"] == [step["step"] for step in found["steps"]]
    assert [None, 10, 10, 20, 0] == delays(found)


def test_outbid_is_told_when_the_price_went_above():
    """A bid that led first was outbid when somebody bid more, not when the site answered."""
    lot = LotRecord.from_hash("7", {"obs_started": "9999", "cap_ver": "1"})
    found = made(history=[(T + 50, 1500, "read"), (T + 9000, 1600, "live")], lot=lot)
    assert ("outbid", T + 9000) == (found["word"], found["steps"][-1]["at"])


@pytest.mark.parametrize(("outcome", "at"), [("won", T + 60_000), ("lost", T + 60_000)])
def test_the_end_of_a_lot_ends_its_newest_receipt(outcome, at):
    """At the time the lot ended."""
    lot = LotRecord.from_hash("7", {"final": "1", "outcome": outcome, "ended_at": str(at), "price": "1500", "cap_ver": "1"})
    found = made(history=[(T + 50, 1500, "read")], lot=lot)
    assert (outcome, at) == (found["steps"][-1]["step"], found["steps"][-1]["at"])


def test_a_paper_bid_never_claims_that_the_site_took_or_showed_it():
    """In dry run nothing reaches the site, so nothing can be seen there."""
    found = made(history=[(T + 20, 1500, "read")], mode="dry")
    assert ["armed", "submitted", "acknowledged", "winning"] == [step["step"] for step in found["steps"]]
    assert "Counts on paper; nothing went to the site" == found["steps"][2]["sentence"]


def test_an_open_receipt_has_no_end_yet():
    """What is not known has no time."""
    found = made(state="SENDING", ended="0", ended_at="0")
    assert (["armed", "submitted", "sent"], None) == ([step["step"] for step in found["steps"]], found["steps"][-1]["at"])
