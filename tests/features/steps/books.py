"""What is done to the books: lots are watched and read, bids decided, sent and answered, the owner and time have their way."""

import pytest
from books import FIRST, LOT, OTHER, RATES, SECOND, Books
from pytest_bdd import given, parsers, step

from bidwright.transitions import Command

GROUP = "drills"
SITE_SAYS = {"leads": "LEADING", "is outbid": "OUTBID", "is refused": "REJECTED"}
_LOT_SENTENCE = (
    r"an (?P<armed>armed|unarmed) lot(?P<paper> on paper)?(?P<group> of the group)? with a limit of \$(?P<cap>[\d.]+)(?P<allin> all-in)?"
    r"( at (?P<premium>[\d.]+) % and (?P<tax>[\d.]+) %)?, read at \$(?P<price>\d+)(?P<ours> and ours)?(, counting (?P<scopes>.+))?"
)


@pytest.fixture(scope="module")
def _books(engine):
    made = Books(engine.url)
    yield made
    made.close()


@pytest.fixture
def books(_books, story):
    """Books with nothing in them."""
    _books.empty()
    story.world = _books
    return _books


@given("the books of a live installation")
def _live(books):
    books.do(books.house.open())


@given("the books of a new installation")
def _new(books):
    books.do(books.house.open(live=""))


@given(parsers.re(_LOT_SENTENCE))
def _a_lot(books, armed, paper, group, cap, allin, premium, tax, price, ours, scopes):
    limit = round(float(cap) * 100)
    fields = {"cap": 100_000, "allin": limit} if allin else {"cap": limit}
    if premium:
        fields |= {"premium": round(float(premium) * 100), "tax": round(float(tax) * 100)}
    if scopes:
        fields["scopes"] = "" if scopes == "nowhere" else ",".join(part.strip('" ') for part in scopes.split(" and "))
    fields |= {"armed": int(armed == "armed"), "mode": "dry" if paper else "live", "group": GROUP if group else ""}
    books.do(books.house.watch(**fields))
    books.read(float(price), leading=bool(ours))


# ---- decisions -------------------------------------------------------------------------------------------------------------------


@step(parsers.parse("a bid of ${amount:g} is decided"))
def _decided(books, story, amount):
    story.answer = books.decide(amount)


@step(parsers.parse('a bid of ${amount:g} is decided because of "{reason}", on a read {age:d} ms old'))
def _decided_because(books, story, amount, reason, age):
    story.answer = books.decide(amount, reason=reason, age=age)


@step("the same bid is decided again")
def _decided_again(books, story):
    story.answer = books.decide(15)


@step(parsers.parse("another bid of ${amount:g} is decided"))
def _another(books, story, amount):
    story.answer = books.decide(amount, SECOND)


@step(parsers.parse("the owner's order of ${amount:g} is decided"))
def _order(books, story, amount):
    assert books.do(books.t.configure(LOT, {"ask": f"{SECOND}:{round(amount * 100)}"})).ok
    story.answer = books.decide(amount, SECOND)


@step("a bidder has looked at the lot")
def _looked(books, story):
    books.taken()
    story.saw = books.lot()


@step(parsers.parse("it decides to bid ${amount:g} on what it saw"))
def _on_what_it_saw(books, story, amount):
    story.answer = books.decide(amount, saw=story.saw)


@step("the proxy takes it up")
def _claimed(books, story):
    story.claimed = books.do(books.t.claim(FIRST, "proxy-1"))


@step("another proxy takes it up")
def _claimed_by_another(books, story):
    story.claimed = books.do(books.t.claim(FIRST, "proxy-2"))


@step(parsers.parse("a bid of ${amount:g} is on its way"))
def _on_its_way(books, amount):
    books.send(amount)


@step(parsers.parse("a bid of ${amount:g} has an unknown outcome"))
def _unknown(books, amount):
    books.send(amount)
    assert books.do(books.t.settle(FIRST, "UNKNOWN", "timeout")).ok


@step(parsers.re(r"the site answers that it (?P<word>leads|is outbid|is refused)"))
def _answered(books, word):
    assert books.do(books.t.settle(FIRST, SITE_SAYS[word], "the site's answer")).ok


@step("a late word says that it was refused")
def _late_word(books):
    books.do(books.t.settle(FIRST, "REJECTED", "late"))


@step("what is past its time is swept")
def _swept(books, story):
    story.swept = books.do(books.t.sweep())


@given(parsers.parse("{count:d} bids were outbid on it just now"))
def _outbids(books, count):
    for number in range(count):
        dollars = books.lot().next_bid // 100
        books.send(dollars, f"earlier-{number}")
        assert books.do(books.t.settle(f"earlier-{number}", "OUTBID", "")).ok
        books.read(dollars)


@given(parsers.re(r"(\$15 stands|a bid stands|\$15 stood|a bid) on another lot(?P<group> of the group)?(?P<end>( until it)? was outbid)?"))
@given(parsers.re(r"another lot(?P<group> of the group) was (?P<end>won)"))
def _another_lot(books, group, end):
    books.do(books.house.watch(OTHER, group=GROUP if group else ""))
    books.read(14, OTHER)
    books.send(15, "other", OTHER)
    assert books.do(books.t.settle("other", "OUTBID" if end and "outbid" in end else "LEADING", "")).ok
    if end == "won":
        _close(books, OTHER, 15, ours=True)


# ---- what the site says ----------------------------------------------------------------------------------------------------------


@step(parsers.re(r"the lot is read at \$(?P<price>\d+)(?P<lead>, and we lead|, and we do not lead)?"))
def _read(books, story, price, lead):
    story.answer = books.read(float(price), leading=lead == ", and we lead")


@step("a read of the site that began now")
def _began(books, story):
    books.go(0.01)
    story.began = books.do(books.t.stamp())


@step(parsers.parse("the earlier read arrives with ${price:d}"))
def _arrives(books, story, price):
    story.answer = _observe(books, price, read_started=story.began)


@step(parsers.parse("a read arrives that begins in {seconds:d} seconds"))
def _from_the_future(books, story, seconds):
    story.answer = _observe(books, 14, read_started=books.do(books.t.stamp()) + seconds * 1000)


@step("a read arrives without a next bid")
def _no_next_bid(books, story):
    story.answer = books.read(14, next_bid=0)


@step(parsers.parse("a read arrives with ${price:d}"))
def _any_read(books, story, price):
    story.answer = books.read(price)


@step(parsers.parse("a read without the account shows ${price:d}"))
def _shown(books, price):
    books.go(0.01)
    started = books.do(books.t.stamp())
    shown = books.t.show(LOT, read_started=started, status="open", close=books.now() + 60_000, price=price * 100)
    assert books.do(shown).ok


@step(parsers.parse("the site says that the lot closed at ${price:d}"))
def _closed_once(books, price):
    books.read(price, status="closed")


@step(parsers.re(r"the site says twice that the lot closed at \$(?P<price>\d+), (?P<whose>ours|another's)"))
def _closed_twice(books, price, whose):
    _close(books, LOT, int(price), ours=whose == "ours")


@given("a live event says that the lot has closed")
def _heard_end(books):
    assert books.do(books.t.hear_end(LOT)).ok


@given("the site does not allow the account to bid on it")
def _not_allowed(books):
    lot = books.lot()
    books.go(0.01)
    _observe(books, 14, read_started=books.do(books.t.stamp()), close=lot.close, shown={"allowed": 0})


# ---- the owner -------------------------------------------------------------------------------------------------------------------


@step(parsers.parse("a lot with the limit {limit} is armed"))
def _armed_with(books, story, limit):
    cap = {"zero": 0, "negative": -100, "words": "forty"}[limit]
    story.answer = books.do(books.t.watch(LOT, {"cap": cap, **RATES, "strategy": "auto", "armed": 1, "mode": "live"}))


@step("a lot with a limit of $40 and unreadable rates is armed")
def _armed_without_rates(books, story):
    story.answer = books.do(books.t.watch(LOT, {"cap": 4000, "premium": "?", "tax": 850, "strategy": "auto", "armed": 1, "mode": "live"}))


@step(parsers.re(r"the owner allows (?P<what>\$(?P<most>\d+) for any single bid|steps of \$(?P<step_>\d+)|(?P<often>\d+) bids a minute)"))
def _allows(books, most, step_, often):
    limits = {"max_bid": int(most or 1000) * 100, "max_step": int(step_ or 0) * 100, "per_minute": int(often or 40)}
    books.do(books.t.init(epoch="e1", known="", site="http://site", schema="1", total_limit=200_000, live="1", **limits))


@step(parsers.parse("the owner lowers the limit to ${cap:d}"))
def _lowers(books, story, cap):
    story.answer = books.do(books.t.configure(LOT, {"cap": cap * 100}))


@step(parsers.parse("the owner sets the total budget to ${limit:d}"))
def _total(books, story, limit):
    story.answer = books.do(books.t.budget("total", limit * 100))


@given(parsers.parse("a total budget of ${limit:d}"))
def _a_total(books, limit):
    assert books.do(books.t.budget("total", limit * 100)).ok


@given(parsers.parse('the budget "{scope}" is ${limit:d}'))
def _a_budget(books, scope, limit):
    assert books.do(books.t.budget(scope, limit * 100)).ok


@given(parsers.parse("a group of which {wanted:d} is wanted"))
def _a_group(books, wanted):
    assert books.do(books.t.group(GROUP, wanted)).ok


@given(parsers.parse("the owner lets {over:d} more be chased at once"))
def _more_at_once(books, over):
    assert books.do(books.t.group(GROUP, 1, over)).ok


@step("the owner wants none of the group any more")
def _none_wanted(books):
    assert books.do(books.t.group(GROUP, 0)).ok


@step("the owner moves the lot into the group")
def _into_the_group(books, story):
    story.answer = books.do(books.t.configure(LOT, {"group": GROUP}))


@step(parsers.re(r"the owner puts it on (?P<where>paper|real money)"))
def _mode_of_lot(books, story, where):
    story.answer = books.do(books.t.configure(LOT, {"mode": "dry" if where == "paper" else "live"}))


@step(parsers.re(r"the owner watches (a lot|it again)( up to \$(?P<cap>\d+))?(?P<bare> and says no more)?"))
def _watches(books, story, cap, bare):
    fields = {"cap": int(cap or 40) * 100, **RATES, "strategy": "auto"}
    story.answer = books.do(books.t.watch(LOT, fields if bare else {**fields, "armed": 0, "mode": "live"}))


@step(parsers.re(r'the owner sends the wish "(?P<name>\w+)" (again|to watch a lot up to \$(?P<cap>\d+))'))
def _named_wish(books, story, name, cap):
    story.before = story.answer
    fields = {"cap": int(cap or 40) * 100, **RATES, "strategy": "auto"}
    story.answer = books.do(books.t.watch(LOT, fields, Command.of(name, fields)))


@step(parsers.re(r"a page that saw an older version (?P<what>lowers the limit to \$20|raises the limit to \$80|arms it|disarms it)"))
def _older_page(books, story, what):
    change = {"lowers the limit to $20": {"cap": 2000}, "raises the limit to $80": {"cap": 8000}}
    wanted = {**change, "arms it": {"armed": 1}, "disarms it": {"armed": 0}}[what]
    story.answer = books.do(books.t.configure(LOT, wanted, expect="0"))


@step("the owner lets it go")
def _lets_go(books, story):
    story.answer = books.do(books.t.unwatch(LOT))
    assert story.answer.ok


@step("what ended is swept away")
def _purged(books, story):
    story.purged = books.do(books.t.purge(older_ms=0))


@given("the lot is not due before a minute has passed")
def _later(books):
    books.read(14)
    for queue in ("bid", "poll"):
        for ticket in books.do(books.t.take(queue, n=50, lease_ms=2000)).tickets:
            assert books.do(books.t.done(queue, ticket.lot_id, ticket.fence, 60_000)).due_in_ms == 60_000


def _observe(books, price, *, read_started, close=None, **more):
    fields = {"next_bid": price * 100 + 100, "leading": False, "status": "open", "price": price * 100, **more}
    return books.do(books.t.observe(LOT, read_started=read_started, close=close or books.now() + 60_000, **fields))


def _close(books, lot, price, *, ours):
    for _ in range(2):
        books.read(price, lot, status="closed", leading=ours)
        books.go(1.1)
