"""``wrap_order`` at the gateway's front door: around every order, whatever a plugin does there, and behind its switch."""

import asyncio
from itertools import count

import httpx
import pytest

from bidwright import Order
from bidwright.plugins import load
from bidwright.runtime import streams
from bidwright.runtime.init import initialise
from bidwright.trace import Trace, listen
from bidwright_gateway.testing import LOT, SITE, TOKEN, FakeSite, running, wired
from bidwright_proto.v1 import site_pb2

pytestmark = pytest.mark.integration
CONFIG = {"config": {"maxBid": 40, "strategy": "sniping"}}
WRAPPING = """
orders = []

@hookimpl
def wrap_order(take, around):
    async def wrapped(order):
        orders.append(order)
        {before}
        await take(order)
        {after}
    return wrapped
"""


@pytest.fixture
async def store(redis, tmp_path):
    """A store made ready, in dry run."""
    await initialise(redis, data_dir=tmp_path, site=SITE, live="0", max_bid_cents=100_000, total_limit_cents=200_000)
    return redis


@pytest.fixture
def serve(engine, store, tmp_path, monkeypatch):
    """Runs a gateway with exactly these plugins, and gives a client with the token."""

    def make(plugins):
        monkeypatch.setattr("bidwright_gateway.bootstrap.load", lambda **_: plugins)
        lot = site_pb2.Lot(id=LOT, title="Lamp", market_status="open", next_bid_cents=1500, close_ms=4_102_444_800_000)
        return running(engine.url, FakeSite({LOT: lot}), BIDWRIGHT_DATA_DIR=tmp_path)

    return make


def client(gateway):
    """A client with the token."""
    return httpx.AsyncClient(base_url=gateway.url, headers={"Authorization": TOKEN}, timeout=20)


def orders(plugins):
    """What the plugin was shown."""
    [(_, ask)] = plugins.implementations("wrap_order")
    return ask.args[0].function.__globals__["orders"]


@pytest.mark.parametrize(
    "odd",
    [{}, {"before": "raise ValueError('no')"}, {"after": "raise ValueError('no')"}, {"after": "await take(order)"}, {"before": "return"}],
)
async def test_every_order_is_carried_out_once(installed, serve, odd):
    """A request and a message; the answer is what it is without the plugin, whatever that does."""
    plugins = installed(mine=WRAPPING.format(**{"before": "pass", "after": "pass", **odd}))
    async with serve(plugins) as gateway, client(gateway) as http, wired(gateway.ws) as wire:
        watched = await http.post(f"/api/auctions/{LOT}/monitor", json=CONFIG)
        again = await http.post(f"/api/auctions/{LOT}/monitor", json=CONFIG)
        changed = await wire.ask("updateConfig", auctionId=LOT, config={"maxBid": 41})
        gone = await http.get("/api/auctions/7")

    assert (200, 409, {"success": True}) == (watched.status_code, again.status_code, changed["data"])
    assert 404 == gone.status_code
    seen = [(order.what, order.lot_id) for order in orders(plugins)]
    assert ("POST /api/auctions/{}/monitor", LOT) in seen
    assert ("WS updateConfig", LOT) in seen


async def test_who_is_not_known_gets_no_order(installed, serve):
    """The token comes first, and what is not under /api is no order."""
    plugins = installed(mine=WRAPPING.format(before="pass", after="pass"))
    async with serve(plugins) as gateway, client(gateway) as http:
        assert 401 == (await http.get("/api/auctions", headers={"Authorization": "wrong"})).status_code
        assert 200 == (await http.get("/health")).status_code

    assert [] == orders(plugins)


async def test_a_callers_trace_is_shown(installed, serve):
    """As the standard has it; anything else is none."""
    plugins = installed(mine=WRAPPING.format(before="pass", after="pass"))
    given = Trace.begun()
    async with serve(plugins) as gateway, client(gateway) as http:
        for header in (given.header, "nonsense"):
            await http.get("/api/auctions", headers={"traceparent": header})

    assert [Order("GET /api/auctions", "", given), Order("GET /api/auctions", "")] == orders(plugins)


async def test_the_switch_begins_traces_and_ends_them(serve, store):
    """On: an order's change carries its trace into the store; off again within a second: none does."""
    heard = []
    listen(heard.append)
    given = Trace.begun()

    caps = count(30)

    async def last_trace(http):
        await http.put(f"/api/auctions/{LOT}/config", json={"config": {"maxBid": next(caps)}}, headers={"traceparent": given.header})
        found = [event async for batch in streams.since(store, after="0-0") for event in batch if event.kind == "watch.changed"]
        return found[-1].trace if found else ""

    async with serve(load(dropins=None)) as gateway, client(gateway) as http:
        await http.post(f"/api/auctions/{LOT}/monitor", json=CONFIG)
        await store.set("feature:distributed_tracing", "true")
        async with asyncio.timeout(10):
            while not (told := await last_trace(http)):  # noqa: ASYNC110 - another loop looks at the switch
                await asyncio.sleep(0.05)
        await store.set("feature:distributed_tracing", "false")
        async with asyncio.timeout(10):
            while await last_trace(http):  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.05)
    listen(heard.append, wanted=False)

    names = [part.name for part in heard if part.trace.id == given.id]
    assert given.id == Trace.read(told).id
    assert {"gateway.order", "store.configure"} <= set(names)
