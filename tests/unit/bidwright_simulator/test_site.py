"""The sale as a whole: time, rivals, repeatability."""

from collections import Counter

import pytest

from bidwright.testing import HandClock
from bidwright_simulator import Settings, Site
from bidwright_simulator.rivals import KINDS
from bidwright_simulator.site import Wish


@pytest.fixture
def site(clock):
    return Site(clock, seed="a")


def bids_of(site):
    return [
        (entry["t"], entry["lot"], entry["user"], entry["amount"], entry["outcome"]) for entry in site.ledger.read(limit=10_000, what="bid")
    ]


def play(seed, steps, seconds=400.0):
    clock = HandClock()
    site = Site(clock, seed=seed)
    lots = [site.open_lot(Wish(40 + 20 * n)) for n in range(10)]
    for n in range(steps):
        clock.advance(seconds / steps)
        site.advance()
        if n == steps // 4 - 1:
            site.bid(site.demo_user, lots[9], 9)
    return bids_of(site), [(lot.price, lot.leader, lot.close, lot.closed) for lot in lots]


def test_the_same_seed_repeats_exactly():
    """
    Same seed, same questions at the same times: the same bids by the same rivals, and the same ends.
    """
    assert play("a", 40) == play("a", 40)
    assert play("a", 40) != play("b", 40)


def test_the_step_of_time_does_not_matter():
    """
    Rivals act at their planned times, however seldom somebody looks.
    """
    assert play("a", 4) == play("a", 4000)


def test_nothing_moves_by_itself(site, clock):
    """
    Time passes for the sale only when it is played.
    """
    lot = site.open_lot(Wish(10, rivals=[("proxy", 50)]))
    clock.advance(60)
    assert (0, False) == (lot.price, lot.closed)

    site.advance()
    assert (1, True) == (lot.price, lot.closed)


def test_a_lot_closes_at_its_time_and_tells(site, clock):
    """
    The close is told once, with the time of the close and not of the look.
    """
    told = []
    site.listeners.append(lambda what, lot, t: told.append((what, lot.id, t)))
    lot = site.open_lot(Wish(10, rivals=[]))
    clock.advance(9.999)
    site.advance()
    assert not lot.closed

    clock.advance(5)
    site.advance()
    site.advance()
    assert [("closed", lot.id, lot.close)] == told


def test_an_extended_close_is_confirmed_later(site, clock):
    """
    A bid in the last seconds keeps the lot open past its first close.
    """
    lot = site.open_lot(Wish(60, rivals=[]))
    clock.advance(55)
    site.bid(site.demo_user, lot, 4)
    clock.advance(29)
    site.advance()
    assert not lot.closed

    clock.advance(1)
    site.advance()
    assert lot.closed
    assert lot.close == lot.first_close + 25_000


def test_soft_close_may_be_strict(clock):
    """
    Under the strict reading a bid exactly at the interval does not extend.
    """
    site = Site(clock, settings=Settings(soft_close="strict"))
    lot = site.open_lot(Wish(60, rivals=[]))
    clock.advance(30)

    assert not site.bid(site.demo_user, lot, 4).extended


@pytest.mark.parametrize("kind", KINDS)
def test_every_rival_bids_and_stops_at_its_limit(site, clock, kind):
    """
    Against a standing maximum each kind of rival goes to its limit and not beyond.
    """
    lot = site.open_lot(Wish(300, rivals=[(kind, 12)], early=[40]))
    for _ in range(1200):
        clock.advance(1)
        site.advance()
    theirs = [entry["amount"] for entry in site.ledger.read(what="bid", who=kind)]

    assert lot.closed
    assert theirs
    assert max(theirs) <= 12
    assert lot.maximum == 40


def test_a_sniper_comes_last(site, clock):
    """
    A sniper bids in the last eight seconds of a close.
    """
    site.open_lot(Wish(300, rivals=[("sniper", 12)]))
    clock.advance(400)
    site.advance()
    (entry, *_) = site.ledger.read(what="bid")

    assert 0 < site.lots[entry["lot"]].first_close - entry["t"] <= 8_000


def test_two_rivals_make_a_war(site, clock):
    """
    Patient and increment answer each other through extensions until one limit is reached.
    """
    lot = site.open_lot(Wish(120, rivals=[("patient", 14), ("increment", 16)]))
    clock.advance(1200)
    site.advance()

    assert lot.closed
    assert Counter(entry["who"] for entry in site.ledger.read(what="bid"))["patient"] > 2
    assert lot.leader == lot.rivals[1].user


def test_a_skewed_clock_keeps_remaining_times(site, clock):
    """
    Lots and sessions are carried along; without carrying, closes come nearer.
    """
    lot = site.open_lot(Wish(60, rivals=[("sniper", 9)]))
    cookie = site.accounts.open("demo@example.invalid", site.now())
    site.skew(5_000)
    assert lot.close - site.now() == 60_000
    assert site.accounts.user(cookie, site.now()) == site.demo_user

    site.skew(15_000, carry=False)
    assert lot.close - site.now() == 50_000
    clock.advance(50)
    site.advance()
    assert len(site.ledger.read(what="bid")) == 1


def test_old_lots_are_forgotten_in_the_end(site, clock):
    """
    Closed lots stay readable, but not without bound.
    """
    for _ in range(520):
        site.open_lot(Wish(1, rivals=[]))
    clock.advance(2)
    site.advance()
    site.open_lot(Wish(1))

    assert len(site.lots) == 501


def test_everything_awkward_is_on_sale(site):
    """
    Titles with inch marks and parentheses, markup, other scripts and more than 200 characters do come up.
    """
    titles = " ".join({site.open_lot(Wish(60)).item.title for _ in range(300)})

    for sign in ('"', "(", "<b>", "</script>", "\u30d4", "Cafeti\u00e8re"):
        assert sign in titles
    assert any(len(lot.item.title) > 200 for lot in site.lots.values())
