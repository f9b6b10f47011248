"""Hot deals: how long a question may take, how long its answer serves, and who shares it."""

import asyncio
from decimal import Decimal

import pytest

from bidwright.errors import UpstreamChanged, UpstreamDown
from bidwright_gateway.deals import FRESH_S, Deals, Priced, discount_percent
from bidwright_proto.v1 import site_pb2


def lot(number, price=500, retail=10_000):
    """An open lot with a bid, amounts in cents."""
    return site_pb2.Lot(id=str(number), price_cents=price, retail_cents=retail, bid_count=1, market_status="open")


class SlowSite:
    """
    Stands for the calls: a single read takes *read_s* on the hand clock; a batch read there is none.
    """

    def __init__(self, clock):
        self.clock, self.read_s = clock, 0.0
        self.searches, self.reads = 0, 0
        self.ready = asyncio.Event()
        self.ready.set()
        self.trouble = None

    async def search(self, asked, within_s):
        self.searches += 1
        await self.ready.wait()
        if self.trouble:
            raise self.trouble
        return site_pb2.SearchReply(hits=[site_pb2.SearchHit(lot_id=str(n)) for n in range(10)], total_hits=10)

    async def get_lots(self, lot_ids, within_s):
        raise UpstreamChanged("no batch read")

    async def get_lot(self, lot_id, within_s):
        self.reads += 1
        self.clock.advance(self.read_s)
        return site_pb2.GetLotReply(lot=lot(lot_id))


@pytest.fixture
async def site(clock):
    """A site whose reads take no time until a test says so."""
    return SlowSite(clock)


@pytest.fixture
def deals(site, clock):
    """Deals beside it."""
    return Deals(site, clock)


async def test_what_is_read_in_time_is_told(deals, site, clock):
    """After eight seconds no further read begins; those that were made count."""
    site.read_s = 3.0
    priced = await deals.look("tools", "Phoenix", clock.now())
    assert (3, 3, 10) == (site.reads, len(priced.lots), priced.candidates)


async def test_an_answer_serves_for_half_a_minute(deals, site, clock):
    """The same words in any spelling ask once; other words, another place or a later time ask anew."""
    for words, place in (("tools", "Phoenix"), ("TOOLS", "phoenix"), ("tools", "Phoenix")):
        await deals.look(words, place, clock.now())
    assert 1 == site.searches
    await deals.look("tools", "Denver", clock.now())
    clock.advance(FRESH_S)
    await deals.look("tools", "Phoenix", clock.now())
    assert 3 == site.searches


async def test_one_who_leaves_takes_nothing_from_the_others(deals, site, clock):
    """Whoever asks the same meanwhile waits for the same answer, and gets it although the first has gone."""
    site.ready.clear()
    first, second = (asyncio.ensure_future(deals.look("tools", "Phoenix", clock.now())) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    site.ready.set()
    assert 8 == len((await second).lots)
    assert 1 == site.searches


async def test_a_failure_reaches_all_and_is_forgotten(deals, site, clock):
    """Those who waited together hear it together; the next one asks anew."""
    site.trouble = UpstreamDown("away")
    told = await asyncio.gather(*(deals.look("tools", "Phoenix", clock.now()) for _ in range(2)), return_exceptions=True)
    assert ["away", "away"] == [str(error) for error in told]
    site.trouble = None
    assert 10 == (await deals.look("tools", "Phoenix", clock.now())).total


async def test_answers_do_not_pile_up(deals, site, clock):
    """However many different questions there are, some fifty answers are kept."""
    for number in range(60):
        await deals.look(f"tools {number}", "Phoenix", clock.now())
    assert 50 == len(deals._asked)


@pytest.mark.parametrize(("price", "retail", "percent"), [(900, 6950, 87), (1, 10_000, 99), (10_000, 10_000, 0), (29, 100, 71)])
def test_discount_is_rounded_down(price, retail, percent):
    """A deal never looks better than it is."""
    assert percent == discount_percent(lot(7, price, retail))


def test_the_ratio_is_exact():
    """29 of 100 cents is 0.29, whatever a float makes of it."""
    assert ["7"] == [found.id for found in Priced((lot(7, 29, 100),), 1, 1, 0).deals(Decimal("0.29"))]
