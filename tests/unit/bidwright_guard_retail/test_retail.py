"""The guard against paying more than a thing is worth."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bidwright import Bid, LotView, Money
from bidwright_guard_retail import PERCENT, hold_bid

NOW = datetime(2026, 9, 21, 14, 0, tzinfo=UTC)
LOT = LotView("1", "Lamp", Money(100), Money(200), Money(90_000), NOW, NOW, NOW, leading=False, retail=Money(10_000))


@pytest.mark.parametrize(
    ("percent", "dollars", "held"),
    [("", 1000, False), ("60", 60, False), ("60", 61, True), ("100", 100, False), ("100", 101, True), ("0", 1, True), ("250", 250, False)],
)
def test_holds_above_the_share(monkeypatch, percent, dollars, held):
    """
    To the dollar; unset holds nothing.
    """
    monkeypatch.setenv(PERCENT, percent)

    assert held == (hold_bid(Bid(Money.whole(dollars)), LOT) is not None)


def test_says_what_it_weighed(monkeypatch):
    """
    As the end of "Will NOT bid, because".
    """
    monkeypatch.setenv(PERCENT, "60")

    assert "$70 is more than 60 % of the retail price, $100" == hold_bid(Bid(Money.whole(70)), LOT)


@pytest.mark.parametrize("given", ["sixty", "-5", "60%", "6.5"])
def test_a_value_that_is_none_holds_everything(monkeypatch, given):
    """
    It was meant to hold something.
    """
    monkeypatch.setenv(PERCENT, given)

    assert "whole number of percent" in (hold_bid(Bid(Money.whole(1)), LOT) or "")


def test_a_lot_without_a_retail_price_passes(monkeypatch):
    """
    Nothing is known that could be too much.
    """
    monkeypatch.setenv(PERCENT, "60")

    assert hold_bid(Bid(Money.whole(500)), replace(LOT, retail=None)) is None
