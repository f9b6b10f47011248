"""What the bidder says when it will not bid, and that it does not."""

import pytest

SNIPE_AT_ONCE = {"strategy": "auto", "cap": 4000}


def said(system, lot):
    """The lot's sentence."""
    return system.lot(lot).say


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"strategy": "brilliant"}, "Will NOT bid, because there is no strategy 'brilliant'; there is: auto, manual, smart, sniping."),
        ({"strategy": ""}, "Will NOT bid, because no strategy is chosen; there is: auto, manual, smart, sniping."),
        ({"params": '{"snipeSeconds": 99}', "strategy": "sniping"}, "snipeSeconds: Input should be less than or equal to 60"),
        ({"strategy": "manual"}, "Will NOT bid, because this lot is bid on by hand only (strategy manual)."),
        ({"allin": 100}, "Will NOT bid, because the next bid, $1, is above your limit of $0."),
        ({"cap": 99}, "Will NOT bid, because the next bid, $1, is above your limit of $0."),
        ({"armed": "0"}, "Watched only: it is not armed."),
    ],
)
def test_a_lot_that_will_not_be_bid_on_says_why(system, fields, sentence):
    """
    Whatever the owner set, the sentence names it.
    """
    lot = system.open_lot(600)
    system.watch(lot, **{**SNIPE_AT_ONCE, **fields})
    system.go(3)

    assert sentence in said(system, lot)
    assert [] == system.bids(lot)


def test_a_budget_that_is_used_up_is_named(system):
    """
    The guard in the store refuses, the sentence says which budget.
    """
    system.run(system.transitions.budget("total", 100))
    lot = system.open_lot(600)
    system.watch(lot, **SNIPE_AT_ONCE)
    system.go(3)

    assert "Will NOT bid, because it would go over the budget 'total'." == said(system, lot)
    assert 0 == system.bid_requests()


def test_the_services_own_switch_is_named(system):
    """
    A live lot in a service that is in dry run.
    """
    system.run(system.transitions.mode("owner", live=False))
    lot = system.open_lot(600)
    system.watch(lot, **SNIPE_AT_ONCE)
    system.go(3)

    assert "the service is in dry run" in said(system, lot)


def test_a_store_that_may_lose_data_holds_real_money(system):
    """
    Paper goes on, real money does not, and the reason is the store's own complaint.
    """
    conditions = system.bidder.worker._conditions
    conditions.complaints = ["Redis has appendfsync everysec"]
    real, paper = system.open_lot(600), system.open_lot(600)
    system.watch(real, **SNIPE_AT_ONCE)
    system.watch(paper, mode="dry", **SNIPE_AT_ONCE)
    conditions._checked = system.clock.monotonic()
    system.go(3)

    assert "Redis has appendfsync everysec" in said(system, real)
    assert ["LEADING"] == [receipt.state for receipt in system.receipts(paper)]
    assert 0 == system.bid_requests()


def test_a_lot_the_account_may_not_bid_on(system):
    """
    The site says so with the lot.
    """
    lot = system.open_lot(600)
    system.at_site(lot).blocked = True
    system.watch(lot, **SNIPE_AT_ONCE)
    system.go(3)

    assert "does not allow your account" in said(system, lot)


def test_a_word_the_site_uses_for_a_lot_that_is_not_open(system):
    """
    Unknown words are not open for bidding.
    """
    lot = system.open_lot(600)
    system.at_site(lot).word = "paused"
    system.watch(lot, **SNIPE_AT_ONCE)
    system.go(3)

    assert "Will NOT bid, because the site does not have this lot open for bidding (paused)." == said(system, lot)


def test_an_amount_refused_three_times_is_not_sent_again(system):
    """
    Whatever the site's reason, three times the same is enough until something changes.
    """
    system.site.faults.add({"kind": "refusal", "on": ["bids"], "params": {"type": "unknown"}}, system.site.now())
    lot = system.open_lot(600)
    system.watch(lot, **SNIPE_AT_ONCE)
    system.go(90, step=0.5)

    assert 3 == system.bid_requests()
    assert "the site did not take $1 3 times in a row" in said(system, lot)


def test_reads_that_fail_hold_the_bid(system):
    """
    Nothing is bid on what is not known: the reason is the read, and with the breaker on the site as a whole.
    """
    system.run(system.redis.set("feature:circuit_breaker", "false"))
    system._with_time(system.proxy.parts.chain.follow())
    lot = system.open_lot(600)
    system.watch(lot, strategy="sniping")
    system.go(3)
    system.site.faults.add(
        {"kind": "status", "on": ["page", "data", "loader", "listings", "list"], "params": {"status": 503}}, system.site.now()
    )
    system.go_to_close(lot, 5)

    assert "the lot could not be read right before bidding" in said(system, lot)
    assert 0 == system.bid_requests()
    assert "down" == system.lot(lot).trouble_kind

    system.run(system.redis.set("feature:circuit_breaker", "true"))
    system._with_time(system.proxy.parts.chain.follow())
    other = system.open_lot(60)
    system.watch(other, strategy="sniping")
    system.go(20)
    assert "the site fails at present and is left alone" in said(system, other)
    assert 0 == system.bid_requests()


def test_an_order_that_makes_no_sense_is_dropped(system):
    """
    The amount is no number.
    """
    lot = system.open_lot(600)
    system.watch(lot, armed="0")
    system.go(2)
    system.run(system.transitions.configure(lot, {"ask": "order:many"}))
    system.go(3)

    assert "" == system.lot(lot).ask
    assert 0 == system.bid_requests()


def test_an_ailing_site_and_a_changed_one_are_named(system):
    """
    The breaker holds everybody, a format that is not understood only real money; each goes on by itself.
    """
    system.run(system.transitions.breaker_tell("a", "trip", "0", "503"))
    real, paper = system.open_lot(600), system.open_lot(600)
    system.watch(real, **SNIPE_AT_ONCE)
    system.watch(paper, mode="dry", **SNIPE_AT_ONCE)
    system.go(3)
    assert ["the site fails at present" in said(system, lot) for lot in (real, paper)] == [True, True]

    system.run(system.transitions.format("broken", "Lot 7 lacks userState.nextBid."))
    system.run(system.redis.hset("bw:cb", "state", "closed"))
    system.go(12)
    assert "(Lot 7 lacks userState.nextBid)" in said(system, real)
    assert [[], ["LEADING"]] == [[receipt.state for receipt in system.receipts(lot)] for lot in (real, paper)]

    system.run(system.transitions.format("ok", ""))
    system.go(3)
    assert ["LEADING"] == [receipt.state for receipt in system.receipts(real)]


def test_a_timed_bid_waits_for_the_sites_clock(system):
    """
    Known to half a second only it is not timed by; known well enough the bid goes out, still before the close.
    """
    lot = system.open_lot(40)
    system.watch(lot, strategy="sniping", cap=4000)
    clock = {"lo_ms": "-400", "hi_ms": "400", "at_ms": "0", "trusted": "1"}
    system.run(system.redis.hset("bw:clock", mapping=clock))
    system.go(32)
    assert "the site's clock is known only to ± 0.4 s yet" in said(system, lot)
    assert 0 == system.bid_requests()

    system.run(system.redis.hset("bw:clock", mapping={**clock, "lo_ms": "-50", "hi_ms": "50"}))
    system.go(3)
    assert 1 == system.bid_requests()


def test_clocks_that_contradict_each_other_time_no_bid_later(system):
    """
    What cannot be known better is reckoned with: the bid leaves earlier, not never.
    """
    lot = system.open_lot(40)
    system.watch(lot, strategy="sniping", cap=4000)
    system.run(system.redis.hset("bw:clock", mapping={"lo_ms": "-1500", "hi_ms": "1500", "at_ms": "0", "trusted": "0"}))
    system.go(32)
    assert 1 == system.bid_requests()
