"""What then became of a lot: its bids at the site, its receipts, its end, and what it says."""

from pytest_bdd import parsers, then

from bidwright.clock import from_ms

# ---- bids ------------------------------------------------------------------------------------------------------------------------


@then("no bid has reached the site")
def _no_bid(system, lot):
    assert [] == system.bids(lot)


@then(parsers.parse("the bids that reached the site are {amounts}"))
def _bids_are(system, lot, amounts):
    assert [int(part.strip(" $")) for part in amounts.split(",")] == [bid["amount"] for bid in system.bids(lot)]


@then(parsers.parse("every bid is at most ${cap:d}"))
def _at_most(system, lot, cap):
    assert cap >= max(bid["amount"] for bid in system.bids(lot))


@then("more than one bid reached the site")
def _more_than_one(system, lot):
    assert len(system.bids(lot)) > 1


@then("each lot was bid on once")
def _once_each(system, story):
    assert [1] * len(story.lots) == [len(system.bids(lot)) for lot in story.lots]


@then(parsers.re(r"the site saw (?P<count>one|two|no) requests? to bid"))
def _requests(system, count):
    assert {"no": 0, "one": 1, "two": 2}[count] == system.bid_requests()


@then("the site is not asked about it any more")
def _not_asked(system, story):
    assert story.asked == system.site.ledger.requests


# ---- receipts --------------------------------------------------------------------------------------------------------------------


@then(parsers.re(r"its (?P<which>first|last) receipt is (?P<state>[A-Z]+)(, because of (?P<why>\S+))?"))
def _a_receipt(system, lot, which, state, why):
    receipt = system.receipts(lot)[0 if which == "first" else -1]
    assert (state, why or receipt.why) == (receipt.state, receipt.why)


@then("the lot leads")
def _leads(system, lot):
    assert system.lot(lot).leading
    assert ["LEADING"] == [receipt.state for receipt in system.receipts(lot)]


@then("the lot leads without a bid of ours")
def _leads_by_hand(system, lot):
    assert (True, []) == (system.lot(lot).leading, system.receipts(lot))


@then("money stands on it")
def _money(system, lot):
    assert 0 < system.lot(lot).booked


@then("nothing stands on it")
def _nothing_stands(system, lot):
    assert 0 == system.lot(lot).exposure
    assert None is system.run(system.redis.zscore("bw:due:poll", lot))


# ---- the end ---------------------------------------------------------------------------------------------------------------------


@then("the lot is not final")
def _not_final(system, lot):
    assert not system.lot(lot).final


@then(parsers.parse("the lot is won at ${price:d}"))
def _won(system, lot, price):
    assert ("won", price * 100) == (system.lot(lot).outcome, system.lot(lot).price)


@then(parsers.re(r"the lot is (?P<outcome>won|lost)"))
def _ended(system, lot, outcome):
    assert outcome == system.lot(lot).outcome


@then("its close was told once")
def _told_once(system, lot):
    assert 1 == system.events("lot.closed", lot)


# ---- what it says ----------------------------------------------------------------------------------------------------------------


@then(parsers.parse("it is shown as the site has it, at ${price:d}"))
def _shown(system, lot, price):
    record, here = system.lot(lot), system.at_site(lot)
    assert (price * 100, here.price * 100, here.close) == (record.price, record.price, record.close)
    assert here.item.title == record.shown["title"]


@then(parsers.parse('it says "{sentence}"'))
def _says(system, lot, sentence):
    assert sentence == system.lot(lot).say


@then(parsers.parse("it says that it will bid up to ${cap:d}, {lead:d} s before the close"))
def _says_when(system, lot, cap, lead):
    at = from_ms(system.lot(lot).close - lead * 1000).strftime("%H:%M:%S")
    assert system.lot(lot).say.startswith(f"Will bid up to ${cap} at {at}")
    assert f"({lead} s before the close)" in system.lot(lot).say


@then(parsers.parse("it says why: {words}"))
def _says_why(system, lot, words):
    assert system.lot(lot).say.startswith("Will NOT bid, because ")
    assert words in system.lot(lot).say


@then(parsers.parse('it was told "{sentence}"'))
def _was_told(system, lot, sentence):
    assert any(sentence in told for told in notes(system, lot))


@then("it said that the site does not know the owner")
def _said_logged_out(system, lot):
    assert any("log in there" in told for told in notes(system, lot))


@then("the owner is told that the site does not show it any more")
def _gone(system, lot):
    assert any("does not show this lot" in told or "knows no lot" in told for told in notes(system, lot))


@then("the order is gone")
def _order_gone(system, lot):
    assert "" == system.lot(lot).ask


def notes(system, lot):
    """What was noted about the lot, as the log has it."""
    rows = system.run(system.redis.xrange("bw:ev"))
    return [fields["d"] for _, fields in rows if fields["t"] == "lot.noted" and fields["lot"] == lot]
