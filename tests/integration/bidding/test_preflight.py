"""Every kind of "would not bid" is announced by name before the close: by the check ahead of it, or by the lot's own sentence."""

import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from bidwright import Bid, Money, Params, Wait
from bidwright.runtime.host.messages import Offer
from bidwright.transitions import Command
from bidwright.versions import Version
from bidwright_bidder.guest import Guest

KINDS = {}
WATCH = {"strategy": "sniping", "cap": 4000}


def kind(name, *words):
    """One way to keep a lot from being bid on; *words* must be in what the owner is told."""

    def keep(function):
        KINDS[name] = (function, words)
        return function

    return keep


def redis(system, *words):
    """Run a Redis command."""
    return system.run(system.redis.execute_command(*words))


@kind("kill switch", "kill switch is on")
def _(system, lot):
    system.run(system.transitions.halt("owner", "enough"))


@kind("kill switch set by hand", "kill switch is on")
def _(system, lot):
    redis(system, "HSET", "bw:kill", "state", "halt")


@kind("a lost kill record", "kill switch is on")
def _(system, lot):
    redis(system, "DEL", "bw:kill")


@kind("service in dry run", "the service is in dry run")
def _(system, lot):
    system.run(system.transitions.mode("owner", live=False))


@kind("session expired", "it is expired")
def _(system, lot):
    system.run(system.transitions.session("expired", "logged out"))


@kind("session missing", "it is missing")
def _(system, lot):
    redis(system, "DEL", "bw:session")


@kind("session unreadable", "it is unreadable")
def _(system, lot):
    system.run(system.transitions.session("unreadable", "another key"))


@kind("session not proven", "it is unchecked")
def _(system, lot):
    system.run(system.transitions.session("unchecked", "the site did not answer"))


@kind("pages not understood", "lacks userState.nextBid")
def _(system, lot):
    system.run(system.transitions.format("broken", "Lot 7 lacks userState.nextBid."))


@kind("breaker open", "fails at present")
def _(system, lot):
    system.run(system.transitions.breaker_tell("a", "trip", "0", "503"))


@kind("store not durable", "appendfsync everysec")
def _(system, lot):
    conditions = system.bidder.worker._conditions
    conditions.complaints, conditions._checked = ["Redis has appendfsync everysec"], float("inf")


@kind("proxy away", "nellis-proxy does not answer")
def _(system, lot):
    system.run(system.proxy.server.stop(0))


@kind("proxy halted by file", "remove its file HALT")
def _(system, lot):
    system.proxy.parts.bids._halted_here = lambda: True


@kind("proxy locked to dry run", "BIDWRIGHT_MODE=dry-run")
def _(system, lot):
    system.proxy.parts.bids._dry_only = True


@kind("site asked for a pause", "left alone for")
def _(system, lot):
    system.run(system.transitions.block(400_000))


@kind("clock not known well enough", "clock is known only to ± 0.5 s")
def _(system, lot):
    redis(system, "HSET", "bw:clock", "lo_ms", "-500", "hi_ms", "500", "trusted", "1")
    system.bidder.preflight._site_time._looked = float("-inf")


@kind("site slow", "answers so slowly")
def _(system, lot):
    for _ in range(50):
        system.bidder.latency.reads.add(9.5)


@kind("request budget short", "more lots want to be looked at")
def _(system, lot):
    system.bidder.spread.short = True


@kind("lot page odd", "can not be understood")
def _(system, lot):
    system.run(system.transitions.note(lot, "trouble", "changed", "The site's page of this lot can not be understood."))


@kind("lot gone", "does not show this lot any more")
def _(system, lot):
    system.run(system.transitions.note(lot, "trouble", "gone", "The site does not show this lot any more."))


@kind("market word unknown", "does not have this lot open")
def _(system, lot):
    redis(system, "HSET", f"bw:lot:{lot}", "status", "not-open")


@kind("account not allowed", "does not allow your account")
def _(system, lot):
    redis(system, "HSET", f"bw:lot:{lot}", "x:allowed", "0")


@kind("rates unknown", "premium and tax of this lot are not known")
def _(system, lot):
    redis(system, "HSET", f"bw:lot:{lot}", "premium", "")


@kind("cap unreadable", "there is no limit set")
def _(system, lot):
    redis(system, "HSET", f"bw:lot:{lot}", "cap", "lots")


@kind("price above the cap", "is above your limit of $40")
def _(system, lot):
    redis(system, "HSET", f"bw:lot:{lot}", "next_bid", "4100")


@kind("owner's limit lowered", "limit for a single bid")
def _(system, lot):
    redis(system, "HSET", "bw:limits", "bid", "50")


@kind("total budget used up", "the budget 'total' has $0 left")
def _(system, lot):
    system.run(system.transitions.budget("total", 0))


@kind("day budget used up", "the budget 'day:2026-09-21' has $0 left")
def _(system, lot):
    system.run(system.transitions.budget("day:2026-09-21", 0))
    assert system.run(system.transitions.configure(lot, {"scopes": "total,day:2026-09-21"})).ok


@kind("no budget", "belongs to no budget")
def _(system, lot):
    redis(system, "HSET", f"bw:lot:{lot}", "scopes", "")


@kind("group full", "enough lots of its group")
def _(system, lot):
    system.run(system.transitions.group("lamps", 0, command=Command.of("g", "x")))
    assert system.run(system.transitions.configure(lot, {"group": "lamps"})).ok


@kind("strategy gone", "there is no strategy 'brilliant'")
def _(system, lot):
    assert system.run(system.transitions.configure(lot, {"strategy": "brilliant"})).ok


@kind("strategy settings wrong", "snipeSeconds")
def _(system, lot):
    assert system.run(system.transitions.configure(lot, {"params": '{"snipeSeconds": 99}'})).ok


@kind("strategy quarantined", "in quarantine (boom)")
def _(system, lot):
    guest = Guest("dropin:odd.py", None, system.clock, None)
    guest.version, guest.offers = Version(guest.name, "sha"), {"odd": Offer("odd", "", "1", "{}")}
    guest.held, guest.held_why = "sha", "boom"
    system.bidder.foreign._guests[guest.name] = guest
    assert system.run(system.transitions.configure(lot, {"strategy": "odd"})).ok


@kind("manual", "bid on by hand only")
def _(system, lot):
    assert system.run(system.transitions.configure(lot, {"strategy": "manual"})).ok


@dataclass(frozen=True)
class Broken:
    """A strategy that raises."""

    name: str = "sniping"
    description: str = "Raises."
    version: str = "1"
    params: type = Params

    def decide(self, lot, now):
        raise RuntimeError("no idea")


@kind("strategy fails", "RuntimeError: no idea")
def _(system, lot):
    system.bidder.strategies._built_in["sniping"] = (Broken(), "test")


@kind("disk full", "disk is 99% full")
def _(system, lot, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda _: (1000, 990, 10))


def test_there_are_thirty_and_more():
    """As many as the promise names."""
    assert 30 <= len(KINDS)


@pytest.mark.parametrize("name", KINDS)
def test_what_will_keep_a_bid_back_is_announced(system, monkeypatch, name):
    """
    Nine minutes before the close the check has told it, or the lot's sentence says it; never later than two minutes before.
    """
    inject, words = KINDS[name]
    lot = system.open_lot(700)
    system.watch(lot, **WATCH)
    system.go(3)
    assert "Will bid up to $40" in system.lot(lot).say
    inject(*((system, lot, monkeypatch) if inject.__code__.co_argcount > 2 else (system, lot)))
    system.clock.advance(170)  # ten minutes before the close, nobody having looked since
    system.run(system.bidder.preflight.look())
    record = system.lot(lot)
    told = " ".join(sentence for _, sentence in json.loads(record.pre_red or "[]"))
    if not all(word in told for word in words):
        system.go(3)
        told = system.lot(lot).say
        assert "Will NOT bid" in told
    assert [] == [word for word in words if word not in told]
    assert 10 == record.pre_mark
    assert system.left(lot) > 120


def test_a_lot_that_will_be_bid_on_has_nothing_red(system):
    """
    At each of the three marks the check is kept once, with nothing to tell; an extension asks for no other.
    """
    lot = system.open_lot(3700)
    system.watch(lot, **WATCH)
    system.go(3)
    for left, mark in ((3590, 60), (595, 10), (110, 2)):
        while system.left(lot) > left:
            system.go(min(60.0, system.left(lot) - left), step=30)
        for _ in range(2):
            system.run(system.bidder.preflight.look())
        assert (mark, "") == (system.lot(lot).pre_mark, system.lot(lot).pre_red)
    assert 3 == system.events("preflight.changed", lot)


class Greedy:
    """A strategy that bids its whole limit, again and again."""

    name, description, version, params = "greedy", "Bids everything.", "1", Params

    def __init__(self, amount):
        self.amount = amount

    def decide(self, lot, now):
        return Bid(Money.whole(self.amount)) if not lot.leading else Wait(now + timedelta(hours=1))


def test_a_step_that_is_too_large_is_held(system):
    """
    The owner allows $5 above the next bid: a strategy that bids its whole limit is refused, the owner's own order is not.
    """
    redis(system, "HSET", "bw:limits", "step", "500")
    system.bidder.strategies._built_in["greedy"] = (Greedy(30), "test")
    lot = system.open_lot(600)
    system.watch(lot, strategy="greedy", cap=4000)
    system.go(3)
    assert "farther above the next bid than you allow" in system.lot(lot).say
    assert 0 == system.bid_requests()
    assert system.run(system.transitions.configure(lot, {"ask": "order-1:3000"})).ok
    system.go(3)
    assert [30] == [bid["amount"] for bid in system.bids(lot)]


def test_too_many_bids_in_a_minute_are_held(system):
    """
    Three a minute are allowed: a war that goes faster pauses and says so.
    """
    redis(system, "HSET", "bw:limits", "per_minute", "3")
    lot = system.open_lot(600)
    system.watch(lot, strategy="auto", cap=40_000, params='{"patienceSeconds": 0}')
    for number in range(6):
        system.go(3)
        system.site.bid(9001 + number, system.at_site(lot), system.at_site(lot).next_for(None))
        system.run(system.transitions.put("poll", lot))
    system.go(3)
    assert 3 == system.bid_requests()
    assert "as often within a minute as you allow" in system.lot(lot).say
    system.go(70, step=1)
    assert system.bid_requests() > 3


def test_the_folder_of_the_disk_check_need_not_exist(system):
    """
    The nearest folder above it is looked at.
    """
    system.bidder.preflight._data_dir = Path("/nowhere/at/all")
    assert "disk" == system.bidder.preflight._disk().name
