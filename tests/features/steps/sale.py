"""The sale: lots and rivals at the simulated site, how the site behaves, and how time passes."""

import pytest
from pytest_bdd import given, parsers, step

from bidwright_proto.v1 import site_pb2
from bidwright_simulator.rivals import Rival

RIVAL = 9_001


@pytest.fixture
def lot(story):
    """Id of the lot that the scenario talks of."""
    return story.lot


# ---- lots and rivals -------------------------------------------------------------------------------------------------------------


@given(parsers.re(r"a (second )?lot that closes in (?P<seconds>\d+) seconds, bid up to \$(?P<price>\d+) by somebody"))
def _a_lot(system, story, seconds, price):
    story.lot = system.open_lot(float(seconds), rivals=[])
    story.lots.append(story.lot)
    here = system.at_site(story.lot)
    for who in (RIVAL, RIVAL + 1):  # two with one maximum: the price is theirs
        here.place_bid(who, int(price), system.site.now() - 1000 + who - RIVAL)


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


@step(parsers.parse("somebody bids up to ${amount:d}"))
def _somebody_bids(system, lot, amount):
    assert system.site.bid(RIVAL + 3, system.at_site(lot), amount).accepted


@given(parsers.parse("somebody's hidden maximum is ${amount:d}"))
def _hidden(system, lot, amount):
    assert system.site.bid(RIVAL, system.at_site(lot), amount).accepted


@step(parsers.parse("the owner bids ${amount:d} on the site"))
def _own_bid(system, lot, amount):
    assert system.site.bid(system.site.demo_user, system.at_site(lot), amount).accepted


@step("the leader withdraws at the site")
def _withdraws(system, lot):
    here = system.at_site(lot)
    here.withdraw(here.leader, system.site.now())


@step(parsers.parse("the site moves the close by {seconds:d} seconds"))
def _moves(system, lot, seconds):
    system.at_site(lot).close += seconds * 1000
    system.site.replan()


@step("the site takes the lot down")
def _takes_down(system, lot):
    del system.site.lots[int(lot)]


@step(parsers.parse('the site calls it "{word}"'))
def _word(system, lot, word):
    system.at_site(lot).word = word


# ---- the site's behaviour --------------------------------------------------------------------------------------------------------


@step(parsers.re(r"every (?P<what>page|request) fails with (?P<status>\d+)"))
def _fails(system, what, status):
    _fault(system, "status", ("any",) if what == "request" else ("page", "data", "loader", "listings", "list"), status=int(status))


@step("the site works again")
def _works(system):
    system.site.faults.remove(None)


@step(parsers.parse("every request is answered {seconds:d} seconds late"))
def _slow(system, seconds):
    _fault(system, "slow", ms=seconds * 1000)


@step(parsers.re(r"every page (?P<what>is a captcha|is some other page|breaks off)"))
def _odd_pages(system, what):
    kinds = {"is a captcha": "captcha", "is some other page": "html", "breaks off": "reset"}
    _fault(system, kinds[what], ("page", "data", "loader"))


@given(parsers.re(r"the answer to the next bid (?P<what>is lost after the site took it|breaks off before the site took it)"))
def _answer_lost(system, what):
    after = {"when": "after"} if "after the site" in what else {}
    _fault(system, "reset", ("bids",), count=1, **after)


@given(parsers.re(r"the next bid is answered with (?P<what>.+)"))
def _answered(system, what):
    kinds = {
        "a captcha": ("captcha", {}), "some page": ("html", {}), "503": ("status", {"status": 503}),
        "503 after the site took it": ("status", {"status": 503, "when": "after"}), "a login page": ("session", {"form": "login"}),
        "half an answer": ("cut", {"bytes": 60}), "words nobody knows": ("refusal", {"type": "unknown"}),
        "429 and a pause of 20 seconds": ("status", {"status": 429, "retry_after": 20}), "too low": ("refusal", {"type": "too-low"}),
        "the auction has ended": ("refusal", {"type": "ended"}), "please log in": ("refusal", {"type": "login"}),
        "a bid of that amount is there already": ("refusal", {"type": "duplicate"}),
    }  # fmt: skip
    kind, params = kinds[what]
    _fault(system, kind, ("bids",), count=1, **params)


@step(parsers.parse("the site asks for a pause of {seconds:d} seconds"))
def _pause(system, story, seconds):
    story.asked = system.site.ledger.requests
    _fault(system, "status", ("page", "data", "loader"), count=1, status=429, retry_after=seconds)


@step("the session expires at the site")
def _expires(system):
    system.site.accounts.expire()


@step("the session is checked")
def _checked(system):
    system._with_time(system.stub.CheckSession(site_pb2.CheckSessionRequest()))


@given("the owner is logged in at the site")
def _logged_in(system):
    system.log_in()


@step("the owner logs in again and sends the session")
def _again(system):
    system.log_in()


def _fault(system, kind, on=("any",), count=None, **params):
    system.site.faults.add({"kind": kind, "on": list(on), "count": count, "params": params}, system.site.now())


# ---- time ------------------------------------------------------------------------------------------------------------------------


@step(parsers.re(r"(?P<seconds>[\d.]+) seconds? pass(es)?"))
def _pass(story, seconds):
    story.world.go(float(seconds))


@step(parsers.parse("it is {seconds:g} seconds before the close"))
def _before_the_close(system, lot, seconds):
    system.go_to_close(lot, seconds)


@step(parsers.parse("it is closed for {seconds:g} seconds at the site"))
def _closed_for(system, lot, seconds):
    system.go_to_close(lot, -seconds)


@step(parsers.parse("both have been closed for {seconds:d} seconds at the site"))
def _both_closed(system, story, seconds):
    for lot in story.lots:
        system.go_to_close(lot, 0)
    system.go(seconds)
