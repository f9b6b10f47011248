"""The request budget and the breaker, as all replicas share them."""

from itertools import pairwise

from pytest_bdd import given, parsers, step, then

RESERVES = {"poll": 2, "a read that settles a bid": 1, "bid": 0}
FAST, SLOW = {"interval_us": 140_000, "burst": 3}, {"interval_us": 500_000, "burst": 1}
BREAKER = {"open_ms": 30_000, "soon_ms": 5_000, "ttl_ms": 3_000}


def _ask(books, who, pace=FAST):
    return books.do(books.t.admit(**pace, reserve=RESERVES[who], eager=who == "bid"))


def _hammer(books, story, seconds, whos, pace=FAST):
    """Ask every 10 ms; the moments, in ms, at which somebody might go."""
    story.times = []
    for tick in range(seconds * 100):
        if _ask(books, whos[tick % len(whos)], pace).ok:
            story.times.append(tick * 10)
        books.clock.advance(0.01)


@step(parsers.parse("polls and bids are asked for without a pause for {seconds:d} seconds"))
def _both(books, story, seconds):
    _hammer(books, story, seconds, ["poll", "bid"])


@step(parsers.parse("polls are asked for without a pause for {seconds:d} seconds"))
def _polls(books, story, seconds):
    _hammer(books, story, seconds, ["poll"])


@step("requests are asked for without a pause for 5 seconds at 2 a second")
def _slowly(books, story):
    _hammer(books, story, 5, ["bid"], SLOW)


@given(parsers.re(r"(?P<who>poll|bid)s have used all that they may"))
def _used(books, who):
    while _ask(books, who).ok:
        pass


@step(parsers.re(r"(?P<who>a bid|a read that settles a bid) asks"))
def _asks(books, story, who):
    story.answer = _ask(books, "bid" if who == "a bid" else who)


@step("a bid waits as long as it is told to")
def _waits(books, story):
    books.clock.advance(_ask(books, "bid").wait_s + 0.001)
    story.answer = _ask(books, "bid")


@given(parsers.re(r"the site asked all for a pause of (?P<seconds>\d+) seconds?"))
def _block(books, seconds):
    books.do(books.t.block(int(seconds) * 1000))


@step("the wall clock is set back by an hour")
def _back(books):
    books.clock.step(-3600)


@then(parsers.parse("no second has more than {most:d} of them"))
def _no_more(story, most):
    assert 5 < max(sum(start <= other < start + 1000 for other in story.times) for start in story.times) <= most


@then("they are half a second apart")
def _apart(story):
    assert {500} == {after - before for before, after in pairwise(story.times)}


@then("there are fewer than half of what 4 seconds hold")
def _few(story):
    assert 0 < len(story.times) < 4000 / 140 / 2


@then(parsers.re(r"it may (?P<no>not )?go( at once)?"))
def _may(story, no):
    assert (no is None) is story.answer.ok


# ---- the breaker -----------------------------------------------------------------------------------------------------------------


@given("replica a has tripped the breaker")
def _tripped(books):
    assert "open" == books.do(books.t.breaker_tell("a", "trip", "0", "five failures"))


@step("replica b trips it for the same outage")
def _trips_too(books):
    books.do(books.t.breaker_tell("b", "trip", "0", "five failures"))


@step(parsers.re(r"replica (?P<who>[a-z]) asks(?P<other> for something that may not try)?"))
def _breaker_asked(books, story, who, other):
    story.word = books.do(books.t.breaker_ask(who, may_probe=not other, **BREAKER))
    story.words = {**getattr(story, "words", {}), who: story.word.gen}


@step(parsers.re(r"replica (?P<who>[a-z]) says that the site is (?P<what>good|bad)"))
def _says(books, story, who, what):
    books.do(books.t.breaker_tell(who, what, story.words[who]))


@then(parsers.re(r"it is told to wait( (?P<seconds>\d+) seconds)?"))
def _told_to_wait(story, seconds):
    assert "wait" == story.word.word
    assert seconds is None or int(seconds) * 1000 == story.word.wait_ms


@then(parsers.re(r"it (?P<what>is to try the site|may go on)"))
def _word(story, what):
    assert ("go" if what == "may go on" else "probe") == story.word.word


@then(parsers.re(r"the breaker is (?P<state>half|closed)"))
def _state(books, state):
    assert state == books.do(books.records.breaker())["state"]


@then("it has tripped once")
def _once(books):
    assert "1" == books.do(books.records.breaker())["trips"]


@step("the lot is looked at until the breaker opens")
def _until_open(system, lot):
    for _ in range(30):
        system.run(system.transitions.put("poll", lot))
        system.go(2)
        if system.run(system.records.breaker()).get("state") == "open":
            system.go(1)
            return
    raise AssertionError("the breaker did not open")


@step(parsers.parse("the lot is looked at {times:d} times"))
def _looked_at(system, lot, times):
    for _ in range(times):
        system.run(system.transitions.put("poll", lot))
        system.go(1)


@then("the breaker is closed again")
def _closed_again(system):
    breaker = system.run(system.records.breaker())
    assert ("closed", "1") == (breaker["state"], breaker["recoveries"])


@then("the lot was read after that")
def _read_after(system, lot):
    assert system.lot(lot).trouble == ""
    assert system.lot(lot).obs_started > int(system.run(system.records.breaker())["opened"])


@then("the breaker never opened")
def _never(system):
    assert "0" == system.run(system.records.breaker()).get("trips", "0")
