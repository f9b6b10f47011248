"""Rounds: the account's list keeps every lot with a bid of ours fresh, in one request."""

import pytest

from bidwright.runtime import reading
from bidwright_poller.rounds import covered


@pytest.fixture
def bidden(system):
    """Five lots that we lead, far from their close."""
    lots = [system.open_lot(300) for _ in range(5)]
    for lot in lots:
        system.watch(lot, strategy="auto", cap=5000)
    system.go(12)
    assert all(system.lot(lot).leading for lot in lots)
    return lots


def a_round(system):
    """Read the list once; gives the pause until the next round."""
    ours = system.run(system.poller.rounds._ours())
    return system._with_time(system.poller.rounds.go(ours))


def outbid(system, lot):
    """Somebody bids far above us."""
    system.site.bid(9001, system.at_site(lot), 30, who="hand")


def test_one_request_tells_all_of_ours(system, bidden):
    """
    Who leads, the price and the next bid of each lot follow from one answer.
    """
    for lot in bidden:
        outbid(system, lot)
    before = dict(system.site.ledger.by_kind)
    pause = a_round(system)
    after = system.site.ledger.by_kind

    assert [False] * 5 == [system.lot(lot).leading for lot in bidden]
    assert all(system.lot(lot).next_bid > system.lot(lot).price > 0 for lot in bidden)
    assert 1 == after["account"] - before["account"]
    assert after["page"] == before["page"]
    assert 5.0 == pause  # five minutes to go


def test_lots_kept_fresh_need_no_looks_of_their_own(system, bidden):
    """
    While rounds go on, the single looks of their lots rest.
    """
    a_round(system)
    system.poller.looks.needs.rounds_alive = system.run(system.poller.rounds.alive())  # what the plan loop does every two seconds
    before = system.site.ledger.by_kind["page"]
    for _ in range(8):
        system.go(3)
        a_round(system)

    assert before == system.site.ledger.by_kind["page"]


def test_a_look_that_somebody_asks_for_is_made_although_a_round_was_just_now(system, bidden):
    """
    As the gateway asks for it, which is another process than the one that makes the look.
    """
    a_round(system)
    system.poller.looks.needs.rounds_alive = system.run(system.poller.rounds.alive())
    outbid(system, bidden[0])
    before = system.lot(bidden[0]).price
    system.run(system.transitions.put("poll", bidden[0]))
    system.go(2)

    assert before < system.lot(bidden[0]).price


@pytest.mark.parametrize("looked_first", [False, True])
def test_a_bid_right_after_the_watch_is_not_left_untold(system, bidden, looked_first):
    """
    The lot's first look, which its watcher's read answers, comes just after the bid, or just before; the next round is half a minute away.
    """
    a_round(system)
    system.poller.looks.needs.rounds_alive = system.run(system.poller.rounds.alive())
    lot = system.open_lot(7200)
    reply = system._with_time(system.poller.reads.lot(lot))
    system.watch(lot, strategy="auto", cap=5000)
    system.run(reading.apply(system.transitions, reply.lot, reply.read_started_ms))
    for part in (system.poller, system.bidder) if looked_first else (system.bidder, system.poller):
        system._with_time(part.worker.run_due())
    assert system.lot(lot).high > 0

    system.go(8)

    assert system.lot(lot).leading


def test_a_bid_hours_before_the_close_is_confirmed_at_once(system, bidden):
    """
    The next round may be half a minute away, and somebody who has bid looks at the screen.
    """
    lot = system.open_lot(7200)
    system.watch(lot, armed="0", strategy="auto", cap=5000)
    system.go(2)
    reply = system._with_time(system.poller.reads.lot(lot))
    system.run(reading.apply(system.transitions, reply.lot, reply.read_started_ms))
    a_round(system)
    system.poller.looks.needs.rounds_alive = system.run(system.poller.rounds.alive())
    system.run(system.transitions.configure(lot, {"ask": "order-1:500"}))
    system._with_time(system.bidder.worker.run_due())
    system.go(1)

    assert (system.lot(lot).high, system.lot(lot).leading) == (500, True)


def test_a_list_behind_the_times_is_not_believed(system, bidden):
    """
    A price below one that was seen before means an old list: nothing of it is told, and it rests.
    """
    for lot in bidden:
        outbid(system, lot)
        system.run(system.poller.looks.want(lot))
    system.go(3)
    price = system.lot(bidden[0]).price
    for lot in bidden:
        system.at_site(lot).price = 1

    assert 30.0 == a_round(system)
    assert price == system.lot(bidden[0]).price


def test_a_site_without_a_list_is_asked_rarely(system, bidden):
    """
    It is left alone for ten minutes, and single looks go on.
    """
    system.site.faults.add({"kind": "status", "on": ["account"], "params": {"status": 404}}, system.site.now())

    assert 30.0 <= a_round(system)
    assert not system.run(system.poller.rounds.alive())


def test_only_lots_with_a_bid_of_ours_are_covered(system, bidden):
    """
    A lot that is watched and never bid on is not in the account's list.
    """
    watched = system.open_lot(300)
    system.watch(watched, armed="0")
    system.go(5)

    assert covered(system.lot(bidden[0]))
    assert not covered(system.lot(watched))
