"""What the owner wishes, by the transitions that every way in uses."""

import json

from pytest_bdd import given, parsers, step


@given("the service is live")
def _live(system):
    assert "1" == system.run(system.records.kill())["live"]


@step(parsers.re(r"it is watched with (?P<strategy>[a-z]+) up to \$(?P<cap>\d+)"))
def _watched(system, lot, strategy, cap):
    system.watch(lot, strategy=strategy, cap=int(cap) * 100)


@given(parsers.parse("it is watched with {strategy} and the settings {params}"))
def _watched_with_settings(system, lot, strategy, params):
    assert json.loads(params)
    system.watch(lot, strategy=strategy, params=params)


@given(parsers.parse("it is watched unarmed up to ${cap:d}"))
def _watched_unarmed(system, lot, cap):
    system.watch(lot, armed="0", cap=cap * 100)


@given(parsers.parse("it is watched on paper with {strategy} up to ${cap:d}"))
def _watched_on_paper(system, lot, strategy, cap):
    system.watch(lot, mode="dry", strategy=strategy, cap=cap * 100)


@step(parsers.parse("the owner arms it with {strategy}"))
def _arms(system, lot, strategy):
    assert system.run(system.transitions.configure(lot, {"armed": 1, "strategy": strategy})).ok


@step("the owner disarms it")
def _disarms(system, lot):
    assert system.run(system.transitions.configure(lot, {"armed": 0})).ok


@step(parsers.parse("the owner lowers its limit to ${cap:d}"))
def _lowers(system, lot, cap):
    assert system.run(system.transitions.configure(lot, {"cap": cap * 100})).ok


@step("the lot is refreshed")
def _refreshed(system, lot):
    assert system.run(system.transitions.put("poll", lot))


@step(parsers.parse("the owner orders a bid of ${amount:d} now"))
def _orders(system, lot, amount):
    assert system.run(system.transitions.configure(lot, {"ask": f"order-1:{amount * 100}"})).ok


@step("the owner stops watching it")
def _unwatch(system, lot):
    assert "draining" == system.run(system.transitions.unwatch(lot)).value


@step("the owner stops watching it, and it is released")
def _released(system, story, lot):
    assert "released" == system.run(system.transitions.unwatch(lot)).value
    story.asked = system.site.ledger.requests


@step("the owner stops all bidding")
def _halt(system):
    system.run(system.transitions.halt("owner", "enough"))


@step("the owner lets bidding go on")
def _resume(system):
    gen = system.run(system.records.kill())["gen"]
    assert system.run(system.transitions.resume("owner", gen)).ok
