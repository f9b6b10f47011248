"""When lots are read, and with how many requests."""

from datetime import timedelta

from pytest_bdd import given, parsers, step, then

from bidwright import Glance
from bidwright_schedule_default import Default

_KINDS = "a lot that is only watched and|an armed lot that|an armed lot in a war that|a lot with live events that"
_LOT = rf"(?P<what>{_KINDS}) (closes in|should have closed) (?P<time>[^,]+)"
UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}


def _seconds(text):
    number, unit = text.removesuffix(" ago").split()
    return timedelta(seconds=float(number) * UNITS[unit.rstrip("s")]) * (-1 if text.endswith("ago") else 1)


@given(parsers.re(_LOT))
def _a_glance(story, what, time):
    story.glance = Glance(to_close=_seconds(time), armed="armed" in what, extended="war" in what, live="live" in what)


@step("the schedule is asked")
def _asked(story):
    story.pause = Default().next_look(story.glance)


@then(parsers.re(r"it is read again in (?P<pause>.+)"))
def _again(story, pause):
    assert _seconds(pause) == story.pause


@given(parsers.parse("{count:d} lots that close in an hour, all watched"))
def _many(system, story, count):
    for _ in range(count):
        story.lots.append(system.open_lot(3600, rivals=[]))
        system.watch(story.lots[-1], armed="0")


@step("all of them are due at once")
def _all_due(system, story):
    story.asked = system.site.ledger.requests
    for lot in story.lots:
        system.run(system.transitions.put("poll", lot))


@then("fewer requests than lots were made")
def _fewer(system, story):
    assert 1 <= system.site.ledger.requests - story.asked < len(story.lots)
    assert all(system.lot(lot).seen for lot in story.lots)


@then("the lot that closes soonest was read in full first")
def _soonest(system, lot):
    pages = [entry["lot"] for entry in system.site.ledger.read(what="request") if entry["lot"]]
    assert int(lot) == pages[0]


@given(parsers.parse("{count:d} lots that we lead"))
def _led(system, story, count):
    for _ in range(count):
        story.lots.append(system.open_lot(300, rivals=[]))
        system.watch(story.lots[-1], strategy="auto")
    system.go(4)
    assert all(system.lot(lot).leading for lot in story.lots)


@step("somebody outbids us on all of them")
def _outbid(system, story):
    for lot in story.lots:
        assert system.site.bid(9_001, system.at_site(lot), 30).accepted


@step("the poller reads the owner's lots on the site")
def _round(system, story):
    story.asked = system.site.ledger.requests
    system._with_time(system.poller.rounds.go(system.run(system.poller.rounds._ours())))


@then("one request told that we lead none of them")
def _from_the_list(system, story):
    assert 1 == system.site.ledger.requests - story.asked
    assert not any(system.lot(lot).leading for lot in story.lots)


@then(parsers.parse("the lot is due to be read within {seconds:d} seconds of now"))
def _within(system, lot, seconds):
    now = system.run(system.transitions.stamp())
    assert seconds * 1000 >= system.run(system.redis.zscore("bw:due:poll", lot)) - now
