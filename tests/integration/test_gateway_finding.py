"""Hot deals and search through the front door, over real gRPC."""

import asyncio
import time

import httpx
import pytest

from bidwright.errors import LotGone, UpstreamBusy, UpstreamChanged, UpstreamDown
from bidwright.runtime.init import initialise
from bidwright_gateway.deals import CANDIDATES, SINGLY
from bidwright_gateway.testing import TOKEN, FakeSite, running
from bidwright_proto.v1 import site_pb2

pytestmark = pytest.mark.integration
SITE = "http://127.0.0.1:9900"
AHEAD_S = 3600  # longer than the suite takes from here to the test
CLOSE = round(time.time() * 1000) + AHEAD_S * 1000


def lot(number, price, retail, **fields):
    """An open lot, amounts in dollars."""
    more = {"title": f"Power tools {number}", "bid_count": 3, "close_ms": CLOSE, "market_status": "open", "location_name": "Mesa"}
    return site_pb2.Lot(id=str(number), price_cents=round(price * 100), retail_cents=round(retail * 100), **{**more, **fields})


def sale(*lots):
    """A site with these lots."""
    return FakeSite({lot.id: lot for lot in lots})


@pytest.fixture
async def serve(engine, redis, tmp_path):
    """Starts a gateway beside *site*; gives a client with the token."""
    await initialise(redis, data_dir=tmp_path, site=SITE, live="0", max_bid_cents=100_000, total_limit_cents=200_000)
    stops = []

    async def start(site, **env):
        made = running(engine.url, site, BIDWRIGHT_DATA_DIR=tmp_path, NELLIS_BASE_URL=SITE, **env)
        client = httpx.AsyncClient(base_url=(await made.__aenter__()).url, headers={"Authorization": TOKEN}, timeout=20)
        stops.extend((made, client))
        return client

    yield start
    for one in reversed(stops):
        await one.__aexit__(None, None, None)


async def deals(http, **query):
    """The answer's body."""
    reply = await http.get("/api/hot-deals", params=query)
    assert 200 == reply.status_code, reply.text
    return reply.json()


async def test_a_deal_has_the_shape_of_the_contract(serve):
    """Every field the dashboard reads, the all-in price beside it, and text that is fit for a page."""
    http = await serve(
        sale(lot(7, 9, 69.5, title='Tools <b>18"', image_url="https://example.invalid/l.jpg", url=f"{SITE}/p/tools/7")),
        BIDWRIGHT_PREMIUM_PERCENT="15",
        BIDWRIGHT_TAX_PERCENT="8.3",
    )
    body = await deals(http, location="Phoenix", q="tools", maxRatio="0.15", page="1", limit="20", mock="false", detailed="true")
    (deal,) = body.pop("deals")
    left = deal.pop("timeRemaining")
    assert 0 < left <= AHEAD_S
    assert {
        "id": "7",
        "title": "Tools ‹b›18″",
        "currentBid": 9,
        "currentPrice": 9,
        "allIn": 11.21,
        "retailPrice": 69.5,
        "discountPercentage": 87,
        "location": "Mesa",
        "closeTime": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(CLOSE // 1000)) + f".{CLOSE % 1000:03d}Z",
        "bidCount": 3,
        "imageUrl": "https://example.invalid/l.jpg",
        "auctionUrl": f"{SITE}/p/tools/7",
    } == deal
    assert body.pop("lastUpdated").endswith("Z")
    assert {
        "success": True,
        "location": "Phoenix",
        "searchQuery": "tools",
        "maxDiscountRatio": 0.15,
        "maxPrice": None,
        "count": 1,
        "pagination": {"page": 1, "limit": 20, "totalItems": 1, "totalPages": 1, "hasMore": False},
        "dataSource": "live",
        "totalSearchResults": 1,
        "candidates": 1,
        "priced": 1,
    } == body


async def test_only_deals_the_best_first(serve):
    """No bid, no retail price, closed, of an unknown state or too dear: none is a deal. The boundary is one."""
    site = sale(
        lot(1, 15, 100),
        lot(2, 5, 100),
        lot(3, 15.01, 100),
        lot(4, 5, 0),
        lot(5, 0, 100, bid_count=0),
        lot(6, 5, 100, closed=True),
        lot(7, 5, 100, market_status="paused"),
        lot(8, 9, 100, bid_count=0),
        lot(9, 10, 100),
    )
    http = await serve(site)
    body = await deals(http)
    assert [("2", 95), ("9", 90), ("1", 85)] == [(d["id"], d["discountPercentage"]) for d in body["deals"]]
    assert (9, 8, 9) == (body["candidates"], body["priced"], body["totalSearchResults"])
    assert ["2", "9"] == [d["id"] for d in (await deals(http, maxPrice="10"))["deals"]]
    assert ["2"] == [d["id"] for d in (await deals(http, maxRatio="0.05", maxPrice=""))["deals"]]


async def test_pages_of_deals_cost_one_question(serve):
    """The same question again, on another page or with another bound, within half a minute asks the site nothing."""
    site = sale(*(lot(n, 1 + n, 1000) for n in range(1, 26)))
    http = await serve(site)
    first, *others = await asyncio.gather(*(deals(http, limit="10", page=str(page)) for page in (1, 2, 3, 4)))
    assert [str(n) for n in range(1, 11)] == [d["id"] for d in first["deals"]]
    assert [(10, True), (10, True), (5, False), (0, False)] == [(b["count"], b["pagination"]["hasMore"]) for b in (first, *others)]
    assert {"page": 3, "limit": 10, "totalItems": 25, "totalPages": 3, "hasMore": False} == others[1]["pagination"]
    await deals(http, maxPrice="5", q="TOOLS")
    assert ["Search", "GetLots"] == site.asked
    await deals(http, q="power")
    assert 4 == len(site.asked)


async def test_candidates_are_capped(serve):
    """However many the index lists and however many are asked for, 30 are read."""
    http = await serve(sale(*(lot(n, 1, 1000) for n in range(1, 50))))
    body = await deals(http, limit="500")
    assert (49, CANDIDATES, CANDIDATES, CANDIDATES) == (
        body["totalSearchResults"],
        body["candidates"],
        body["count"],
        body["pagination"]["limit"],
    )


async def test_nothing_found(serve):
    """An empty answer has its pagination and its bounds; no lot is read."""
    site = sale(lot(1, 5, 100))
    body = await deals(await serve(site), q="submarine", maxPrice="12.5")
    assert ([], 12.5, {"page": 1, "limit": 20, "totalItems": 0, "totalPages": 0, "hasMore": False}) == (
        body["deals"],
        body["maxPrice"],
        body["pagination"],
    )
    assert ["Search"] == site.asked


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("maxRatio=0", "maxRatio"),
        ("maxRatio=1.5", "maxRatio"),
        ("maxRatio=nan", "maxRatio"),
        ("maxRatio=cheap", "maxRatio"),
        ("maxPrice=0", "maxPrice"),
        ("maxPrice=-3", "maxPrice"),
        ("maxPrice=inf", "maxPrice"),
        ("page=0", "page"),
        ("page=1.5", "page"),
        ("limit=0", "limit"),
        ("limit=many", "limit"),
        ("mock=true", "mock"),
        ("mock=perhaps", "mock"),
        (f"q={'x' * 201}", "q"),
    ],
)
async def test_wrong_queries_are_refused(serve, query, field):
    """400 with the envelope that names the field; nothing is asked."""
    site = sale(lot(1, 5, 100))
    reply = await (await serve(site)).get(f"/api/hot-deals?{query}")
    assert (400, False, "VALIDATION_ERROR", field) == (reply.status_code, *(reply.json()[name] for name in ("success", "code", "field")))
    assert [] == site.asked


@pytest.mark.parametrize(
    ("call", "trouble", "status"),
    [
        ("Search", UpstreamDown("away"), 503),
        ("Search", UpstreamChanged("no key"), 502),
        ("Search", UpstreamBusy("later", 7), 503),
        ("GetLots", UpstreamDown("away"), 503),
        ("GetLots", UpstreamBusy("later", 7), 503),
    ],
)
async def test_a_failure_is_told_and_not_remembered(serve, call, trouble, status):
    """No deal is invented: 502 or 503 with a sentence; the next question is asked anew."""
    site = sale(lot(1, 5, 100))
    site.troubles[call] = trouble
    http = await serve(site)
    for path in ("/api/hot-deals", "/api/search?q=tools") if call == "Search" else ("/api/hot-deals",):
        reply = await http.get(path)
        assert (status, False, "UPSTREAM_ERROR") == (reply.status_code, reply.json()["success"], reply.json()["code"])
        assert ("7" if isinstance(trouble, UpstreamBusy) else None) == reply.headers.get("retry-after")
    site.troubles.clear()
    assert 1 == (await deals(http))["count"]


async def test_without_a_batch_read_a_few_are_read_singly(serve):
    """At most eight; a lot that is gone is left out, and the answer says how many were priced."""
    site = sale(*(lot(n, n, 1000) for n in range(1, 20)))
    site.troubles["GetLots"] = UpstreamChanged("no batch read")
    body = await deals(await serve(site))
    assert (19, SINGLY, SINGLY) == (body["candidates"], body["priced"], body["count"])
    assert ["Search", "GetLots", *["GetLot"] * SINGLY] == site.asked


@pytest.mark.parametrize(
    ("trouble", "status", "asked"),
    [
        (UpstreamDown("away"), 503, 1),
        (UpstreamBusy("later"), 503, 1),
        (UpstreamChanged("odd"), 502, SINGLY),
        (LotGone("gone"), 200, SINGLY),
    ],
)
async def test_single_reads_that_all_fail(serve, trouble, status, asked):
    """A site that is away or busy is not asked eight times; lots that are all gone are no failure."""
    site = sale(*(lot(n, n, 1000) for n in range(1, 20)))
    site.troubles |= {"GetLots": UpstreamChanged("no batch read"), "GetLot": trouble}
    reply = await (await serve(site)).get("/api/hot-deals")
    assert (status, asked) == (reply.status_code, site.asked.count("GetLot"))


async def test_search_gives_hits_without_prices(serve):
    """One request to the index; ids, titles, places and closes, page by page."""
    site = sale(*(lot(n, 5, 100, image_url="javascript:1") for n in (1, 2, 3)), lot(4, 5, 100, title="Lamp"))
    http = await serve(site)
    body = (await http.get("/api/search", params={"q": "tools", "page": 2, "limit": 2})).json()
    (found,) = body["lots"]
    assert found.pop("timeRemaining") <= AHEAD_S
    assert found.pop("closeTime").endswith("Z")
    assert {"id": "3", "title": "Power tools 3", "retailPrice": 100, "location": "Mesa", "imageUrl": None} == {
        name: found[name] for name in found if name != "auctionUrl"
    }
    assert f"{SITE}/p/lot/3" == found["auctionUrl"]
    assert {"page": 2, "limit": 2, "totalItems": 3, "totalPages": 2, "hasMore": False} == body["pagination"]
    assert ["Search"] == site.asked
    assert 4 == (await http.get("/api/search")).json()["count"]


@pytest.mark.parametrize("query", ["page=0", "page=1001", "limit=0", "limit=x", f"location={'x' * 101}"])
async def test_wrong_searches_are_refused(serve, query):
    """400, and nothing is asked."""
    site = sale()
    reply = await (await serve(site)).get(f"/api/search?{query}")
    assert (400, query.split("=")[0], []) == (reply.status_code, reply.json()["field"], site.asked)
