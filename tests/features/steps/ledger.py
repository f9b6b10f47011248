"""What the books then say: answers, receipts, money, queues, the log."""

import msgspec
from books import FIRST, LOT, SECOND
from pytest_bdd import parsers, then

from bidwright import Money
from bidwright.money import Rates
from bidwright_bidder.refusals import explain

# ---- answers ---------------------------------------------------------------------------------------------------------------------


@then("the decision stands")
def _stands(story):
    assert (True, "") == (story.answer.ok, story.answer.why)


@then(parsers.parse('the decision is refused because "{sentence}"'))
def _refused(books, story, sentence):
    assert (False, sentence) == (story.answer.ok, explain(story.answer.why, books.lot()).because)


@then("it is told that the bid exists")
def _exists(story):
    assert (False, "RESERVED") == (story.answer.ok, story.answer.state)


@then(
    parsers.re(
        r"(it is not taken: |it is not armed: |the wish is refused as |the change is refused as |the budget is refused as )(?P<why>\S+)"
    )
)
def _not_taken(story, why):
    assert (False, why) == (story.answer.ok, story.answer.why)


@then("the answer is the same as before")
def _same_answer(story):
    assert (True, story.before.value, True) == (story.answer.ok, story.answer.value, story.answer.repeated)


@then("it may be sent")
def _may_be_sent(story):
    assert "send" == story.claimed.action


@then("it is only simulated")
def _simulated(story):
    assert "simulate" == story.claimed.action


@then("it may not be sent")
def _may_not(story):
    assert "no" == story.claimed.action


@then(parsers.parse("it is cancelled as {why}"))
def _cancelled(books, story, why):
    assert ("cancel", why, "CANCELLED") == (story.claimed.action, story.claimed.why, books.receipt().state)


@then("the sweep calls it stuck")
def _stuck(story):
    assert [(FIRST, "stuck")] == [(one.intent_id, one.what) for one in story.swept]


# ---- receipts --------------------------------------------------------------------------------------------------------------------


@then(parsers.re(r"its receipt is (?P<state>[a-z]+)"))
def _receipt(books, state):
    assert state.upper() == books.receipt().state


@then("its receipt says why and on what")
def _facts(books):
    receipt = books.receipt()
    assert ("the last seconds", 120, "auto", "live") == (receipt.reason, receipt.age, receipt.strategy, receipt.mode)


@then("its receipts are kept")
def _kept(books):
    kept = [msgspec.json.decode(row) for row in books.do(books.redis.lrange(f"bw:kept:{LOT}", 0, -1))]
    assert [(FIRST, "LEADING", "1500")] == [(row["id"], row["state"], row["amount"]) for row in kept]


@then("what was won is entered in the ledger")
def _ledger(books):
    [row] = [msgspec.json.decode(text) for text in books.do(books.redis.lrange("bw:ledger", 0, -1))]
    assert (LOT, "won", "1872") == (row["lot"], row["outcome"], row["allin"])


# ---- money -----------------------------------------------------------------------------------------------------------------------


@then(parsers.re(r"(it is still followed, and )?\$(?P<amount>\d+) stands on the lot"))
def _stands_on(books, amount):
    assert int(amount) * 100 == books.lot().exposure
    assert None is not books.due("poll")


@then("nothing stands on the lot")
def _nothing_stands(books):
    assert (0, 0) == (books.lot().exposure, books.do(books.house.booked()))


@then(parsers.parse("the total budget holds ${dollars:g}"))
def _holds(books, dollars):
    assert round(dollars * 100) == books.do(books.house.booked())


@then(parsers.parse("the paper budget holds ${dollars:g}"))
def _holds_on_paper(books, dollars):
    assert round(dollars * 100) == books.do(books.house.booked(mode="dry"))


@then(parsers.parse("the total budget holds the cost of ${hammer:d} once"))
def _holds_once(books, hammer):
    assert Rates(1500, 850).all_in(Money.whole(hammer)).cents == books.do(books.house.booked())


@then(parsers.parse('the budget "{scope}" has no limit'))
def _no_limit(books, scope):
    assert "none" == books.do(books.redis.hget(f"bw:budget:{scope}", "limit"))


# ---- the lot ---------------------------------------------------------------------------------------------------------------------


@then("the lot is free for another decision")
def _free(books):
    assert "" == books.lot().inflight


@then(parsers.parse("the lot stands at ${price:d} in the books"))
def _price(books, price):
    assert price * 100 == books.lot().price


@then("the next bid is still that of the last read with the account")
def _next_bid(books):
    assert 1500 == books.lot().next_bid


@then("the lot is not over in the books")
def _not_over(books):
    assert not books.lot().final


@then(parsers.re(r"the lot is over in the books, (?P<outcome>won|lost)"))
def _over(books, outcome):
    assert (True, outcome) == (books.lot().final, books.lot().outcome)


@then(parsers.re(r"the lot is won at \$(?P<price>\d+) in the books"))
@then(parsers.re(r"the lot is won on paper at \$(?P<price>\d+)"))
def _won(books, price):
    assert ("won", int(price) * 100) == (books.lot().outcome, books.lot().paid)


@then(parsers.re(r"the lot (?P<word>leads|does not lead) on paper"))
def _leads(books, word):
    assert (word == "leads") is books.lot().leading


@then(parsers.parse("the limit is ${cap:d}"))
def _cap(books, cap):
    assert cap * 100 == books.lot().cap


@then(parsers.re(r"the lot is disarmed(?P<paper> and on paper)?"))
def _disarmed(books, paper):
    lot = books.lot()
    assert not lot.armed
    assert not paper or lot.mode == "dry"


@then(parsers.parse("the price history is {amounts}"))
def _history(books, amounts):
    assert [int(part.strip(" $")) * 100 for part in amounts.split(",")] == [row[1] for row in books.do(books.records.history(LOT))]


@then(parsers.re(r"the lot is (?P<word>forgotten|not forgotten)"))
def _forgotten(books, story, word):
    gone = books.do(books.records.lot(LOT)) is None
    assert (word == "forgotten") is gone
    assert ([LOT] if gone else []) == story.purged


# ---- queues and log --------------------------------------------------------------------------------------------------------------


@then(parsers.re(r"the lot is due to be (?P<what>read|decided on) now"))
def _due_now(books, what):
    assert 0 >= books.due("poll" if what == "read" else "bid")


@then("it is gone from every queue")
def _gone(books):
    assert (None, None) == (books.due("poll"), books.due("bid"))


@then("no new bid is decided on it")
def _no_new_bid(books):
    assert (None, "unwatched") == (books.due("bid"), books.decide(17, SECOND).why)


@then(parsers.re(r"the log tells of (?P<kind>[a-z.]+)(?P<once> once)?"))
def _tells(books, kind, once):
    assert kind in books.told()
    assert not once or books.told().count(kind) == 1
