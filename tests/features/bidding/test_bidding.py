"""Steps of bidding.feature."""

import pytest
from pytest_bdd import given, parsers, scenarios, then, when

from bidwright_simulator.rivals import Rival

scenarios("bidding.feature")
RIVAL = 9_001


@pytest.fixture
def story():
    """What the scenario is about: the lot it talks of."""
    return {}


@pytest.fixture
def lot(story):
    """Id of the lot."""
    return story["lot"]


@given("the owner is logged in at the site")
def _logged_in(system):
    system.log_in()


@given("the service is live")
def _live(system):
    assert "1" == system.run(system.records.kill())["live"]


@given(parsers.parse("a lot that closes in {seconds:g} seconds, bid up to ${price:d} by somebody"))
def _a_lot(system, story, seconds, price):
    story["lot"] = system.open_lot(seconds, rivals=[])
    here = system.at_site(story["lot"])
    for who in (RIVAL, RIVAL + 1):  # two with one maximum: the price is theirs
        here.place_bid(who, price, system.site.now() - 1000 + who - RIVAL)


@given(parsers.parse("a rival who answers each bid at once up to ${limit:d}"))
def _a_rival(system, lot, limit):
    class Answering(Rival):
        def look(self, lot, now):
            self.next = now + 500
            least = lot.next_for(self.user)
            return least if lot.leader != self.user and least <= self.limit else None

    here = system.at_site(lot)
    rival = Answering(RIVAL + 7, "increment", limit, "s", next=system.site.now() + 500)
    here.rivals.append(rival)
    system.site.replan()


@given(parsers.parse("it is watched with {strategy} up to ${cap:d}"))
def _watched(system, lot, strategy, cap):
    system.watch(lot, strategy=strategy, cap=cap * 100)


@given(parsers.parse("it is watched unarmed up to ${cap:d}"))
def _watched_unarmed(system, lot, cap):
    system.watch(lot, armed="0", cap=cap * 100)


@given(parsers.parse("it is watched on paper with {strategy} up to ${cap:d}"))
def _watched_on_paper(system, lot, strategy, cap):
    system.watch(lot, mode="dry", strategy=strategy, cap=cap * 100)


@given("the answer to the next bid is lost after the site took it")
def _answer_lost(system):
    system.site.faults.add({"kind": "reset", "on": ["bids"], "count": 1, "params": {"when": "after"}}, system.site.now())


@when(parsers.re(r"(?P<seconds>[\d.]+) seconds? pass(es)?"))
def _pass(system, seconds):
    system.go(float(seconds))


@when(parsers.parse("it is {seconds:g} seconds before the close"))
def _before_the_close(system, lot, seconds):
    system.go_to_close(lot, seconds)


@when(parsers.parse("it is closed for {seconds:g} seconds at the site"))
def _closed_for(system, lot, seconds):
    system.go_to_close(lot, -seconds)


@when(parsers.parse("somebody bids up to ${amount:d}"))
def _somebody_bids(system, lot, amount):
    assert system.site.bid(RIVAL + 3, system.at_site(lot), amount).accepted


@when("the lot is refreshed")
def _refreshed(system, lot):
    assert system.run(system.transitions.put("poll", lot))


@when("the session expires at the site")
def _expires(system):
    system.site.accounts.expire()


@when(parsers.parse("the owner orders a bid of ${amount:d} now"))
def _orders(system, lot, amount):
    assert system.run(system.transitions.configure(lot, {"ask": f"order-1:{amount * 100}"})).ok


@when("the owner stops watching it")
def _unwatch(system, lot):
    assert "draining" == system.run(system.transitions.unwatch(lot)).value


@when("the owner stops all bidding")
def _halt(system):
    system.run(system.transitions.halt("owner", "enough"))


@when("the owner lets bidding go on")
def _resume(system):
    gen = system.run(system.records.kill())["gen"]
    assert system.run(system.transitions.resume("owner", gen)).ok


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


@then("the lot leads")
def _leads(system, lot):
    assert system.lot(lot).leading
    assert ["LEADING"] == [receipt.state for receipt in system.receipts(lot)]


@then("the lot is not final")
def _not_final(system, lot):
    assert not system.lot(lot).final


@then(parsers.parse("the lot is won at ${price:d}"))
def _won(system, lot, price):
    assert ("won", price * 100) == (system.lot(lot).outcome, system.lot(lot).price)


@then("the lot is won")
def _won_somehow(system, lot):
    assert "won" == system.lot(lot).outcome


@then("the lot is lost")
def _lost(system, lot):
    assert "lost" == system.lot(lot).outcome


@then("its close was told once")
def _told_once(system, lot):
    assert 1 == system.events("lot.closed", lot)


@then(parsers.parse("its last receipt is {state}"))
def _last_receipt(system, lot, state):
    assert state == system.receipts(lot)[-1].state


@then("the site saw one request to bid")
def _one_request(system):
    assert 1 == system.bid_requests()


@then("the site saw no request to bid")
def _no_request(system):
    assert 0 == system.bid_requests()


@then(parsers.parse('it says "{sentence}"'))
def _says(system, lot, sentence):
    assert sentence == system.lot(lot).say


@then(parsers.parse('it was told "{sentence}"'))
def _was_told(system, lot, sentence):
    rows = system.run(system.redis.xrange("bw:ev"))
    assert any(sentence in fields["d"] for _, fields in rows if fields["t"] == "lot.noted" and fields["lot"] == lot)


@then("it said that the site does not know the owner")
def _said_logged_out(system, lot):
    rows = system.run(system.redis.xrange("bw:ev"))
    told = [fields["d"] for _, fields in rows if fields["t"] == "lot.noted" and fields["lot"] == lot]
    assert any("log in there" in sentence for sentence in told)


@then("the order is gone")
def _order_gone(system, lot):
    assert "" == system.lot(lot).ask


@then("nothing stands on it")
def _nothing_stands(system, lot):
    assert 0 == system.lot(lot).exposure
    assert None is system.run(system.redis.zscore("bw:due:poll", lot))
