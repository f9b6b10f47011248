"""What is known ahead of the close: the check, strategies that misbehave, and whose turn it is in a group."""

import json
from dataclasses import dataclass

from pytest_bdd import given, parsers, step, then

from bidwright import Bid, Hold, Money, Params

GROUP = "drills"


# ---- the check -------------------------------------------------------------------------------------------------------------------


@step("it is checked ten minutes before the close")
def _checked(system, lot):
    system.clock.advance(system.left(lot) - 530)
    system.run(system.bidder.preflight.look())


@step("it is checked by another replica")
def _again(system):
    system.add_bidder()
    system.run(system.bidder.preflight.look())


@given("the service is put in dry run by somebody")
def _dry(system):
    assert system.run(system.transitions.mode("somebody", live=False)).ok


@given("the session is found to be expired")
def _expired(system):
    system.run(system.transitions.session("expired", "logged out"))


@given("no room is left in the total budget")
def _no_room(system):
    assert system.run(system.transitions.budget("total", 0)).ok


@given("the site is left alone after failures")
def _left_alone(system):
    assert "open" == system.run(system.transitions.breaker_tell("a", "trip", "0", "503"))


@given("two rivals bid it up to $51")
def _dear(system, lot):
    for user, amount in ((9_004, 60), (9_005, 50)):
        assert system.site.bid(user, system.at_site(lot), amount).accepted
    system.run(system.transitions.put("poll", lot))
    system.go(1)


@then("the check ten minutes before found nothing")
def _nothing(system, lot):
    assert (10, "") == (system.lot(lot).pre_mark, system.lot(lot).pre_red)


@then(parsers.parse("the check ten minutes before found: {words}"))
def _found(system, lot, words):
    record = system.lot(lot)
    assert 10 == record.pre_mark
    assert words in " ".join(sentence for _, sentence in json.loads(record.pre_red))


@then("the check was told once")
def _told_once(system, lot):
    assert 1 == system.events("preflight.changed", lot)


# ---- strategies that misbehave ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Odd:
    """Raises, or bids *amount* whenever it does not lead."""

    name: str
    amount: int = 0
    description: str = "Odd."
    version: str = "1"
    params: type = Params

    def decide(self, lot, now):
        if not self.amount:
            raise RuntimeError("no idea")
        return Hold("it leads") if lot.leading else Bid(Money.whole(self.amount))


@given("a strategy that raises whatever it is shown")
def _raises(system):
    system.bidder.strategies._built_in["broken"] = (_Odd("broken"), "test")


@given(parsers.parse("a strategy that always bids ${amount:d}"))
def _greedy(system, amount):
    system.bidder.strategies._built_in["greedy"] = (_Odd("greedy", amount), "test")


@given("another lot that is watched with auto")
def _another(system, story):
    story.lots.append(system.open_lot(600, rivals=[]))
    system.watch(story.lots[-1], strategy="auto")


@then(parsers.parse("the first lot says why: {words}"))
def _first_says(system, story, words):
    assert words in system.lot(story.lots[0]).say
    assert [] == system.bids(story.lots[0])


@then(parsers.re(r"the second lot was (?P<no>not )?bid on"))
def _second(system, story, no):
    assert (0 if no else 1) == len(system.bids(story.lots[1]))


# ---- a group at the site ---------------------------------------------------------------------------------------------------------


@given(parsers.parse("a group at the site of which {wanted:d} is wanted"))
def _a_group(system, wanted):
    assert system.run(system.transitions.group(GROUP, wanted)).ok


@given(parsers.parse("it is watched in the group up to ${cap:d}"))
def _in_the_group(system, story, cap):
    system.watch(story.lots[-1], cap=cap * 100, group=GROUP)


@then(parsers.parse("the first lot is won at ${price:d}"))
def _first_won(system, story, price):
    record = system.lot(story.lots[0])
    assert ("won", price * 100) == (record.outcome, record.price)
