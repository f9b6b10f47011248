"""The switch in front of smart."""

import pytest

from bidwright import Hold
from bidwright.plugins import load
from bidwright.runtime.toggles import Toggles, declared
from bidwright.testing import make_lot
from bidwright_bidder.strategies import Strategies
from bidwright_bidder.wrapping import Wrapping
from bidwright_strategy_smart import SMART_BIDDING


@pytest.fixture
def ask(transitions, clock):
    """Asks strategies as the bidder does, with live toggles."""
    plugins = load(installed=["strategy-auto", "strategy-smart"])
    toggles = Toggles(transitions, clock, declared(plugins), env={})
    strategies = Strategies(plugins, None, Wrapping(plugins, toggles, clock))

    async def one(name: str, lot_id: str = "1"):
        clock.advance(1)
        await toggles.refresh()
        lot = make_lot(lot_id=lot_id, params=await strategies.params(name, ""))
        return await strategies.decide(name, lot, lot.seen_at)

    return one


async def test_off_it_holds_and_says_what_to_switch(ask, redis):
    """
    As it comes, and within a second of the live value; other strategies go on.
    """
    assert "USE_SMART_BIDDING" in (await ask("smart")).why
    await redis.set("feature:smart_bidding", "true")
    assert "switched off" not in (await ask("smart")).why
    await redis.set("feature:smart_bidding", "rubbish")
    assert "switched off" in (await ask("smart")).why
    assert "switched off" not in (await ask("auto")).why


async def test_a_percentage_is_for_lots(ask, redis):
    """
    The same lots each time.
    """
    await redis.set("feature:smart_bidding", "50%")
    once = [isinstance(one, Hold) and "switched off" in one.why for one in [await ask("smart", str(n)) for n in range(40)]]
    again = [isinstance(one, Hold) and "switched off" in one.why for one in [await ask("smart", str(n)) for n in range(40)]]

    assert once == again
    assert 5 < sum(once) < 35


def test_money_needs_a_readable_word():
    """
    An unreadable value is off.
    """
    assert SMART_BIDDING.money
