"""The probe: what of the site is settled by reading, slowly, and never by a bid."""

import asyncio
import json

import grpc
import pytest

from bidwright import SystemClock
from bidwright_nellis_proxy.probe import Probe
from bidwright_proto.v1 import site_pb2
from bidwright_simulator.site import Wish


class Hasty(SystemClock):
    """Sleeps a fiftieth of each pause between requests, and remembers the wish; who listens to live events may take the time."""

    def __init__(self):
        self.slept = []

    async def sleep(self, seconds):
        self.slept.append(seconds)
        await asyncio.sleep(seconds / 50 if seconds <= 2 else seconds)


@pytest.fixture
def clock():
    """A clock in a hurry."""
    return Hasty()


@pytest.fixture
async def probe(house, clock):
    """The probe of a running proxy, on that clock."""
    made = (await house.start()).proxy.parts
    return Probe(made.site, made.session, reads=made.reads, live=made.live, search=made.search, redis=house.redis, clock=clock)


@pytest.fixture
def lot(sim):
    """An open lot of the site."""
    return str(sim.open_lot(Wish(close_in=3600, rivals=(), early=(14,))).id)


def states(reply):
    """What was found, by name."""
    return {finding.name: finding.state for finding in reply.findings}


async def log_in(house, sim):
    """A session that the site accepts."""
    await house.signed_in(sim.accounts.open("demo@example.invalid", sim.now()))


async def test_all_that_can_be_settled(house, sim, probe, lot):
    """Each way, the batch read, the account's list, who leads, soft close, live events and the clock."""
    await log_in(house, sim)
    reply = await probe.run(lot)

    names = ("page", "data", "loader", "batch", "user-state", "soft-close", "live-events", "account-list", "clock")
    assert dict.fromkeys(names, "ok") == states(reply)
    assert 0 == sim.ledger.by_kind["bids"]
    kept = json.loads(await house.redis.get("bw:probe"))
    assert (lot, len(names)) == (kept["lot"], len(kept["findings"]))


async def test_one_request_in_two_seconds(house, sim, probe, lot, clock):
    """Between any two requests of the probe lies a pause."""
    await log_in(house, sim)
    await probe.run(lot)

    asked = len(sim.ledger.read(what="request", limit=1000))
    assert clock.slept.count(2.0) >= asked - 1


async def test_without_a_session_some_points_stay_open(probe, lot):
    """What needs one is said to be open, never guessed."""
    found = states(await probe.run(lot))
    assert ("open", "open", "ok") == (found["user-state"], found["account-list"], found["page"])


async def test_what_the_site_does_not_offer_is_said(sim, probe, lot):
    """A way that is gone is a warning; the others go on."""
    sim.settings = sim.settings.changed({"data": False, "listings": False})
    found = states(await probe.run(lot))
    assert ("warn", "warn", "ok", "ok") == (found["data"], found["batch"], found["page"], found["loader"])


async def test_a_lot_is_found_when_none_is_named(probe, lot):
    """By the search index."""
    assert lot == (await probe.run("")).lot_id


async def test_one_at_a_time(house, probe, lot):
    """A second one is refused until the first has ended."""
    await house.redis.set("bw:probe:busy", "1")
    running = await house.start()
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await running.stub.Probe(site_pb2.ProbeRequest(lot_id=lot))
    assert grpc.StatusCode.FAILED_PRECONDITION == refused.value.code()
