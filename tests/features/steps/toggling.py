"""Switches: one by itself over a real store, and those of the running services."""

import pytest
from pytest_bdd import given, parsers, step, then, when

from bidwright import Subject, Toggle
from bidwright.runtime.toggles import KEYS, Toggles
from bidwright.toggle import STATE_MACHINE

LOTS = [str(70_000_000 + number) for number in range(1000)]


@pytest.fixture
def switch(books, story):
    """The switch, and what the environment says of it."""
    story.toggle = Toggle("trial", "USE_TRIAL", default=True, kind="release", description="A trial.", owner="features")
    story.env = {}
    return story


def _look(books, story):
    toggles = Toggles(books.t, books.clock, [story.toggle], env=story.env)
    books.do(toggles.refresh(at_once=True))
    return toggles


def _live(books, value):
    books.do(books.redis.set(f"{KEYS}trial", value))


@given(parsers.re(r"a switch (?P<money>for money )?that is on by default"))
def _a_switch(switch, money):
    if money:
        switch.toggle = Toggle("trial", "USE_TRIAL", default=True, kind="release", description="A trial.", owner="features", money=True)


@given("the switch state_machine")
def _state_machine(switch):
    switch.toggle = STATE_MACHINE


@given(parsers.parse("the environment says {value}"))
def _environment(story, value):
    story.env[story.toggle.env] = value


@step(parsers.parse("the live value is {value}"))
def _value(books, story, value):
    taken = value == "taken away"
    books.do(books.redis.delete(KEYS + story.toggle.name) if taken else books.redis.set(KEYS + story.toggle.name, value))


@given("somebody put a list where the live value should be")
def _a_list(books):
    books.do(books.redis.rpush(f"{KEYS}trial", "true"))


@step("somebody who saw true sets it to 10%")
def _moved(books, story):
    story.answer = books.do(books.t.toggle("trial", "10%", by="page", why="", expect="true", keys=KEYS))


@then(parsers.re(r"it is (?P<word>on|off), by (?P<reason>.+)"))
def _holds(books, story, word, reason):
    verdict = _look(books, story).verdict(story.toggle, LOTS[0])
    assert (word == "on", reason) == (verdict.on, verdict.reason if reason != "locked" else verdict.reason.split(":")[0])


@then(parsers.re(r"it is (?P<word>on|off) for a lot with (?P<strategy>\w+)"))
def _for_a_lot(books, story, word, strategy):
    assert (word == "on") is _look(books, story).is_on(story.toggle, Subject(LOTS[0], strategy))


@then("about a quarter of 1000 lots have it")
def _quarter(books, story):
    story.in_it = _in_it(books, story)
    assert 200 <= len(story.in_it) <= 300


@then("they have it again when asked again")
def _again(books, story):
    assert story.in_it == _in_it(books, story)


@then("the lots at 10% are among the lots at 30%")
def _grows(books, story):
    _live(books, "10%")
    few = _in_it(books, story)
    _live(books, "30%")
    assert few
    assert few < _in_it(books, story)


def _in_it(books, story):
    toggles = _look(books, story)
    return {lot for lot in LOTS if toggles.is_on(story.toggle, lot)}


@then(parsers.parse("the audit says that {who} changed it from nothing to {new}"))
def _audited(books, story, who, new):
    _look(books, story)
    [(_, entry)] = books.do(books.redis.xrange("bw:toggles:audit"))
    assert ("trial", who, "", new) == (entry["name"], entry["by"], entry["old"], entry["new"])


# ---- the running services --------------------------------------------------------------------------------------------------------


@when(parsers.parse("the switch {name} is set to {value}"))
def _thrown(system, name, value):
    system.run(system.redis.set(f"{KEYS}{name}", value))
    system.follow_toggles()
