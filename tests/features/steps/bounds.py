"""How large things in the store may become."""

import json

from books import FIRST, LOT
from pytest_bdd import given, parsers, step, then

TWO_YEARS_MS = 2 * 365 * 24 * 3600 * 1000


@given(parsers.parse("the log has {count:d} entries"))
def _log(books, count):
    script = "for i = 1, tonumber(ARGV[1]) do redis.call('XADD', KEYS[1], '*', 't', 'x') end"
    books.do(books.redis.eval(script, 1, "bw:ev", count))


@step("one more thing happens")
def _happens(books):
    books.do(books.t.halt("owner", ""))


@then(parsers.parse("the log has little more than {most:d}"))
def _little_more(books, most):
    assert most <= books.do(books.redis.xlen("bw:ev")) <= most + 200  # cut by whole nodes of a hundred


@given(parsers.parse("{count:d} prices were seen before"))
def _prices(books, count):
    books.do(books.redis.rpush(f"bw:hist:{LOT}", *(f"{at} 100 read" for at in range(count))))


@then(parsers.parse("{count:d} prices are kept, the newest last"))
def _kept(books, count):
    history = books.do(books.records.history(LOT))
    assert (count, 1500) == (len(history), history[-1][1])


@step(parsers.re(r"it is held for (?P<what>60 reasons in turn|one reason 60 times)"))
def _held(books, what):
    for number in range(60):
        books.do(books.t.note(LOT, "say", "wont", f"Will NOT bid, because of {number if 'turn' in what else 'one thing'}."))


@then(parsers.parse("{count:d} of them is kept"))
@then(parsers.parse("{count:d} of them are kept"))
def _holds(books, count):
    assert count == len(books.do(books.records.holds(LOT)))


@then(parsers.parse('the wish "{name}" is forgotten after {days:d} days'))
def _forgotten_after(books, name, days):
    left = books.do(books.redis.pttl(f"bw:done:{name}"))
    assert 0 < left <= days * 24 * 3600 * 1000


@then("only what is kept of it is left, for two years at most")
def _only_kept(books):
    keys = sorted(books.do(books.redis.keys(f"*{LOT}*")))
    assert [f"bw:hist:{LOT}", f"bw:kept:{LOT}"] == keys
    assert all(0 < books.do(books.redis.pttl(key)) <= TWO_YEARS_MS for key in keys)
    assert None is books.do(books.records.intent(FIRST))
    assert [LOT] == [json.loads(row)["lot"] for row in books.do(books.redis.lrange("bw:ledger:lost", 0, -1))]


@then("nothing is left of it")
def _nothing(books):
    assert [] == books.do(books.redis.keys(f"*{LOT}*"))


@step(parsers.parse("a bid of $15 is decided because of a reason of {count:d} letters"))
def _long_reason(books, story, count):
    story.answer = books.decide(15, reason="x" * count)


@then("its receipt has no reason")
def _no_reason(books):
    assert "" == books.receipt().reason
