"""Workers that die, bids that get stuck, a store that goes away: nothing is lost, nothing is done twice."""

from redis.exceptions import ConnectionError as RedisConnectionError

from bidwright.clock import to_ms
from bidwright.transitions import Transitions


def test_a_bid_without_an_outcome_is_told_as_stuck_and_found_by_reading(system):
    """
    While reads fail nothing is decided; the first good reads settle it.
    """
    lot = system.open_lot(300)
    system.watch(lot, strategy="auto")
    system.site.faults.add({"kind": "reset", "on": ["bids"], "count": 1, "params": {"when": "after"}}, system.site.now())
    system.go(1.5)
    system.site.faults.add({"kind": "status", "params": {"status": 503}}, system.site.now())
    system.go(45, step=0.5)

    assert "UNKNOWN" == system.receipts(lot)[-1].state
    assert {system.receipts(lot)[-1].id} == system.bidder.sweeper._told

    system.site.faults.remove(None)
    system.go(40, step=0.5)

    assert ["LEADING"] == [receipt.state for receipt in system.receipts(lot)]
    assert set() == system.bidder.sweeper._told
    assert 1 == system.bid_requests()


def test_a_reserved_bid_that_no_proxy_took_expires(system):
    """
    The proxy is away for a while: the intent ends unsent, and a new one is made when it is back.
    """
    lot = system.open_lot(300)
    system.watch(lot, strategy="auto", armed="0")
    system.go(3)
    submit = system.bidder.worker._reconciler._stub.SubmitIntent
    calls = []

    async def nobody(request, timeout, metadata=None):  # noqa: ASYNC109 - as gRPC has it
        calls.append(request.intent_id)
        return await submit(type(request)(intent_id="nothing"), timeout=timeout, metadata=metadata)

    system.bidder.worker._reconciler._stub.SubmitIntent = nobody
    system.run(system.transitions.configure(lot, {"armed": "1"}))
    system.go(6)
    system.bidder.worker._reconciler._stub.SubmitIntent = submit
    system.go(10)
    states = [receipt.state for receipt in system.receipts(lot)]

    assert ("EXPIRED", "LEADING") == (states[0], states[-1])
    assert len(calls) == states.count("EXPIRED")
    assert 1 == len(system.bids(lot))


def test_a_worker_that_dies_leaves_its_lots_to_others(system):
    """
    Taken and never ended: due again when the lease is over.
    """
    lot = system.open_lot(300)
    system.watch(lot, strategy="auto")
    taken = system.run(system.transitions.take("bid", n=10, lease_ms=2000))
    assert [lot] == [ticket.lot_id for ticket in taken.tickets]
    system.go(6)

    assert ["LEADING"] == [receipt.state for receipt in system.receipts(lot)]


def test_a_store_that_is_away_drops_the_look_and_goes_on_later(system):
    """
    Nothing is known to have happened, so nothing is repeated by hand: the lease brings the lot back.
    """
    lot = system.open_lot(300)
    system.watch(lot, strategy="auto")
    reconciler = system.bidder.worker._reconciler
    records, reconciler._records = reconciler._records, _Away()
    system.run(system.bidder.worker.run_due())
    reconciler._records = records
    system.go(6)

    assert ["LEADING"] == [receipt.state for receipt in system.receipts(lot)]


def test_a_look_that_the_store_broke_off_is_handed_back_at_once(system):
    """
    Its lot does not wait for the lease, and is not counted as one that ends its workers, however often the store goes away.
    """
    lot = system.open_lot(300)
    system.watch(lot, strategy="auto")
    reconciler = system.bidder.worker._reconciler
    records, reconciler._records = reconciler._records, _Away()
    for _ in range(5):
        assert 1 == system.run(system.bidder.worker.step())
        assert system.run(system.bidder.worker.settle(5))
        assert 0 == system.run(system.bidder.worker.step())
        system.clock.advance(0.3)
    reconciler._records = records

    assert 1 == system.run(system.bidder.worker.run_due())
    assert 0 == system.events("lot.retaken", lot)


class _Away:
    """A store that does not answer."""

    async def lot(self, lot_id):
        raise RedisConnectionError(lot_id)


def test_two_bidders_never_bid_twice(system):
    """
    A second replica takes lots from the same queue; each lot is bid on once.
    """
    lots = [system.open_lot(300) for _ in range(6)]
    for lot in lots:
        system.watch(lot, strategy="auto")

    async def both():
        other = Transitions(system.redis, wall=lambda: to_ms(system.clock.now()))
        taken = await other.take("bid", n=3, lease_ms=2000)
        assert 3 == len(taken.tickets)

    system.run(both())
    system.go(12)

    assert [1] * 6 == [len(system.bids(lot)) for lot in lots]


def test_a_look_that_takes_long_keeps_its_lot_and_a_dead_one_loses_it_soon(system):
    """
    The site is slow: the poller's lease is short and renewed for as long as it lives; without it another one has the lot after two seconds.
    """
    lot = system.open_lot(3600)
    system.watch(lot, armed="0")
    system.go(3)
    system.site.faults.add({"kind": "slow", "params": {"ms": 8000}}, system.site.now())
    system.run(system.transitions.put("poll", lot))
    system.go(5)

    assert 1 == system.poller.worker.under_way
    assert [] == system.run(system.transitions.take("poll", n=10, lease_ms=2000)).tickets

    system.run(system.poller.worker.close())  # as good as dead: it renews no more and says no DONE
    system.clock.advance(1.0)
    assert [] == system.run(system.transitions.take("poll", n=10, lease_ms=2000)).tickets
    system.clock.advance(1.1)
    assert [lot] == [ticket.lot_id for ticket in system.run(system.transitions.take("poll", n=10, lease_ms=2000)).tickets]
