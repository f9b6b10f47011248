"""Traces through the store: an event says whose it is, and the look that it sets off is handed the same."""

import pytest
from house import LOT, House

from bidwright.runtime import streams
from bidwright.trace import Trace, under
from bidwright.transitions import Transitions


@pytest.fixture
async def house(transitions, clock, records):
    """One lot, watched and armed."""
    made = House(transitions, clock, records)
    await made.open()
    await made.watch()
    return made


async def last_event(redis):
    """The newest event."""
    found = []
    async for batch in streams.since(redis, after="0-0"):
        found += batch
    return found[-1]


async def test_from_the_command_to_the_look(house, redis):
    """Once: the next look has another cause. The clock moved by hand is read beside it."""
    await house.ticket()
    order = Trace.begun()
    with under(order):
        assert (await house.t.configure(LOT, {"cap": 3000})).ok
    assert order.header == (await last_event(redis)).trace

    await house.pass_time(3)
    ticket = await house.ticket()
    assert order.header == ticket.trace

    await house.t.done("bid", LOT, ticket.fence, 0)
    assert "" == (await house.ticket()).trace


async def test_without_one_nothing_is_kept(house, redis):
    """No field in the event, none in the record."""
    await house.t.configure(LOT, {"cap": 3000})

    assert "" == (await last_event(redis)).trace
    assert not [name for name in await redis.hgetall(f"bw:lot:{LOT}") if name.startswith("trace")]


async def test_a_lot_that_is_in_no_queue_gets_no_record(house, redis):
    """A trace must not make a lot out of nothing."""
    with under(Trace.begun()):
        assert not await house.t.put("bid", "404")

    assert not await redis.exists("bw:lot:404")


async def test_with_the_servers_own_time(redis, clock, records):
    """As in production, where no wall clock is handed in."""
    house = House(Transitions(redis), clock, records)
    await house.open()
    with under(Trace.begun()) as _:
        assert await house.t.stamp() > 1_700_000_000_000
        admitted = await house.t.admit(interval_us=1000, burst=1, reserve=0, eager=False)
    assert admitted.ok
