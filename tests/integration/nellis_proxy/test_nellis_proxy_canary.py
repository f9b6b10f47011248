"""The format canary, the samples it leaves, sealed cookies, and a clock that is aimed at."""

import os

import grpc.aio
import pytest

from bidwright import errors
from bidwright.records import Records
from bidwright.runtime import reading
from bidwright.runtime.rpc import error_of
from bidwright_nellis_proxy.canary import Canary
from bidwright_nellis_proxy.letters import seal_for
from bidwright_proto.v1 import site_pb2
from bidwright_simulator.site import Wish


@pytest.fixture
def lots(sim):
    """Two open lots."""
    return [sim.open_lot(Wish(close_in=3600 + n, rivals=(), early=(14,))) for n in range(2)]


async def watched(house, running, lots):
    """Watched, armed for real money, and read once."""
    for lot in lots:
        await house.transitions.watch(str(lot.id), {"cap": 10_000, "premium": 0, "tax": 0, "strategy": "auto", "armed": 1, "mode": "live"})
        reply = await running.stub.GetLot(site_pb2.GetLotRequest(lot_id=str(lot.id)))
        await reading.apply(house.transitions, reply.lot, reply.read_started_ms)


def canary_of(house, running) -> Canary:
    """The canary of a replica."""
    return running.proxy.canary


async def state(house):
    """What the store says about the format."""
    *_, broken = await Records(house.redis).switches()
    return broken


async def test_a_page_without_data_disarms_live_bidding_and_says_so_once(house, sim, lots):
    """Broken when two lots are not understood, one event, live bids refused; understood again by itself."""
    running = await house.start()
    await house.signed_in(sim.accounts.open("demo@example.invalid", sim.now()))
    await watched(house, running, lots)
    canary = canary_of(house, running)
    await canary.check(broken=False)
    assert {} == await state(house)

    sim.faults.add({"kind": "html", "on": ["page", "data", "loader"]}, sim.now())
    await canary.check(broken=False)
    await canary.check(broken=True)
    found = await state(house)
    assert "broken" == found["state"]
    assert "could not be read" in found["why"]
    kept = list((house.folder / "samples").iterdir())
    assert kept
    assert all(0o600 == path.stat().st_mode & 0o777 for path in kept)
    ticket = next(k for k in (await house.transitions.take("bid", n=50, lease_ms=5000)).tickets if k.lot_id == str(lots[0].id))
    record = await house.records.lot(str(lots[0].id))
    assert record is not None
    refused = await house.transitions.reserve(
        "i1", record.id, amount=1500, fence=ticket.fence, cap_ver=record.cap_ver, obs_seq=record.obs_seq, valid_ms=5000, max_obs_age_ms=5000
    )
    assert "format" == refused.why

    sim.faults.active.clear()
    await canary.check(broken=True)
    assert "ok" == (await state(house))["state"]
    kinds = [fields["t"] for _, fields in await house.redis.xrange("bw:ev")]
    assert 2 == kinds.count("format.changed")


async def test_one_odd_lot_is_that_lots_trouble(house, sim, lots):
    """While another lot is understood nothing is said."""
    running = await house.start()
    await watched(house, running, lots)
    sim.faults.add({"kind": "html", "on": ["page", "data", "loader"], "lots": [lots[1].id]}, sim.now())
    await canary_of(house, running).check(broken=False)
    assert {} == await state(house)


async def test_a_site_that_is_down_is_not_a_changed_one(house, sim, lots):
    """Nothing is said about the format."""
    running = await house.start()
    await watched(house, running, lots)
    sim.faults.add({"kind": "status", "on": ["page", "data", "loader"]}, sim.now())
    await canary_of(house, running).check(broken=False)
    assert {} == await state(house)


async def test_an_unreadable_lot_makes_it_look_at_once_and_one_replica_looks_in_turn(house, sim, lots):
    """The bell of a failed read does not wait for the next turn; without it one check is made for all replicas."""
    one, other = await house.start(), await house.start()
    await watched(house, one, lots)
    await canary_of(house, one).step()
    before = sim.ledger.requests
    await canary_of(house, other).step()
    assert before == sim.ledger.requests
    sim.faults.add({"kind": "html", "on": ["page", "data", "loader"]}, sim.now())
    with pytest.raises(grpc.aio.AioRpcError):
        await other.stub.GetLot(site_pb2.GetLotRequest(lot_id=str(lots[0].id)))
    await canary_of(house, other).step()
    assert "broken" == (await state(house))["state"]


async def test_a_captcha_stops_everything_real_until_it_is_gone(house, sim, lots):
    """Told in words; when the pages are back the canary lets it go on."""
    running = await house.start()
    await watched(house, running, lots)
    sim.faults.add({"kind": "captcha", "on": ["page", "data", "loader"]}, sim.now())
    with pytest.raises(grpc.aio.AioRpcError):
        await running.stub.GetLot(site_pb2.GetLotRequest(lot_id=str(lots[0].id)))
    assert "captcha" in (await state(house))["why"]
    sim.faults.active.clear()
    await house.redis.delete("bw:block")
    await canary_of(house, running).check(broken=True)
    assert "ok" == (await state(house))["state"]


async def test_sealed_cookies(house, sim):
    """What a client seals to the offered key is kept like cookies in clear; a letter that was changed is refused in words."""
    running = await house.start()
    key = await running.stub.GetSessionKey(site_pb2.GetSessionKeyRequest())
    letter = seal_for(key.key_id, key.public_key, f"a=b; __session={sim.accounts.open('demo@example.invalid', sim.now())}", os.urandom(12))
    sealed = site_pb2.SealedCookies(key_id=letter.key_id, public_key=letter.public_key, nonce=letter.nonce, ciphertext=letter.ciphertext)
    assert "ok" == (await running.stub.SetSession(site_pb2.SetSessionRequest(sealed=sealed))).state
    sealed.ciphertext = bytes(40)
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await running.stub.SetSession(site_pb2.SetSessionRequest(sealed=sealed))
    assert isinstance(error_of(caught.value), errors.BadInput)


async def test_the_clock_is_aimed_at_while_a_bid_is_near(house, sim, lots):
    """With an armed lot that closes soon a few tiny requests narrow the clock to a quarter of a second; without one none is made."""
    running = await house.start()
    await running.proxy.aim.step()
    assert 0 == sim.ledger.requests
    soon = sim.open_lot(Wish(close_in=100, rivals=()))
    await watched(house, running, [soon])
    clock = running.proxy.parts.clock
    for _ in range(8):
        await running.proxy.aim.step()
    offset = running.proxy.parts.site.site_clock.offset(clock.monotonic(), clock.now())
    assert offset is not None
    assert offset.width_ms <= 250
    assert offset.lo_ms - 50 <= 0 <= offset.hi_ms + 50
