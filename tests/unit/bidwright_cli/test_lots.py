"""Lots as verbs name and show them."""

import pytest

from bidwright_cli.exits import Exit, Stop
from bidwright_cli.lots import brief, left, number_of, row, state

AUCTION = {
    "id": "70012345",
    "title": "Cordless lamp",
    "status": "monitoring",
    "config": {"maxBid": 40, "strategy": "auto", "strategyName": "sniping", "autoBid": True},
    "data": {"currentBid": 14, "nextBid": 15, "isWinning": False, "timeRemaining": 412, "closeTime": "2026-09-21T14:53:50.000Z"},
    "outcome": None,
    "forecast": {"kind": "will", "sentence": "Will bid up to $40"},
    "inDoubt": None,
}


@pytest.mark.parametrize(
    "text", ["70012345", "https://www.nellisauction.com/p/lamp/70012345", "https://x.test/p/lamp/70012345/?a=1#b", " 70012345 "]
)
def test_number_is_found(text):
    """A lot is named by its number or its page."""
    assert "70012345" == number_of(text)


@pytest.mark.parametrize("text", ["", "lamp", "-5", "7.5", "https://www.nellisauction.com/", "1" * 19, "٣"])
def test_no_number_is_a_usage_error(text):
    """Anything else is refused as a wrong command line."""
    with pytest.raises(Stop) as stop:
        number_of(text)

    assert Exit.USAGE == stop.value.code


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({}, "armed"),
        ({"config": {**AUCTION["config"], "autoBid": False}}, "watching"),
        ({"data": {**AUCTION["data"], "isWinning": True}}, "winning"),
        ({"inDoubt": "i-1"}, "in doubt"),
        ({"status": "error"}, "error"),
        ({"status": "ended", "outcome": "won"}, "won"),
    ],
)
def test_state_is_one_word(change, word):
    """Each lot is in one state, told in one word."""
    assert word == state(brief({**AUCTION, **change}))


def test_unseen_lot_can_be_shown():
    """A lot that was not read yet has a row as well."""
    assert ("70012345", "armed", "?", "$40", "sniping", "?", "Cordless lamp") == row(brief({**AUCTION, "data": None}))


@pytest.mark.parametrize(("seconds", "text"), [(None, "?"), (9, "9s"), (187, "3m 07s"), (3900, "1h 05m")])
def test_time_left_is_short(seconds, text):
    """Time left reads as a person would say it."""
    assert text == left(seconds)
