"""The client beside the site: streams, time-outs and broken connections on a hand clock."""

import asyncio

import httpx
import pytest

from bidwright.testing.site import in_process_site
from bidwright_simulator.inprocess import InProcessTransport
from bidwright_simulator.site import Wish


@pytest.fixture
def here(clock):
    return in_process_site(clock)


@pytest.fixture
async def client(here):
    async with httpx.AsyncClient(transport=here.client_transport, base_url=here.base_url, timeout=10) as client:
        yield client


@pytest.fixture
def lot(here):
    return here.site.open_lot(Wish(600, rivals=[], early=[14]))


def fault(here, **order):
    return here.site.faults.add(order, here.site.now())


async def settle():
    for _ in range(20):
        await asyncio.sleep(0)


async def test_live_events_stream(here, client, clock, lot):
    """
    Events come while the stream is open: connected, a bid, a ping when a second has passed, the close.
    """
    async with client.stream("GET", f"/live-products?productId={lot.id}", timeout=None) as stream:
        lines = (line async for line in stream.aiter_lines() if line)
        assert (await anext(lines)).startswith("data: connected ")
        here.site.bid(here.site.demo_user, lot, 20)
        assert f"event: ch_product_bids:{lot.id}" == await anext(lines)
        assert '"currentPrice": 15' in await anext(lines)
        clock.advance(1)
        assert "data: ping" == await anext(lines)
        assert here.hub.count == 1
    await settle()

    assert here.hub.count == 0


async def test_a_slow_reader_is_dropped(here, client, lot):
    """
    Who does not read is let go and does not fill the memory.
    """
    async with client.stream("GET", f"/live-products?productId={lot.id}", timeout=None) as stream:
        for _ in range(1100):
            here.hub.hear("bids", lot, 0)
        lines = [line async for line in stream.aiter_lines()]

    assert len(lines) < 10


async def test_a_hanging_answer_times_out_on_the_clock(here, client, clock, lot):
    """
    The client's patience passes with the clock; the bid was taken before the answer hung.
    """
    fault(here, kind="hang", on="bids", params={"when": "after"})
    asked = asyncio.create_task(client.post("/api/bids", json={"productId": lot.id, "bid": 20}, headers={"Cookie": here.cookie()}))
    await settle()
    assert not asked.done()
    clock.advance(10)

    with pytest.raises(httpx.ReadTimeout):
        await asked
    assert lot.leader == here.site.demo_user


async def test_a_slow_answer_comes_when_its_time_is_there(here, client, clock, lot):
    """
    A bid that waits at the door is taken at the later time.
    """
    fault(here, kind="slow", on="bids", params={"ms": 5000})
    asked = asyncio.create_task(client.post("/api/bids", json={"productId": lot.id, "bid": 20}, headers={"Cookie": here.cookie()}))
    await settle()
    arrived = here.site.now()
    clock.advance(5)

    assert (await asked).status_code == 200
    assert here.ledger.read(what="bid")[-1]["t"] == arrived + 5000


async def test_broken_connections(here, client, lot):
    """
    A reset is a read error, a cut answer a protocol error, as on a socket.
    """
    fault(here, kind="reset", count=1)
    with pytest.raises(httpx.ReadError):
        await client.get(lot.path)

    fault(here, kind="cut", count=1)
    with pytest.raises(httpx.RemoteProtocolError):
        await client.get(lot.path)

    assert (await client.get(lot.path)).status_code == 200


async def test_an_error_of_the_application_is_seen(clock):
    """
    A bug in the application is raised in the test, and silence is a protocol error.
    """

    async def broken(scope, receive, send):
        raise RuntimeError("bug")

    async def silent(scope, receive, send):
        await receive()

    for app, error in ((broken, RuntimeError), (silent, httpx.RemoteProtocolError)):
        async with httpx.AsyncClient(transport=InProcessTransport(app, clock), base_url="http://x.invalid") as client:
            with pytest.raises(error):
                await client.get("/")


async def test_hanging_up_ends_the_application(clock):
    """
    When the client leaves, the application is told, and ended when it does not listen.
    """
    ended = asyncio.Event()

    async def deaf(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    transport = InProcessTransport(deaf, clock)
    async with (
        httpx.AsyncClient(transport=transport, base_url="http://x.invalid", timeout=9) as client,
        client.stream("GET", "/") as reply,
    ):
        assert reply.status_code == 200
    await settle()

    assert ended.is_set()
