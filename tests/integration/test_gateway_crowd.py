"""The WebSocket of the existing protocol where there are thousands of lots."""

import asyncio

import pytest
from websockets.exceptions import ConnectionClosed

from bidwright.runtime.init import initialise
from bidwright.transitions import Transitions
from bidwright_gateway.testing import running, wired

pytestmark = pytest.mark.integration
SITE = "http://127.0.0.1:9900"
MANY = 2200


@pytest.fixture
async def store(redis, tmp_path):
    """A store made ready."""
    await initialise(redis, data_dir=tmp_path, site=SITE, live="0", max_bid_cents=100_000, total_limit_cents=200_000)
    return redis


async def watched(store, numbers):
    """Watch a lot of each of *numbers*."""
    transitions = Transitions(store)
    for number in numbers:
        await transitions.watch(str(number), {"cap": 1000, "strategy": "manual", "armed": "0"})


async def shown(store, numbers):
    """The site tells of each of them, so that everybody's screens are told."""
    transitions = Transitions(store)
    close = await transitions.stamp() + 7_200_000
    for number in numbers:
        await transitions.show(
            str(number), read_started=await transitions.stamp(), status="open", close=close, price=500, shown={"title": "x" * 900}
        )


async def test_who_reads_slowly_gets_the_newest_of_each_lot_however_many_there_are(engine, store, tmp_path):
    """More lots change than frames may wait, while a client reads nothing: it is not let go, and ends with the newest of all of them."""
    lots = range(1000, 1000 + MANY)
    await watched(store, lots)
    async with running(engine.url, BIDWRIGHT_DATA_DIR=tmp_path) as made, wired(made.ws) as wire:
        await shown(store, lots)
        async with asyncio.timeout(20):
            while not all(lot.seen for lot in made.gateway.deps.board.lots.values()):  # noqa: ASYNC110 - the gateway's own view of it
                await asyncio.sleep(0.05)
        newest, wanted = set[str](), {str(lot) for lot in lots}

        def all_told(frame):
            told = frame.get("auctions") or ([frame["auction"]] if "auction" in frame else [])
            newest.update(auction["id"] for auction in told if auction["data"])
            return newest >= wanted

        try:
            await wire.until(all_told)
        except ConnectionClosed as closed:
            pytest.fail(f"it was let go: {closed}, {len(newest)} lots told")


async def test_lots_that_leave_one_after_the_other_share_a_list(engine, store, tmp_path):
    """With two thousand and more lots, each list is megabytes for every client: ten that leave within a second make few lists."""
    lots = range(1000, 1000 + MANY)
    await watched(store, lots)
    async with running(engine.url, BIDWRIGHT_DATA_DIR=tmp_path) as made, wired(made.ws) as wire:
        for number in lots[:10]:
            await Transitions(store).unwatch(str(number))
            await asyncio.sleep(0.02)
        lists = 0

        def without_all(frame):
            nonlocal lists
            if frame["type"] != "monitoredAuctions":
                return False
            lists += 1
            return len(frame["auctions"]) == MANY - 10

        await wire.until(without_all)

    assert lists <= 2
