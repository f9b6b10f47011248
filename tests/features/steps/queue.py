"""The due queue in the hands of workers."""

import re

from books import LOT, RATES
from pytest_bdd import given, parsers, step, then


@given(parsers.re(r"lots? (?P<names>[\d, and]+) (is|are) due (?P<when>now|in [\d, and.]+ seconds)"))
def _due(books, names, when):
    lots = re.findall(r"\d", names)
    seconds = [0.0] * len(lots) if when == "now" else [float(text) for text in re.findall(r"[\d.]+\d|\d", when)]
    for lot in lots:
        assert books.do(books.t.watch(lot, {"cap": 4000, **RATES, "strategy": "auto"})).ok
    for ticket in books.do(books.t.take("bid", n=50, lease_ms=2000)).tickets:
        after = round(seconds[lots.index(ticket.lot_id)] * 1000)
        assert books.do(books.t.done("bid", ticket.lot_id, ticket.fence, after)).ok


@step(parsers.re(r"(?P<who>a|another) worker takes (?P<count>\d+) lots?(?P<ahead> up to 1 second ahead)?"))
def _takes(books, story, who, count, ahead):
    taken = books.do(books.t.take("bid", n=int(count), lease_ms=2000, ahead_ms=1000 if ahead else 0)).tickets
    story.first = taken if who == "a" else story.first
    story.taken, story.all = taken, [*(story.all if who == "another" and hasattr(story, "all") else []), *taken]


@step(parsers.parse("it renews each second for {seconds:d} seconds"))
def _renews(books, story, seconds):
    for _ in range(seconds):
        books.go(1)
        assert books.do(books.t.renew("bid", story.first[0].lot_id, story.first[0].fence, 2000))


@step(parsers.re(r"it is done, until (?P<seconds>\d+) seconds from now|it says so a second time|the first one says that it is done"))
def _done(books, story, seconds):
    ticket = story.first[0]
    story.answer = books.do(books.t.done("bid", ticket.lot_id, ticket.fence, int(seconds or 0) * 1000))


@step(parsers.re(r"somebody wants lot (?P<lot>\d) looked at( in (?P<seconds>\d+) seconds)?"))
def _wants(books, lot, seconds):
    assert books.do(books.t.put("bid", lot, int(seconds or 0) * 1000))


@step(parsers.parse("it has killed {count:d} workers"))
def _kills(books, count):
    for number in range(count):
        if number:
            books.go(2.1)
        assert books.do(books.t.take("bid", n=1, lease_ms=2000)).tickets


@step(parsers.parse("a poller is done with the lot, until {seconds:d} seconds from now"))
def _poller_done(books, seconds):
    [ticket] = books.do(books.t.take("poll", n=1, lease_ms=2000, ahead_ms=60_000)).tickets
    assert books.do(books.t.done("poll", ticket.lot_id, ticket.fence, seconds * 1000)).ok


@step("a worker of each queue takes 1 lot")
def _each(books, story):
    story.each = [[ticket.lot_id for ticket in books.do(books.t.take(queue, n=1, lease_ms=2000)).tickets] for queue in ("poll", "bid")]


@step(parsers.parse("somebody deletes the record of lot {lot} in Redis"))
def _record_gone(books, lot):
    books.do(books.redis.delete(f"bw:lot:{lot}"))


@then(parsers.parse("it has lot {lot}"))
def _has(story, lot):
    assert [lot] == [ticket.lot_id for ticket in story.taken]


@then("it has none")
def _has_none(story):
    assert [] == story.taken


@then("between them they have each lot once")
def _each_once(story):
    assert ["1", "2", "3"] == sorted(ticket.lot_id for ticket in story.all)


@then("each has lot 1")
def _each_has(story):
    assert [["1"], ["1"]] == story.each


@then(parsers.parse("that is refused as {why}"))
def _refused(story, why):
    assert (False, why) == (story.answer.ok, story.answer.why)


@then(parsers.parse("lot {lot} is due in {seconds:g} seconds"))
def _due_in(books, lot, seconds):
    assert seconds == books.due("bid", lot)


@then(parsers.parse("the lot is due to be read within {seconds:d} seconds"))
def _read_within(books, seconds):
    assert seconds >= books.due("poll", LOT)


@then("the queue is empty")
def _empty(books):
    assert 0 == books.do(books.redis.zcard("bw:due:bid"))
