"""Live events: a bell for the lots that close soonest, over real gRPC."""

import asyncio

import pytest
from prometheus_client import CollectorRegistry

from bidwright.clock import to_ms
from bidwright.errors import UpstreamDown
from bidwright.plugins import load
from bidwright.records import Records
from bidwright.runtime import rpc
from bidwright.runtime.reads import SiteReads
from bidwright.runtime.site_time import SiteTime
from bidwright.runtime.toggles import Toggles, declared
from bidwright_poller.chain import Chain
from bidwright_poller.demand import Demand, Stretch
from bidwright_poller.listening import Listening
from bidwright_poller.live import LiveEvents
from bidwright_poller.looks import Looks
from bidwright_poller.metrics import Metrics
from bidwright_poller.rounds import Rounds
from bidwright_poller.scout import Scout
from bidwright_proto.v1 import site_pb2, site_pb2_grpc
from bidwright_schedule_default import Default

KINDS = site_pb2.LiveEvent


class Speaker(site_pb2_grpc.SiteServicer):
    """
    The stream's other end: says what the test tells it to.
    """

    def __init__(self):
        self.wanted = asyncio.Queue()
        self.say = asyncio.Queue()

    async def WatchLots(self, request_iterator, context):  # noqa: N802 - as in the contract
        async def listen():
            async for request in request_iterator:
                await self.wanted.put(list(request.lot_ids))

        listening = asyncio.ensure_future(listen())
        try:
            while (event := await self.say.get()) is not None:
                yield event
        finally:
            listening.cancel()


@pytest.fixture
async def speaker():
    """Served on a free port."""
    made = Speaker()
    server, _ = rpc.server(**{"bidwright.v1.Site": (site_pb2_grpc.add_SiteServicer_to_server, made)})
    made.port = rpc.bind(server, "127.0.0.1:0")
    await server.start()
    yield made
    await server.stop(0)


def listener(channel, transitions, clock, *, name="one", streams=2):
    """A replica called *name*, with all its pieces."""
    stub, metrics, site_time = site_pb2_grpc.SiteStub(channel), Metrics(CollectorRegistry()), SiteTime(transitions.redis, clock)
    pieces = {"records": Records(transitions.redis), "reads": SiteReads(stub), "clock": clock, "site_time": site_time}
    scout, live = Scout(transitions.redis, name, clock), set()
    demand = Demand(transitions.redis, site_time, Default())
    rounds = Rounds(transitions, scout=scout, metrics=metrics, **pieces)
    plugins = load(installed=["feature-live"])
    toggles = Toggles(transitions, clock, declared(plugins), env={})
    chain = Chain(Default(), plugins, toggles, clock)
    looks = Looks(transitions, schedule=chain, demand=demand, metrics=metrics, live=live, meet=toggles.meet, **pieces)
    listening = {"scout": scout, "rounds": rounds, "looks": looks, "listening": Listening(plugins, chain)}
    made = LiveEvents(stub, transitions, clock, site_time, metrics, live=live, streams=streams, **listening)
    made.toggles, made.demand = toggles, demand
    return made


@pytest.fixture
async def listen(speaker, transitions, clock):
    """Makes a listener called *name*."""
    async with rpc.channel(f"127.0.0.1:{speaker.port}") as channel:
        yield lambda name="one", streams=2: listener(channel, transitions, clock, name=name, streams=streams)


async def watched(transitions, clock, lot, close_in):
    """A lot that closes in so many seconds, looked at and put back for an hour."""
    await transitions.watch(lot, {"cap": 100, "premium": "0", "tax": "0"})
    read = await transitions.stamp()
    close = to_ms(clock.now()) + close_in * 1000
    await transitions.show(lot, read_started=read, status="open", close=close, price=0)
    for ticket in (await transitions.take("poll", n=10, lease_ms=1000)).tickets:
        await transitions.done("poll", ticket.lot_id, ticket.fence, 1_800_000)


async def due(redis, transitions, lot):
    """Milliseconds until the lot is due."""
    return await redis.zscore("bw:due:poll", lot) - await transitions.stamp()


async def until(condition):
    """Wait until *condition* holds."""
    while not await condition():  # noqa: ASYNC110 - there is no event to wait for
        await asyncio.sleep(0.005)


async def test_listens_to_the_lots_that_close_next_and_brings_reads_forward(speaker, listen, transitions, redis, clock):
    """
    Ten minutes ahead, no more than the streams allow; an event makes the lot due, a second one half a second later.
    """
    for lot, close_in in (("1", 500), ("2", 60), ("3", 90), ("4", 4000)):
        await watched(transitions, clock, lot, close_in)
    live = listen()
    task = asyncio.create_task(live.listen())

    assert ["2", "3"] == await speaker.wanted.get()

    await speaker.say.put(KINDS(lot_id="2", kind=KINDS.KIND_CONNECTED))
    await speaker.say.put(KINDS(lot_id="2", kind=KINDS.KIND_BID, price_cents=500))
    await until(lambda: _is_due(redis, transitions, "2"))

    assert {"2"} == live.live
    assert await due(redis, transitions, "3") > 1_000_000

    await speaker.say.put(KINDS(lot_id="3", kind=KINDS.KIND_CLOSED))
    await speaker.say.put(KINDS(lot_id="2", kind=KINDS.KIND_LOST))
    await until(lambda: _is_due(redis, transitions, "3"))
    await until(lambda: _empty(live.live))

    await speaker.say.put(None)
    await task

    assert set() == live.live


async def test_an_events_price_is_shown_until_it_is_read(speaker, listen, transitions, redis, clock):
    """
    At once, and without a word about money; an event without a price only brings the read forward.
    """
    await watched(transitions, clock, "2", 60)
    task = asyncio.create_task(listen().listen())
    await speaker.wanted.get()
    await speaker.say.put(KINDS(lot_id="2", kind=KINDS.KIND_BID, price_cents=0))
    await until(lambda: _is_due(redis, transitions, "2"))

    assert 0 == (await Records(redis).lot("2")).heard_price

    await speaker.say.put(KINDS(lot_id="2", kind=KINDS.KIND_BID, price_cents=700))
    await until(lambda: _heard(redis, "2"))
    lot = await Records(redis).lot("2")

    assert (700, 0, 0) == (lot.heard_price, lot.price, lot.next_bid)

    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _heard(redis, lot):
    return (await Records(redis).lot(lot)).heard_price


async def _is_due(redis, transitions, lot):
    return await due(redis, transitions, lot) <= 0


async def _empty(lots):
    return not lots


async def test_one_replica_listens_at_a_time(speaker, listen, transitions, redis, clock):
    """
    Another takes over once the first has stopped for five seconds.
    """
    await watched(transitions, clock, "1", 60)
    first, second = asyncio.create_task(listen("one").listen()), asyncio.create_task(listen("two").listen())
    await speaker.wanted.get()

    assert "one" == await redis.get("bw:live:holder")
    assert speaker.wanted.empty()

    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    await redis.delete("bw:live:holder")  # as when its five seconds are over
    clock.advance(1)

    assert ["1"] == await speaker.wanted.get()
    assert "two" == await redis.get("bw:live:holder")

    second.cancel()
    await asyncio.gather(second, return_exceptions=True)


async def test_a_stream_that_cannot_be_had_is_told(transitions, clock, redis):
    """
    Polling goes on without it.
    """
    async with rpc.channel("127.0.0.1:9") as channel:
        live = listener(channel, transitions, clock, streams=1)
        with pytest.raises(UpstreamDown, match="Live events are away"):
            await live.listen()


async def put_back(transitions, lot):
    """As after a look: due in half an hour."""
    ticket = next(ticket for ticket in (await transitions.take("poll", n=10, lease_ms=1000)).tickets if ticket.lot_id == lot)
    await transitions.done("poll", lot, ticket.fence, 1_800_000)


@pytest.mark.parametrize("who", ["site", "proxy"])
async def test_what_may_have_happened_unheard_is_looked_for(speaker, listen, transitions, redis, clock, who):
    """
    The lot's events were away for a moment, at the site or on the way from there: once they arrive again it is read. Not the first time.
    """
    await watched(transitions, clock, "1", 60)
    live = listen()
    task = asyncio.create_task(live.listen())
    await speaker.wanted.get()
    await speaker.say.put(KINDS(lot_id="1", kind=KINDS.KIND_CONNECTED))
    await until(lambda: _full(live.live))

    assert await due(redis, transitions, "1") > 1_000_000

    if who == "site":
        await speaker.say.put(KINDS(lot_id="1", kind=KINDS.KIND_LOST))
        await until(lambda: _is_due(redis, transitions, "1"))
        clock.advance(1)
        await put_back(transitions, "1")
    else:
        await speaker.say.put(None)
        await task
        task = asyncio.create_task(live.listen())
        await speaker.wanted.get()
    await speaker.say.put(KINDS(lot_id="1", kind=KINDS.KIND_CONNECTED))
    await until(lambda: _is_due(redis, transitions, "1"))

    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _full(lots):
    return bool(lots)


async def test_the_switch_chooses_whom_to_listen_to(listen, transitions, redis, clock):
    """
    Off: nobody; a value that differs by lot: those for which it is on. Back on, as before.
    """
    for lot, close_in in (("1", 60), ("2", 90)):
        await watched(transitions, clock, lot, close_in)
    live, chosen = listen(), []
    for value in ("true", "false", "true for lot=2", "rubbish"):
        await redis.set("feature:sse", value)
        clock.advance(1)
        await live.toggles.refresh()
        chosen.append(await live.choose())

    assert [["1", "2"], [], ["2"], ["1", "2"]] == chosen


async def test_in_a_crowd_connections_last(listen, transitions, clock):
    """
    Those that listen already go on to the end; a new one is only made for a lot that has a while to go, since each costs a request.
    """
    for lot, close_in in (("1", 10), ("2", 40), ("3", 50), ("4", 60)):
        await watched(transitions, clock, lot, close_in)
    early, late = listen(), listen()
    assert ["1", "2"] == await early.choose()

    early.demand.stretch = late.demand.stretch = Stretch(crowded=True)
    assert ["1", "2"] == await early.choose()
    assert ["2", "3"] == await late.choose()

    await watched(transitions, clock, "5", 35)
    assert ["2", "3"] == await late.choose()

    await transitions.unwatch("2")
    assert ["3", "5"] == await late.choose()

    late.demand.stretch = Stretch()
    assert ["5", "3"] == await late.choose()
