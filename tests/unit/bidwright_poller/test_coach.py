"""The coach: who rides in which request."""

import asyncio

import pytest

from bidwright.clock import SystemClock
from bidwright.errors import StoreDown, UpstreamDown
from bidwright.records import LotRecord
from bidwright.testing import HandClock
from bidwright_poller.coach import Coach
from bidwright_poller.ways import Ways
from bidwright_proto.v1 import site_pb2


class Site:
    """Answers a batch read when it is let go; keeps what each request asked for."""

    def __init__(self):
        self.asked, self.go, self.trouble = [], asyncio.Semaphore(0), None

    async def lots(self, ids):
        self.asked.append(sorted(ids))
        await self.go.acquire()
        if self.trouble:
            raise self.trouble
        lots = [site_pb2.Lot(id=one, title="Lamp", close_ms=1, price_cents=500) for one in ids]
        return site_pb2.GetLotsReply(lots=lots, read_started_ms=len(self.asked))


class Nobody:
    """No lot is due soon."""

    async def passengers(self, room, carried, *, unread=0):
        return []


@pytest.fixture
def site():
    """A site whose answers wait."""
    return Site()


@pytest.fixture
async def coach(site):
    """A coach to it."""
    made = Coach(None, Ways(site, SystemClock(), lambda way: None), Nobody(), lambda lot: True, SystemClock())
    yield made
    await made.close()


def lots(*numbers):
    """Records of lots that are only watched."""
    return [LotRecord.from_hash(str(number), {"cap_ver": "1", "watched": "1", "status": "open"}) for number in numbers]


async def riding(coach, *groups):
    """The looks of *groups*, begun together; the coach has had time to leave."""
    looks = [asyncio.create_task(coach.ride(lots(*group))) for group in groups]
    await asyncio.sleep(0.01)
    return looks


async def test_who_comes_while_a_request_is_under_way_shares_the_next(coach, site):
    """Three looks come, one after the other, during the first one's request: one further request carries all of them."""
    looks = await riding(coach, (1, 2))
    for group in ((3,), (4, 5), (6,)):
        looks += await riding(coach, group)
    site.go.release()
    site.go.release()
    told = await asyncio.gather(*looks)

    assert [["1", "2"], ["3", "4", "5", "6"]] == site.asked
    assert [1, 2, 2, 2] == [caught.read_started_ms for caught in told]


async def test_a_full_one_leaves_nobody_behind(coach, site):
    """Forty lots are more than one request has seats for: the rest go with the one after it."""
    looks = await riding(coach, (1, 2))
    for first in range(10, 50, 10):
        looks += await riding(coach, range(first, first + 10))
    for _ in range(3):
        site.go.release()
    await asyncio.gather(*looks)

    assert [2, 20, 20] == [len(ids) for ids in site.asked]


async def test_who_may_go_first_takes_a_seat_that_is_kept_in_the_next_one(coach, site):
    """Behind a request under way two full ones wait: four more lots have a seat in the first of them, a fifth in the second."""
    looks = await riding(coach, (1, 2))
    looks += await riding(coach, range(100, 128), range(200, 228))
    looks += [asyncio.create_task(coach.ride(lots(number), first=True)) for number in range(3, 8)]
    await asyncio.sleep(0.01)
    for _ in range(3):
        site.go.release()
    told = await asyncio.gather(*looks)

    assert [2, 32, 29] == [len(ids) for ids in site.asked]
    assert [2, 2, 2, 2, 3] == [caught.read_started_ms for caught in told[-5:]]


async def test_it_leaves_no_sooner_than_its_turns_allow(site):
    """With a pause of half a second the next request leaves after that, and carries who came meanwhile."""
    clock = HandClock()
    coach = Coach(None, Ways(site, clock, lambda way: None), Nobody(), lambda lot: True, clock)
    coach.pause_s = 0.5
    for _ in range(9):
        site.go.release()
    looks = await riding(coach, (1, 2))
    for moment, lot in ((0.1, 3), (0.3, 4)):
        looks += await riding(coach, (lot,))
        clock.advance(moment)
        await asyncio.sleep(0.01)
    assert [["1", "2"]] == site.asked

    clock.advance(0.1)
    await asyncio.gather(*looks)
    assert [["1", "2"], ["3", "4"]] == site.asked


async def test_who_stops_waiting_stops_nobody_else(coach, site):
    """A look that lost its leases is ended; the others of its request have their answer."""
    one, other = await riding(coach, (1, 2), (3, 4))
    one.cancel()
    await asyncio.sleep(0.01)
    site.go.release()

    assert {"1", "2", "3", "4"} == set((await other).lots)
    assert one.cancelled()


@pytest.mark.parametrize("trouble", [UpstreamDown("away"), StoreDown("away")], ids=lambda one: type(one).__name__)
async def test_a_trouble_is_everybodys_of_that_request(coach, site, trouble):
    """The site's: they are read one by one. The store's: each look is broken off. The next request is another one."""
    looks = await riding(coach, (1, 2), (3,))
    site.trouble = trouble
    site.go.release()
    told = await asyncio.gather(*looks, return_exceptions=True)

    assert ([trouble] * 2 if isinstance(trouble, StoreDown) else [None] * 2) == told


async def test_closed_it_leaves_nothing_running(coach, site):
    """What waits is dropped."""
    looks = await riding(coach, (1, 2), (3,))
    looks += await riding(coach, (4,))
    await coach.close()
    told = await asyncio.gather(*looks, return_exceptions=True)

    assert {asyncio.CancelledError} == {type(one) for one in told}
