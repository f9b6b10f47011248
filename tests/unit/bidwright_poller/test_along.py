"""Along: which lots ride in a request of others, and which look that answers."""

from random import Random

import pytest

from bidwright_poller.along import Along

PAUSE_MS = 20_000


@pytest.fixture
async def along(transitions, records):
    """Two lots, read now and due in 20 s."""
    await transitions.init(epoch="e", known="", site="site", schema="1", total_limit=0, live="0", max_bid=0)
    for lot in "12":
        await transitions.watch(lot, {"armed": "0", "cap": 100})
    for ticket in (await transitions.take("poll", n=9, lease_ms=2000)).tickets:
        await transitions.show(ticket.lot_id, read_started=await transitions.stamp(), status="open", close=10**13, price=100)
        await transitions.done("poll", ticket.lot_id, ticket.fence, PAUSE_MS)
    return Along(transitions, records, Random(1))


@pytest.fixture
def wait(transitions, clock):
    """Lets seconds pass, and the store know it."""

    async def passed(seconds):
        for _ in range(seconds):
            clock.advance(1)
            await transitions.stamp()

    return passed


async def riding(along, room=9, carried=()):
    """Who would ride now."""
    return {record.id for record in await along.passengers(room, carried)}


async def test_a_lot_rides_in_the_second_half_of_its_pause(along, wait):
    """Sooner it is fresh enough, and the store has work with each that is read."""
    await wait(9)
    first_half = await riding(along)
    await wait(2)

    assert (set(), {"1", "2"}) == (first_half, await riding(along))


async def test_who_is_carried_or_in_somebodys_hands_does_not_ride(along, wait, transitions):
    """It is being read already, and its place in the queue is only the end of a lease."""
    await wait(19)
    await transitions.put("poll", "2")
    await transitions.take("poll", n=1, lease_ms=2000)

    assert {"1"} == await riding(along)
    assert set() == await riding(along, carried=("1",))
    assert set() == await riding(along, room=0)


async def due(transitions, wait):
    """The tickets of both lots, once they are due."""
    await wait(4)
    return {ticket.lot_id: ticket for ticket in (await transitions.take("poll", n=9, lease_ms=2000)).tickets}


async def test_a_passenger_that_was_read_needs_no_look_when_it_comes_due(along, wait, transitions):
    """Once, and only the one that was read."""
    await wait(17)
    await along.passengers(9, ())
    along.read("1")
    tickets = await due(transitions, wait)

    assert [True, False, False] == [along.answered(tickets[lot]) for lot in "112"]


async def test_what_somebody_asks_for_no_earlier_read_answers(along, wait, transitions):
    """Asked for after the ride, for a time at which the lot is due already: the queue keeps the earlier time, and the look is made."""
    await wait(17)
    await along.passengers(9, ())
    along.read("1")
    await transitions.put("poll", "1", 60_000)
    tickets = await due(transitions, wait)

    assert not along.answered(tickets["1"])


async def test_where_many_are_unread_those_ride(along, transitions):
    """Some of those of which nothing is known, others each time, but nobody whom somebody looks at; without any, the usual ones."""
    for lot in range(100, 160):
        await transitions.watch(str(lot), {"armed": "0", "cap": 100})
    held = {ticket.lot_id for ticket in (await transitions.take("poll", n=5, lease_ms=2000)).tickets}
    rides = [{record.id for record in await along.passengers(20, ("150",), unread=60)} for _ in range(60)]

    assert all(len(riders) > 9 for riders in rides)
    assert {str(lot) for lot in range(100, 160)} - held - {"150"} == set.union(*rides)
    for lot in set.union(*rides) | held | {"150"}:
        await transitions.show(lot, read_started=await transitions.stamp(), status="open", close=10**13, price=100)
    assert not {"100", "159"} & {record.id for record in await along.passengers(20, (), unread=60)}
