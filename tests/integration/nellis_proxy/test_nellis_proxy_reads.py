"""Reads against the simulated site, in every format and with every fault that concerns them."""

import asyncio

import grpc.aio
import pytest

from bidwright import errors
from bidwright.runtime.rpc import error_of
from bidwright_proto.v1 import site_pb2
from bidwright_simulator.site import Wish

DEMO = "demo@example.invalid"


async def read(running, lot, purpose=site_pb2.PURPOSE_RECONCILE):
    """One lot."""
    return await running.stub.GetLot(site_pb2.GetLotRequest(lot_id=str(lot.id), purpose=purpose))


async def refused(call):
    """The error that a call ends in."""
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    return error_of(caught.value)


async def sign_in(running, sim):
    """The owner syncs a fresh session."""
    return await running.stub.SetSession(site_pb2.SetSessionRequest(cookies=f"a=b; __session={sim.accounts.open(DEMO, sim.now())}; c=d"))


@pytest.fixture
def lot(sim):
    """An open lot with a rival's bid on it."""
    return sim.open_lot(Wish(close_in=3600, rivals=(), early=(14,)))


@pytest.mark.parametrize(
    ("settings", "way"),
    [
        ({}, "page-streamed"),
        ({"format": "plain"}, "page-plain"),
        ({"format": "plain", "dates": "ms"}, "page-plain"),
        ({"dates": "iso"}, "page-streamed"),
        ({"dates": "wrapped"}, "page-streamed"),
    ],
)
async def test_formats(house, sim, lot, settings, way):
    """Both page encodings and each form of dates give the same lot."""
    sim.settings = sim.settings.changed(settings)
    running = await house.start()
    await sign_in(running, sim)
    reply = await read(running, lot)
    assert way == reply.way
    assert (str(lot.id), lot.close, lot.price * 100, lot.next_for(sim.demo_user) * 100) == (
        reply.lot.id,
        reply.lot.close_ms,
        reply.lot.price_cents,
        reply.lot.next_bid_cents,
    )
    assert (True, False, True, False) == (reply.lot.has_user_state, reply.lot.winning, reply.lot.allowed_to_bid, reply.lot.closed)


async def test_format_changes_while_running(house, sim, lot):
    """A site that changes its format between two reads is read on."""
    running = await house.start()
    ways = [(await read(running, lot)).way]
    sim.settings = sim.settings.changed({"format": "plain"})
    ways.append((await read(running, lot)).way)
    sim.settings = sim.settings.changed({"format": "streamed"})
    ways.append((await read(running, lot)).way)
    assert ["page-streamed", "page-plain", "page-streamed"] == ways


@pytest.mark.parametrize(("data", "way"), [(True, "data"), (False, "loader")])
async def test_other_ways(house, sim, lot, data, way):
    """When pages say nothing any more, the other ways are tried, and the one that worked is asked first from then on."""
    sim.settings = sim.settings.changed({"data": data})
    sim.faults.add({"kind": "html", "on": ["page"]}, sim.now())
    running = await house.start()
    assert way == (await read(running, lot)).way
    before = sim.ledger.requests
    assert way == (await read(running, lot)).way
    assert 1 == sim.ledger.requests - before


async def test_nothing_understood(house, sim, lot):
    """When no way gives a lot, the read says so after trying each once."""
    sim.faults.add({"kind": "html", "on": ["page", "data", "loader"]}, sim.now())
    running = await house.start()
    assert isinstance(await refused(read(running, lot)), errors.UpstreamChanged)
    assert 3 == sim.ledger.requests


async def test_missing_and_wrong_ids(house, sim, lot):
    """An unknown lot is gone; what is no lot id is never asked for."""
    running = await house.start()
    gone = await refused(running.stub.GetLot(site_pb2.GetLotRequest(lot_id="99")))
    assert isinstance(gone, errors.LotGone)
    before = sim.ledger.requests
    for bad in ("", "abc", "0", "../account", "7" * 20):
        error = await refused(running.stub.GetLot(site_pb2.GetLotRequest(lot_id=bad)))
        assert isinstance(error, errors.BadInput)
    assert before == sim.ledger.requests


@pytest.mark.parametrize("logged_out", ["redirect", "401", "403", "login"])
async def test_session_over_is_found_by_a_page_without_user_state(house, sim, lot, logged_out):
    """A page without user state leads to one check; then reads go on without the session."""
    sim.settings = sim.settings.changed({"logged_out": logged_out})
    running = await house.start()
    await sign_in(running, sim)
    assert (await read(running, lot)).lot.has_user_state
    running.proxy.parts.session._checked = float("-inf")  # half a minute has passed
    sim.accounts.expire()
    reply = await read(running, lot)
    assert not reply.lot.has_user_state
    assert "expired" == (await house.records.session())["state"]
    before = sim.ledger.requests
    assert not (await read(running, lot)).lot.has_user_state
    assert 1 == sim.ledger.requests - before


async def test_many_reads_find_the_session_over_together(house, sim, lot):
    """However many reads notice it at once, one check is made and no other way is tried."""
    running = await house.start()
    await sign_in(running, sim)
    running.proxy.parts.session._checked = float("-inf")  # the last check is long ago
    sim.accounts.expire()
    replies = await asyncio.gather(*(read(running, lot) for _ in range(6)))
    assert not any(reply.lot.has_user_state for reply in replies)
    assert (6, 2, 0) == tuple(sim.ledger.by_kind[kind] for kind in ("page", "account", "data"))


@pytest.mark.parametrize("status", [401, 403])
async def test_a_refused_read_ends_the_session(house, sim, lot, status):
    """401 or 403 with our session: told at once, the read goes on without it, and a check later proves who was right."""
    running = await house.start()
    await sign_in(running, sim)
    sim.faults.add({"kind": "status", "on": ["page"], "count": 1, "params": {"status": status}}, sim.now())
    reply = await read(running, lot)
    assert not reply.lot.has_user_state
    assert "expired" == (await house.records.session())["state"]
    assert "ok" == (await running.stub.CheckSession(site_pb2.CheckSessionRequest())).state


async def test_pages_that_hide_the_user_state(house, sim, lot):
    """Where only another way says who leads, that way is found and kept."""
    running = await house.start()
    await sign_in(running, sim)
    sim.faults.add({"kind": "session", "on": ["page"]}, sim.now())
    first = await read(running, lot)
    assert ("data", True) == (first.way, first.lot.has_user_state)
    before = sim.ledger.requests
    assert (await read(running, lot)).lot.has_user_state
    assert 1 == sim.ledger.requests - before
    assert "ok" == (await house.records.session())["state"]


@pytest.mark.parametrize(("form", "seconds"), [("seconds", 3), ("date", 4)])
async def test_retry_after(house, sim, lot, form, seconds):
    """429 keeps every replica away for as long as the site asked."""
    running, other = await house.start(), await house.start()
    params = {"status": 429, "retry_after": seconds, "retry_after_form": form}
    sim.faults.add({"kind": "status", "on": ["page"], "count": 1, "params": params}, sim.now())
    error = await refused(read(running, lot))
    assert isinstance(error, errors.UpstreamBusy)
    assert seconds - 1.5 <= error.retry_after <= seconds
    before = sim.ledger.requests
    later = await refused(read(other, lot, site_pb2.PURPOSE_POLL)) if seconds > 4 else None
    assert later is None or isinstance(later, errors.UpstreamBusy)
    status = await other.stub.GetStatus(site_pb2.GetStatusRequest())
    assert status.blocked_until_ms > sim.now()
    assert before == sim.ledger.requests


async def test_passing_failures_are_tried_once_more(house, sim, lot):
    """One 503 or reset costs a second request and no error; two in a row are told."""
    running = await house.start()
    for kind in ("status", "reset", "cut"):
        sim.faults.add({"kind": kind, "on": ["page"], "count": 1, "params": {"bytes": 50}}, sim.now())
        assert str(lot.id) == (await read(running, lot)).lot.id
    sim.faults.add({"kind": "status", "on": ["page"], "count": 2}, sim.now())
    before = sim.ledger.requests
    assert isinstance(await refused(read(running, lot)), errors.UpstreamDown)
    assert 2 == sim.ledger.requests - before


async def test_cached_answers_are_no_reads(house, sim, lot):
    """An answer with an Age is refused."""
    running = await house.start()
    sim.faults.add({"kind": "stale", "on": ["page"], "params": {"ms": 5000}}, sim.now())
    error = await refused(read(running, lot))
    assert isinstance(error, errors.UpstreamDown)
    assert "cached" in str(error)


async def test_captcha(house, sim, lot):
    """A bot check is told as a change for a human, and nobody asks again for a while."""
    running = await house.start()
    sim.faults.add({"kind": "captcha", "on": ["page"], "count": 1}, sim.now())
    assert isinstance(await refused(read(running, lot)), errors.UpstreamChanged)
    assert isinstance(await refused(read(running, lot)), errors.UpstreamBusy)


async def test_batch(house, sim, lot):
    """Many lots in one request; where the site does not offer it, that is remembered."""
    running = await house.start()
    other = sim.open_lot(Wish(close_in=600))
    ids = [str(lot.id), str(other.id), "99"]
    reply = await running.stub.GetLots(site_pb2.GetLotsRequest(lot_ids=ids))
    assert ids[:2] == [found.id for found in reply.lots]
    assert reply.read_started_ms > 0
    assert not (await running.stub.GetLots(site_pb2.GetLotsRequest())).lots
    sim.settings = sim.settings.changed({"listings": False})
    before = sim.ledger.requests
    for _ in range(3):
        error = await refused(running.stub.GetLots(site_pb2.GetLotsRequest(lot_ids=ids)))
        assert isinstance(error, errors.UpstreamChanged)
    assert 1 == sim.ledger.requests - before


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"nested_auctions": True},
        {"loader": False},
        {"loader": False, "data": False},
        {"format": "plain", "loader": False, "data": False},
    ],
)
async def test_my_lots(house, sim, lot, changes):
    """The account's lots, under each nesting and in each way."""
    sim.settings = sim.settings.changed(changes)
    running = await house.start()
    assert isinstance(await refused(running.stub.ListMyLots(site_pb2.ListMyLotsRequest())), errors.SessionLost)
    await sign_in(running, sim)
    sim.bid(sim.demo_user, lot, 20)
    reply = await running.stub.ListMyLots(site_pb2.ListMyLotsRequest())
    assert [(str(lot.id), True, True)] == [(mine.id, mine.winning, mine.participated) for mine in reply.lots]


@pytest.mark.parametrize("logged_out", ["redirect", "401", "403", "login"])
async def test_my_lots_without_a_session(house, sim, lot, logged_out):
    """Each way in which the site can say "log in" ends the session."""
    sim.settings = sim.settings.changed({"logged_out": logged_out})
    running = await house.start()
    await sign_in(running, sim)
    sim.accounts.expire()
    assert isinstance(await refused(running.stub.ListMyLots(site_pb2.ListMyLotsRequest())), errors.SessionLost)
    assert "expired" == (await house.records.session())["state"]


async def test_closed_lot(house, sim):
    """A closed lot is told as closed, with its final price."""
    running = await house.start()
    lot = sim.open_lot(Wish(close_in=0.2, rivals=(), early=(14, 20)))
    await asyncio.sleep(0.3)
    reply = await read(running, lot)
    assert (True, "sold", lot.price * 100) == (reply.lot.closed, reply.lot.market_status, reply.lot.price_cents)


async def test_clock_is_measured(house, sim, lot):
    """The site's clock runs an hour ahead; the published interval contains that."""
    sim.skew(3_600_000)
    running = await house.start()
    for _ in range(4):
        await read(running, lot)
    await running.proxy.publish_clock()
    status = await running.stub.GetStatus(site_pb2.GetStatusRequest())
    assert abs(status.clock_offset_ms - 3_600_000) <= status.clock_width_ms / 2 + 1
    shared = await house.redis.hgetall("bw:clock")
    assert float(shared["lo_ms"]) <= 3_600_000 <= float(shared["hi_ms"])


async def test_a_read_may_prove_the_session(house, sim, lot):
    """A site whose account page says nothing: the user's own state in a read proves the session."""
    sim.faults.add({"kind": "status", "on": ["account"], "params": {"status": 404}}, sim.now())
    running = await house.start()
    assert "unchecked" == (await sign_in(running, sim)).state
    assert (await read(running, lot)).lot.has_user_state
    assert "ok" == (await house.records.session())["state"]


async def test_the_search_for_the_user_state_may_fail(house, sim, lot):
    """Where only a failing way would say who leads, the lot is read all the same."""
    running = await house.start()
    await sign_in(running, sim)
    sim.faults.add({"kind": "session", "on": ["page"]}, sim.now())
    sim.faults.add({"kind": "status", "on": ["data"]}, sim.now())
    reply = await read(running, lot)
    assert (str(lot.id), False) == (reply.lot.id, reply.lot.has_user_state)


async def test_no_way_says_who_leads(house, sim, lot):
    """When no way carries the user's state, that is found out once; then one request a read."""
    running = await house.start()
    await sign_in(running, sim)
    sim.faults.add({"kind": "session", "on": ["page", "data", "loader"]}, sim.now())
    assert not (await read(running, lot)).lot.has_user_state
    before = sim.ledger.requests
    assert not (await read(running, lot)).lot.has_user_state
    assert 1 == sim.ledger.requests - before
