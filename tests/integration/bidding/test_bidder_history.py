"""A strategy that asks for it is shown the prices seen so far."""

from bidwright import Hold, Params
from bidwright_bidder.views import MOST_PRICES


class Looking:
    """
    Holds, and remembers what it was shown last.
    """

    name, description, version, params = "sniping", "For tests.", "1", Params

    def __init__(self, *, wants_history):
        self.wants_history, self.shown = wants_history, None

    def decide(self, lot, now):
        self.shown = lot
        return Hold("it only looks")


def _watched_by(system, strategy):
    system.bidder.strategies._built_in["sniping"] = (strategy, "test")
    lot = system.open_lot(600, price=3)
    system.watch(lot)
    system.go(3)
    return lot


def test_prices_are_shown_in_site_time_oldest_first(system):
    """What the poller saw, up to the present price."""
    looking = Looking(wants_history=True)
    lot = _watched_by(system, looking)
    system.site.bid(77, system.at_site(lot), 9)
    system.go(70)

    view = looking.shown
    assert view.price == view.history[-1].price
    assert 2 <= len(view.history) <= MOST_PRICES
    assert sorted(point.at for point in view.history) == [point.at for point in view.history]
    assert view.price_since == view.history[-1].at
    assert len(view.history) == len(system.run(system.records.history(lot)))


def test_the_newest_are_read(system):
    """The records give no more than was asked for."""
    lot = _watched_by(system, Looking(wants_history=True))
    for cents in range(1, 6):
        system.run(system.redis.rpush(f"{system.records.prefix}hist:{lot}", f"{cents} {cents} read"))

    assert [(4, 4, "read"), (5, 5, "read")] == system.run(system.records.history(lot, 2))
    assert 5 < len(system.run(system.records.history(lot)))


def test_nobody_else_is_shown_any(system):
    """Who does not ask costs no read."""
    looking = Looking(wants_history=False)
    _watched_by(system, looking)

    assert () == tuple(looking.shown.history)
