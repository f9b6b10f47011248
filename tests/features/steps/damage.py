"""What somebody did to the store by hand, clocks that jump, and how the system sees the site after bad answers."""

from books import FIRST, LOT
from pytest_bdd import given, parsers, step, then

GROUP = "drills"


@given(parsers.parse("somebody writes {value} into the lot's field {field}"))
def _field(books, value, field):
    books.do(books.redis.hset(f"bw:lot:{LOT}", field, value))


@given("somebody writes plenty into the total budget")
def _budget(books):
    books.do(books.redis.hset("bw:budget:total", "limit", "plenty"))


@given("somebody writes many into the group's number")
def _group(books):
    books.do(books.redis.hset(f"bw:group:{GROUP}", "wanted", "many"))


@given(parsers.re(r"somebody deletes the (?P<what>session|receipt) in Redis"))
def _deletes(books, what):
    books.do(books.redis.delete("bw:session" if what == "session" else f"bw:intent:{FIRST}"))


@step(parsers.re(r"the site's pages are (?P<word>not understood any more|understood again)"))
def _format(books, word):
    broken = word.startswith("not")
    assert books.do(books.t.format("broken" if broken else "ok", "Lot 7 lacks userState.nextBid." if broken else ""))


# ---- clocks ----------------------------------------------------------------------------------------------------------------------


@step("the wall clock is set ahead by an hour")
def _ahead(books):
    books.clock.step(3600)


@step("the wall clock is set back by 200 milliseconds")
def _a_little_back(books):
    books.clock.step(-0.2)


@step(parsers.parse("the machine sleeps for {minutes:d} minutes"))
def _sleeps(books, minutes):
    books.clock.advance(minutes * 60)


@step("time is asked for")
def _stamp(books):
    books.do(books.t.stamp())


@then("steady time is later than that")
def _later(books, story):
    assert story.began < books.do(books.t.stamp())


@step("the site's clock is known to half a second only")
def _half_a_second(system):
    system.run(system.redis.hset("bw:clock", mapping={"lo_ms": "-500", "hi_ms": "500", "trusted": "1"}))
    system.bidder.preflight._site_time._looked = float("-inf")


# ---- the site, as it is then known -----------------------------------------------------------------------------------------------


@then("the session is known to be expired")
def _expired(system):
    assert "expired" == system.run(system.records.session())["state"]


@then("nobody asks the site for a while")
def _blocked(system):
    admitted = system.run(system.transitions.admit(interval_us=140_000, burst=3, reserve=0, eager=True))
    assert (False, True) == (admitted.ok, admitted.wait_s > 5)


@then("the site was asked once more in that time")
def _once_more(system, story):
    assert 1 == system.site.ledger.requests - story.asked


@then("it is told that the page can not be understood")
def _not_understood(system, lot):
    assert "changed" == system.lot(lot).trouble_kind


@given("nothing stands on the lot at the site's word")
def _outbid(system, lot):
    assert (False, 0) == (system.lot(lot).leading, system.lot(lot).exposure)


@then("the lot leads again, and its money is booked again")
def _leads_again(system, lot):
    record = system.lot(lot)
    assert (True, True, True) == (record.leading, record.exposure >= 1000, record.booked > record.exposure)
