"""The fixtures for a strategy's tests."""

import sys
from datetime import timedelta

import pytest

from bidwright import Bid, Money, OfferParams
from bidwright.testing import HandClock

pytest_plugins = ["bidwright.testing.pytest_plugin"]


class Eager:
    """
    Bids the next acceptable amount at once.
    """

    name, description, version, params = "eager", "Bids at once.", "1", OfferParams

    def decide(self, lot, now):
        return lot.params.offer(lot)


def test_lots_are_seen_by_the_clock(clock, make_lot):
    """
    Once it was moved, a lot is seen later.
    """
    assert isinstance(clock, HandClock)
    clock.advance(60)
    lot = make_lot(price=12, closes_in=timedelta(seconds=20))

    assert (clock.now(), Money.whole(12), clock.now() + timedelta(seconds=20)) == (lot.seen_at, lot.price, lot.closes_at)


def test_a_sale_gives_a_result(sale):
    """
    The same for the same seed, with default settings or given ones.
    """
    result = sale(Eager(), lots=8, seed=3)

    assert ("eager", 8, 0) == (result.strategy, result.lots, result.failed)
    assert result == sale(Eager(), lots=8, seed=3)
    assert result != sale(Eager(), lots=8, seed=4)
    assert result != sale(Eager(), lots=8, seed=3, params=OfferParams(buffer=50))


def test_an_eager_strategy_is_asked_with_its_settings(make_lot, clock):
    """
    A lot carries the settings that it was made with.
    """
    assert Bid(Money.whole(16)) == Eager().decide(make_lot(params=OfferParams(buffer=5)), clock.now())


def test_without_the_simulated_site_there_is_no_sale(sale, monkeypatch):
    """
    The test is skipped, and the reason says what to install.
    """
    monkeypatch.setitem(sys.modules, "bidwright_simulator.site", None)

    with pytest.raises(pytest.skip.Exception, match="bidwright-simulator"):
        sale(Eager(), lots=1)
