"""Live events, shared by subscribers and cut by the network."""

import asyncio
from collections import Counter

from bidwright_nellis_proxy import live
from bidwright_proto.v1 import site_pb2
from bidwright_simulator.site import Wish

CONNECTED, BID, CLOSED, LOST = (site_pb2.LiveEvent.Kind.Value(f"KIND_{name}") for name in ("CONNECTED", "BID", "CLOSED", "LOST"))


class Listener:
    """A client of WatchLots that keeps what it heard."""

    def __init__(self, running):
        self.call = running.stub.WatchLots()
        self.heard = []
        self._news = asyncio.Event()
        self._task = asyncio.ensure_future(self._listen())

    async def _listen(self):
        async for event in self.call:
            self.heard.append((event.lot_id, event.kind))
            self._news.set()

    async def want(self, *lots):
        await self.call.write(site_pb2.WatchLotsRequest(lot_ids=[str(lot.id) for lot in lots]))

    async def until(self, lot, kind):
        """Wait until *kind* was heard of *lot*, and forget everything up to then."""
        async with asyncio.timeout(15):
            while (str(lot.id), kind) not in self.heard:
                self._news.clear()
                await self._news.wait()
        del self.heard[: self.heard.index((str(lot.id), kind)) + 1]

    async def stop(self):
        self.call.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


def open_lots(sim, count, **wish):
    """Lots that stay open."""
    return [sim.open_lot(Wish(**{"close_in": 3600, "rivals": (), **wish})) for _ in range(count)]


def connects(sim):
    """Connections to live events so far, by lot."""
    return Counter(str(entry.get("lot")) for entry in sim.ledger.read(limit=10_000, kind="live"))


async def test_bids_and_closes(house, sim):
    """A bid and a close are told within moments; before the stream is up the lot counts as lost."""
    running = await house.start()
    (lot,) = open_lots(sim, 1, close_in=4)
    listener = Listener(running)
    await listener.want(lot)
    await listener.until(lot, LOST)
    await listener.until(lot, CONNECTED)
    sim.bid(sim.demo_user, lot, 20)
    await listener.until(lot, BID)
    lot.close = sim.now() + 200
    sim.replan()
    await listener.until(lot, CLOSED)
    assert 1 == (await running.stub.GetStatus(site_pb2.GetStatusRequest())).live_streams
    await listener.stop()


async def test_one_connection_for_many_subscribers(house, sim):
    """Two subscribers of one lot share its connection; a third that comes while it lingers finds it up."""
    running = await house.start()
    (lot,) = open_lots(sim, 1)
    first, second = Listener(running), Listener(running)
    for listener in (first, second):
        await listener.want(lot)
        await listener.until(lot, CONNECTED)
        await listener.stop()
    third = Listener(running)
    await third.want(lot)
    await third.until(lot, CONNECTED)
    assert 1 == sum(connects(sim).values())
    await third.stop()


async def test_the_limit(house, sim):
    """Beyond the limit a lot is told as lost; when another is let go it gets the place."""
    running = await house.start(max_streams=1)
    one, two = open_lots(sim, 2)
    listener = Listener(running)
    await listener.want(one, two)
    await listener.until(one, CONNECTED)
    assert {(str(two.id), LOST)} >= set(listener.heard)
    await listener.want(two)
    await listener.until(two, CONNECTED)
    await listener.stop()


async def test_lost_and_back(house, sim):
    """A dropped connection is told at once and opened again after a pause."""
    running = await house.start()
    (lot,) = open_lots(sim, 1)
    listener = Listener(running)
    await listener.want(lot)
    await listener.until(lot, CONNECTED)
    sim.hub.drop()
    await listener.until(lot, LOST)
    await listener.until(lot, CONNECTED)
    await listener.stop()


async def test_silence_is_a_dead_connection(house, sim):
    """A connection that greets and then says nothing, not even a ping, is given up after five seconds."""
    running = await house.start()
    (lot,) = open_lots(sim, 1)
    sim.faults.add({"kind": "live-silent", "on": ["live"], "count": 1}, sim.now())
    listener = Listener(running)
    await listener.want(lot)
    await listener.until(lot, CONNECTED)
    await listener.until(lot, LOST)
    await listener.until(lot, CONNECTED)
    assert 2 == sum(connects(sim).values())
    await listener.stop()


async def test_refused(house, sim):
    """A refused connection is tried again later; the lot stays lost meanwhile."""
    running = await house.start()
    (lot,) = open_lots(sim, 1)
    sim.faults.add({"kind": "status", "on": ["live"], "count": 1, "params": {"status": 429, "retry_after": 1}}, sim.now())
    listener = Listener(running)
    await listener.want(lot)
    await listener.until(lot, LOST)
    await listener.until(lot, CONNECTED)
    await listener.stop()


async def test_switched_off(house, sim):
    """With no connections allowed every lot is told as lost and none is made."""
    running = await house.start(max_streams=0)
    (lot,) = open_lots(sim, 1)
    listener = Listener(running)
    await listener.want(lot)
    await listener.until(lot, LOST)
    assert 0 == sim.ledger.requests
    await listener.stop()


async def test_wanting_nothing_closes_at_once(house, sim, monkeypatch):
    """A subscriber that stays and wants no lot any more was switched off: its connections do not linger, and begin anew when it is back."""
    monkeypatch.setattr(live, "LINGER_S", 1000.0)
    running = await house.start()
    (lot,) = open_lots(sim, 1)
    listener = Listener(running)
    await listener.want(lot)
    await listener.until(lot, CONNECTED)
    await listener.want()
    async with asyncio.timeout(15):
        while running.proxy.parts.live.up:  # noqa: ASYNC110 - there is no event to wait for
            await asyncio.sleep(0.01)
    await listener.want(lot)
    await listener.until(lot, CONNECTED)
    await listener.stop()
