"""The search index: another party, asked with what the site's pages publish and never with the session."""

import asyncio
import json
from contextlib import asynccontextmanager

import grpc.aio
import pytest

from bidwright import errors
from bidwright.runtime.rpc import error_of
from bidwright_proto.v1 import site_pb2
from bidwright_simulator.catalog import ITEMS, PLACES
from bidwright_simulator.site import Wish

DEMO = "demo@example.invalid"
LAMP = next(item for item in ITEMS if item.kind == "lamp")
MESA, DENVER = (next(place for place in PLACES if place.name == name) for name in ("Mesa", "Denver"))
PAGE = "<!doctype html><script>window.ENV = {}</script>"


async def find(running, **asked):
    """One search."""
    return await running.stub.Search(site_pb2.SearchRequest(**asked))


async def refused(call):
    """The error that a call ends in."""
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    return error_of(caught.value)


def lamps(sim, *places, **wish):
    """Open lots with a lamp each."""
    return [sim.open_lot(Wish(**{"close_in": 3600, "item": LAMP, "place": place, "rivals": (), **wish})) for place in places]


async def test_hits(house, sim):
    """Lots of the place with title, picture, close and retail; the second search asks the index alone."""
    mesa, _ = lamps(sim, MESA, DENVER)
    running = await house.start()
    reply = await find(running, query="lamp", location="Phoenix", min_retail_cents=1)
    (hit,) = reply.hits
    assert (str(mesa.id), mesa.item.title, "Mesa", mesa.close, mesa.item.retail) == (
        hit.lot_id,
        hit.title,
        hit.location_name,
        hit.close_ms,
        hit.retail_cents,
    )
    assert f"{sim.url}/photos/lamp.svg" == hit.image_url
    assert (1, 1, 0) == (reply.total_hits, reply.total_pages, reply.page)
    assert 2 == len((await find(running, query="lamp")).hits)
    assert (1, 2) == (sim.ledger.by_kind["list"], sim.ledger.by_kind["search"])


async def test_pages_and_bounds(house, sim):
    """Hits come by page, and lots that close outside the bounds or cost too little in a shop are not among them."""
    first, second = lamps(sim, MESA, MESA)
    lamps(sim, MESA, close_in=7200)
    running = await house.start()
    soon = {"closes_before_ms": first.close + 60_000}
    pages = [await find(running, hits_per_page=1, page=page, **soon) for page in (0, 1)]
    assert {str(first.id), str(second.id)} == {page.hits[0].lot_id for page in pages}
    assert [(2, 2, 0), (2, 2, 1)] == [(page.total_hits, page.total_pages, page.page) for page in pages]
    assert [] == list((await find(running, min_retail_cents=LAMP.retail + 1)).hits)
    assert [] == list((await find(running, closes_after_ms=second.close + 7200_000)).hits)


@pytest.mark.parametrize("status", [401, 403, 404])
async def test_an_exchanged_key_is_read_again(house, sim, status):
    """The index refuses once: the page is read again and the question asked again; many who wait read it once."""
    lamps(sim, MESA)
    running = await house.start()
    await find(running)
    sim.faults.add({"kind": "status", "on": ["search"], "params": {"status": status}, "count": 1}, sim.now())
    assert 1 == len((await find(running)).hits)
    assert (2, 3) == (sim.ledger.by_kind["list"], sim.ledger.by_kind["search"])


async def test_a_key_that_is_never_taken(house, sim):
    """After one more look at the page it is told; there is no third question."""
    sim.faults.add({"kind": "status", "on": ["search"], "params": {"status": 403}}, sim.now())
    running = await house.start()
    assert isinstance(await refused(find(running)), errors.UpstreamChanged)
    assert (2, 2) == (sim.ledger.by_kind["list"], sim.ledger.by_kind["search"])


async def test_a_page_without_settings(house, sim):
    """The site has changed: told, and the index is not asked."""
    sim.faults.add({"kind": "html", "on": ["list"]}, sim.now())
    running = await house.start()
    assert isinstance(await refused(find(running)), errors.UpstreamChanged)
    assert 0 == sim.ledger.by_kind["search"]


@pytest.mark.parametrize("fault", [{"kind": "status", "params": {"status": 503, "retry_after": 60}}, {"kind": "reset"}])
async def test_the_index_is_down(house, sim, fault):
    """Tried once more, then told; the site itself is asked on."""
    (lot,) = lamps(sim, MESA)
    sim.faults.add({"on": ["search"], **fault}, sim.now())
    running = await house.start()
    assert isinstance(await refused(find(running)), errors.UpstreamDown)
    assert 2 == sim.ledger.by_kind["search"]
    assert str(lot.id) == (await running.stub.GetLot(site_pb2.GetLotRequest(lot_id=str(lot.id)))).lot.id
    sim.faults.active.clear()
    assert 1 == len((await find(running)).hits)


async def test_the_index_is_busy(house, sim):
    """Its 429 is passed on with the pause it asks for and keeps nobody away from the site."""
    sim.faults.add({"kind": "status", "on": ["search"], "params": {"status": 429, "retry_after": 7}}, sim.now())
    running = await house.start()
    error = await refused(find(running))
    assert isinstance(error, errors.UpstreamBusy)
    assert (7.0, None) == (error.retry_after, await house.redis.get("bw:block"))


async def test_the_site_is_down(house, sim):
    """Without its page nothing is asked of the index."""
    sim.faults.add({"kind": "status", "on": ["list"], "params": {"status": 500}}, sim.now())
    running = await house.start()
    assert isinstance(await refused(find(running)), errors.UpstreamDown)
    assert 0 == sim.ledger.by_kind["search"]


async def test_the_session_never_goes_to_the_index(house, sim):
    """While we are logged in and read lots with the session, the index and the page with its key are asked by nobody in particular."""
    (lot,) = lamps(sim, MESA)
    running = await house.start()
    await running.stub.SetSession(site_pb2.SetSessionRequest(cookies=f"__session={sim.accounts.open(DEMO, sim.now())}"))
    assert (await running.stub.GetLot(site_pb2.GetLotRequest(lot_id=str(lot.id)))).lot.has_user_state
    await find(running, query="lamp")
    users = {kind: {entry["user"] for entry in sim.ledger.read(kind=kind)} for kind in ("page", "list", "search")}
    assert {"page": {sim.demo_user}, "list": {None}, "search": {None}} == users


async def test_searches_pay_at_the_gate(house, sim):
    """A search is a poll: page and question take a token each, and none is left over for free."""
    running = await house.start(requests_per_second=2)
    await find(running)
    assert 'bidwright_gate_wait_seconds_count{purpose="poll"} 2.0' in running.metrics


class Page:
    """
    A site whose page publishes *env* and whose index takes *key*; keeps the heads of all requests.
    """

    def __init__(self):
        self.env = {}
        self.key = ""
        self.heads = []

    async def serve(self, reader, writer):
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
                length = next((int(line.split(":")[1]) for line in head.split("\r\n") if line.startswith("content-length:")), 0)
                await reader.readexactly(length)
                self.heads.append(head)
                writer.write(self.answer(head))
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            writer.close()

    def answer(self, head):
        if head.startswith("get /browse "):
            body, status, kind = PAGE.replace("{}", json.dumps(self.env)), "200 OK", "text/html"
        elif f"x-algolia-api-key: {self.key}\r\n" in head:
            body, status, kind = '{"hits": [{"objectID": "7", "Time Remaining": 4000000000}]}', "200 OK", "application/json"
        else:
            body, status, kind = '{"message": "no"}', "403 Forbidden", "application/json"
        more = "set-cookie: __session=planted\r\nset-cookie: other=planted\r\n"
        return f"HTTP/1.1 {status}\r\ncontent-type: {kind}\r\n{more}content-length: {len(body)}\r\n\r\n{body}".encode()


@asynccontextmanager
async def pages():
    """Such a site on a socket, and its address."""
    page = Page()
    server = await asyncio.start_server(page.serve, "127.0.0.1", 0)
    try:
        yield page, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


def published(host, key="one"):
    """What a page says about its index."""
    names = {"ID": "APP1", "INDEX": "lots", "API_KEY": key, "HOST": host}
    return {f"APP_PUBLIC_ALGOLIA_{name}": value for name, value in names.items()}


async def test_a_foreign_index_is_refused(at):
    """A page that names another host is a change of the site, and that host hears nothing; the owner's own address is asked."""
    async with pages() as (page, url), pages() as (other, elsewhere), at(url) as house:
        page.env, other.key = published(elsewhere), "one"
        running = await house.start()
        error = await refused(find(running))
        assert isinstance(error, errors.UpstreamChanged)
        assert "NELLIS_SEARCH_URL" in str(error)
        assert [] == other.heads
        chosen = await house.start(search=elsewhere)
        assert "7" == (await find(chosen)).hits[0].lot_id
        assert 1 == len(other.heads)


async def test_a_real_exchange_of_the_key(at):
    """Old key, new key: found out and mended within one search; not one request to the index carries the session."""
    async with pages() as (page, url), at(url) as house:
        page.env, page.key = published(url), "one"
        await house.signed_in("canary-value")
        running = await house.start()
        await find(running)
        page.env, page.key = published(url, "two"), "two"
        assert "7" == (await find(running)).hits[0].lot_id
        asked = [head for head in page.heads if head.startswith("post /1/indexes/lots/query ")]
        assert ["one", "one", "two"] == [head.split("x-algolia-api-key: ")[1].split("\r\n")[0] for head in asked]
        assert not any("canary-value" in head for head in page.heads)


async def test_many_searches_read_the_page_once(at):
    """However many begin at once or find the key exchanged at once, one of them reads the page."""
    async with pages() as (page, url), at(url) as house:
        page.env, page.key = published(url), "one"
        running = await house.start()
        await asyncio.gather(*(find(running) for _ in range(3)))
        page.env, page.key = published(url, "two"), "two"
        await asyncio.gather(*(find(running) for _ in range(3)))
        assert 2 == sum(head.startswith("get /browse ") for head in page.heads)
