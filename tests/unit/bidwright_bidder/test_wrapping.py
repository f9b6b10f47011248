"""What installed plugins put around strategies (``wrap_strategy``)."""

from types import SimpleNamespace

import pytest

from bidwright import Bid, Hold, Money, Toggle, hookimpl
from bidwright.plugins import Plugins, admit, load
from bidwright.runtime.toggles import Toggles
from bidwright.testing import make_lot
from bidwright_bidder.strategies import Strategies
from bidwright_bidder.wrapping import Wrapping

VACATION = Toggle(name="vacation", env="USE_VACATION", default=False, kind="operational", description="", owner="me")


class Never:
    """Holds while somebody is away."""

    def __init__(self, strategy):
        self.name, self.description, self.version, self.params = strategy.name, strategy.description, strategy.version, strategy.params

    def decide(self, lot, now):
        return Hold("on vacation")


@pytest.fixture
def make(transitions, clock):
    """Strategies of ``strategy-auto`` with the given ``wrap_strategy`` around them."""

    def one(*wraps):
        plugins: Plugins = load(installed=["strategy-auto"])
        for number, wrap in enumerate(wraps):
            admit(plugins, f"mine-{number}", lambda wrap=wrap: SimpleNamespace(wrap_strategy=hookimpl(wrap)))
        assert [] == plugins.problems
        toggles = Toggles(transitions, clock, [VACATION], env={})
        return Strategies(plugins, None, Wrapping(plugins, toggles, clock)), toggles

    return one


async def ask(strategies):
    """What auto says about an ordinary lot."""
    lot = make_lot(params=await strategies.params("auto", ""))
    return await strategies.decide("auto", lot, lot.seen_at)


async def test_a_wrapping_follows_its_toggle(make, redis, clock):
    """
    None leaves the strategy as it is; the chain is built anew when a toggle changes.
    """

    def wrap_strategy(strategy, around):
        return Never(strategy) if around.is_on(VACATION) else None

    strategies, toggles = make(wrap_strategy)
    assert isinstance(await ask(strategies), Bid)
    await redis.set("feature:vacation", "true")
    clock.advance(1)
    await toggles.refresh()
    assert Hold("on vacation") == await ask(strategies)


async def test_a_wrapping_that_raises_is_left_out(make):
    """
    The strategy works without it; raising while it decides means "hold".
    """

    def wrap_strategy(strategy):
        raise ValueError("boom")

    def wrap_strategy_badly(strategy):
        wrapped = Never(strategy)
        wrapped.decide = lambda lot, now: 1 / 0
        return wrapped

    strategies, _ = make(wrap_strategy)
    assert isinstance(await ask(strategies), Bid)
    strategies, _ = make(wrap_strategy_badly)
    assert "strategy auto (strategy-auto) failed: ZeroDivisionError" in (await ask(strategies)).why


async def test_what_is_no_strategy_wraps_nothing(make):
    """
    Nor does what answers nonsense bid.
    """

    def wrap_strategy(strategy):
        return object()

    def wrap_with_nonsense(strategy):
        wrapped = Never(strategy)
        wrapped.decide = lambda lot, now: Bid(Money(-5))
        return wrapped

    strategies, _ = make(wrap_strategy)
    assert isinstance(await ask(strategies), Bid)
    strategies, _ = make(wrap_with_nonsense)
    assert "gave no proper answer" in (await ask(strategies)).why
