"""What a bid was decided on, and why none was made: noted by the bidder itself, for receipts and post-mortems."""

import json

from bidwright.post_mortem import post_mortem
from bidwright.runtime.site_time import Offset, publish


def ending(system, lot):
    """The post-mortem as the gateway has it."""
    record, intents = system.lot(lot), system.receipts(lot)[::-1]
    history, holds = system.run(system.records.history(lot)), system.run(system.records.holds(lot))
    return post_mortem(record, intents, history, holds)


def test_a_bid_carries_what_it_was_decided_on(system):
    """
    The read's age, the clock's width, the toggles, the strategy's version and both sentences.
    """
    system.log_in()
    system.run(publish(system.redis, Offset(-60, 60), 0))
    lot = system.open_lot(120)
    system.watch(lot, params='{"snipeSeconds": 10}')
    system.go_to_close(lot, 5)

    [intent] = system.receipts(lot)
    assert 0 <= intent.age <= 2000
    toggles = json.loads(intent.toggles)
    assert (120.0, True, False) == (intent.width, toggles["circuit_breaker"], toggles["smart_bidding"])
    assert ("0.1.0", '{"snipeSeconds": 10}') == (intent.version, intent.params)
    assert intent.said.startswith("Bidding $1 now, up to $40")
    system.go(50)
    assert ending(system, lot).startswith("Won for $1 (")


def test_an_order_of_the_owner_is_told_from_a_decision(system):
    """
    The strategy had no part in it.
    """
    system.log_in()
    lot = system.open_lot(600)
    system.watch(lot, strategy="manual")
    system.go(2)
    assert system.run(system.transitions.configure(lot, {"ask": "order-1:500"})).ok
    system.go(3)

    [intent] = system.receipts(lot)
    assert ("ordered by the owner", 500) == (intent.reason, intent.amount)


def test_a_lot_that_was_held_back_says_why(system):
    """
    From the bidder's sentence to the post-mortem; what was over before the close is no reason.
    """
    system.log_in()
    lot = system.open_lot(90, price=7)
    system.watch(lot)
    system.go(2)
    system.run(system.transitions.session("expired", "the site answered 401"))
    system.go_to_close(lot, 1)
    system.go(15)

    holds = system.run(system.records.holds(lot))
    assert "session" in holds[-1].say
    assert holds[-1].till is None
    assert all(hold.till is not None for hold in holds[:-1])
    assert system.lot(lot).final
    assert ending(system, lot).startswith("Not bid on: ")
    assert "session" in ending(system, lot)
