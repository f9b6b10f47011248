"""The breaker around reads, with replicas, toggles and a site that fails."""

import asyncio

import grpc.aio
import pytest

from bidwright import errors
from bidwright.runtime.rpc import error_of
from bidwright_proto.v1 import site_pb2
from bidwright_simulator.site import Wish


async def read(running, lot, error=None):
    """One read; raises what it stands for."""
    try:
        return await running.stub.GetLot(site_pb2.GetLotRequest(lot_id=str(lot.id), purpose=site_pb2.PURPOSE_RECONCILE))
    except grpc.aio.AioRpcError as failed:
        raise error_of(failed) from None


async def trip(running, lot):
    """Reads until the breaker is open."""
    while True:
        try:
            await read(running, lot)
        except errors.UpstreamBusy:
            return
        except errors.UpstreamDown:
            pass


async def until(look):
    """Wait for it to become true."""
    async with asyncio.timeout(10):
        while not await look():  # noqa: ASYNC110 - replicas hear of it by asking
            await asyncio.sleep(0.05)


def _pages(sim):
    return sum(sim.ledger.by_kind[kind] for kind in ("page", "data", "loader"))


@pytest.fixture
def lot(sim):
    """An open lot."""
    return sim.open_lot(Wish(close_in=3600, rivals=(), early=(14,)))


@pytest.mark.parametrize(
    "fault",
    [{"kind": "status", "params": {"status": 503}}, {"kind": "reset"}, {"kind": "cut", "params": {"bytes": 1}}],
    ids=lambda f: f["kind"],
)
async def test_opens_for_all_and_closes_with_one_probe(house, sim, lot, fault):
    """Five failures open it; three replicas fail at once without asking; one probe goes out, and a good one lets all go again."""
    replicas = [await house.start(breaker_open_s=60.0) for _ in range(3)]
    for running in replicas:
        await read(running, lot)
    sim.faults.add({**fault, "on": ["page", "data", "loader"]}, sim.now())
    before = _pages(sim)
    await trip(replicas[0], lot)
    assert 5 <= _pages(sim) - before <= 6  # a second try may be under way when the fifth failure comes
    await asyncio.sleep(0.6)
    before = _pages(sim)
    for running in replicas:
        with pytest.raises(errors.UpstreamBusy):
            await read(running, lot)
    assert before == _pages(sim)
    status = await replicas[1].stub.GetStatus(site_pb2.GetStatusRequest())
    assert ("open", 1, True) == (status.breaker_state, status.breaker.trips, status.breaker.next_attempt_ms > status.breaker.opened_at_ms)

    sim.faults.active.clear()
    await house.redis.hset("bw:cb", "opened", 0)  # its minute is over
    await asyncio.sleep(0.6)
    results = await asyncio.gather(*(read(running, lot) for running in replicas for _ in range(4)), return_exceptions=True)
    served = [one for one in results if not isinstance(one, Exception)]
    assert len(served) >= 1
    assert {errors.UpstreamBusy} >= {type(one) for one in results if isinstance(one, Exception)}
    await until(lambda: _closed(replicas))
    for running in replicas:  # each hears of it within half a second
        await until(lambda running=running: _goes(running, lot))
    kinds = [fields["t"] for _, fields in await house.redis.xrange("bw:ev")]
    assert 3 == kinds.count("breaker.changed")
    assert "bidwright_breaker_state 0.0" in replicas[0].metrics


async def _goes(running, lot):
    try:
        await read(running, lot)
    except errors.UpstreamBusy:
        return False
    return True


async def _closed(replicas):
    states = [(await running.stub.GetStatus(site_pb2.GetStatusRequest())).breaker_state for running in replicas]
    return {"closed"} == set(states)


async def test_missing_lots_and_odd_pages_do_not_open_it(house, sim, lot):
    """404, a page that is not understood, 429 and a login page are answers of a site that works."""
    running = await house.start()
    sim.faults.add({"kind": "html", "on": ["page", "data", "loader"]}, sim.now())
    for _ in range(4):
        with pytest.raises(errors.UpstreamChanged):
            await read(running, lot)
    assert "closed" == (await running.stub.GetStatus(site_pb2.GetStatusRequest())).breaker_state


async def test_the_toggle_takes_it_away_and_brings_it_back(house, sim, lot):
    """Flipped by hand in the store it is gone within a second, and reads go to the site as they are."""
    running = await house.start(breaker_open_s=60.0)
    chain = running.proxy.parts.chain
    assert ["feature-breaker"] == chain.names
    sim.faults.add({"kind": "status", "on": ["page", "data", "loader"]}, sim.now())
    await trip(running, lot)
    await house.redis.set("feature:circuit_breaker", "false")
    await chain.follow()
    assert [] == chain.names
    with pytest.raises(errors.UpstreamDown):
        await read(running, lot)
    sim.faults.active.clear()
    await read(running, lot)
    await house.redis.set("feature:circuit_breaker", "true")
    await chain.follow()
    assert ["feature-breaker"] == chain.names


async def test_bids_do_not_pass_it(house, sim, lot):
    """An intent that was reserved before it opened still goes out: the breaker asks nothing of a bid, and a bid never probes."""
    running = await house.start(breaker_open_s=60.0)
    await house.signed_in(sim.accounts.open("demo@example.invalid", sim.now()))
    sim.faults.add({"kind": "status", "on": ["page", "data", "loader"]}, sim.now())
    await trip(running, lot)
    await house.reserve(lot=str(lot.id))
    reply = await running.stub.SubmitIntent(site_pb2.SubmitIntentRequest(intent_id="i1"))
    assert "LEADING" == reply.state
    assert "open" == (await running.stub.GetStatus(site_pb2.GetStatusRequest())).breaker_state


async def test_who_stands_in_line_when_it_opens_does_not_go(house, sim, lot):
    """Thirty reads wait for the request budget in two replicas: those that are not sent yet when it opens are sent away."""
    replicas = [await house.start(breaker_open_s=60.0) for _ in range(2)]
    sim.faults.add({"kind": "status", "params": {"status": 503}, "on": ["page", "data", "loader"]}, sim.now())

    told = await asyncio.gather(*(read(running, lot) for running in replicas for _ in range(15)), return_exceptions=True)

    assert {errors.UpstreamBusy, errors.UpstreamDown} >= {type(one) for one in told}
    assert 5 <= _pages(sim) <= 12  # each replica counts to five by itself
