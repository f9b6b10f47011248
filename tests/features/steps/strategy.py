"""A strategy is shown a lot, and answers."""

from datetime import timedelta

import pytest
from pytest_bdd import given, parsers, then, when

from bidwright import Bid, Hold, Money, Wait
from bidwright.plugins import load
from bidwright.proper import unusable
from bidwright.testing import make_lot
from bidwright.testing.lot import NOW


@pytest.fixture(scope="session")
def strategies():
    """The built-in strategies by name."""
    return {name: thing for name, (thing, _) in load(dropins=None).collect("register_strategies", unusable).items()}


@pytest.fixture
def shown(story):
    """What the lot is made of."""
    story.settings = {}
    story.shown = {}
    return story.shown


@given(parsers.parse("a lot at ${price:d} that closes in {seconds:d} seconds, with a limit of ${cap:d}"))
def _a_lot(shown, price, seconds, cap):
    shown.update(price=price, cap=cap, closes_in=timedelta(seconds=seconds))


@given(parsers.parse("a lot at ${price:d} without a next bid, with a limit of ${cap:d}"))
def _without(shown, price, cap):
    shown.update(price=price, cap=cap, next_bid=0, closes_in=timedelta(seconds=5))


@given(parsers.parse("the setting {name} is {value:d}"))
def _setting(story, shown, name, value):
    story.settings[name] = value


@given(parsers.parse("bids are safe no later than {seconds:d} seconds before the close"))
def _safe(shown, seconds):
    shown["safe_lead"] = timedelta(seconds=seconds)


@given(parsers.re(r"a bid of ours was outbid (?P<seconds>\d+) seconds? ago"))
def _outbid(shown, seconds):
    shown.update(placed=1, rested=timedelta(seconds=int(seconds)))


@given(parsers.parse("extensions have moved the close by {minutes:d} minutes"))
def _war(shown, minutes):
    shown["war"] = timedelta(minutes=minutes)


@given("it is ours")
def _leading(shown):
    shown.update(leading=True, placed=1)


@when(parsers.re(r"(?P<name>sniping|auto|manual|smart) is asked"))
def _asked(story, shown, strategies, name):
    strategy = strategies[name]
    story.view = make_lot(**shown, params=strategy.params.model_validate(story.settings))
    story.answer = strategy.decide(story.view, NOW)


@then(parsers.parse("it bids ${amount:d}"))
def _bids(story, amount):
    assert isinstance(story.answer, Bid)
    assert Money.whole(amount) == story.answer.amount


@then(parsers.parse('it holds because "{why}"'))
def _holds(story, why):
    assert Hold(why) == story.answer


@then(parsers.parse("it waits until {seconds:d} seconds before the close"))
def _waits(story, seconds):
    assert isinstance(story.answer, Wait)
    assert story.view.closes_at - timedelta(seconds=seconds) == story.answer.until


@then(parsers.re(r"it waits (?P<seconds>\d+) seconds? more"))
def _waits_more(story, seconds):
    assert Wait(NOW + timedelta(seconds=int(seconds)), "in answer to an outbid") == story.answer


@then(parsers.parse('it gives as reason "{why}"'))
def _why(story, why):
    assert why == story.answer.why
