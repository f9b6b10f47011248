"""The site's addresses, asked in process on a hand clock."""

import json
import re

import httpx
import pytest

from bidwright.testing.site import in_process_site
from bidwright.turbo_stream import Opaque, decode
from bidwright_simulator import Settings
from bidwright_simulator.site import Wish

LOADER = "routes/p.$title.$productId._index"
CALL = re.compile(r'streamController\.enqueue\(("(?:[^"\\]|\\.)*")\)')


@pytest.fixture
def here(clock):
    return in_process_site(clock)


@pytest.fixture
async def client(here):
    async with httpx.AsyncClient(transport=here.client_transport, base_url=here.base_url) as client:
        yield client


@pytest.fixture
def lot(here):
    return here.site.open_lot(Wish(120, rivals=[], early=[14]))


@pytest.fixture
def cookie(here):
    return {"Cookie": here.cookie()}


def embedded(html):
    return decode("".join(json.loads(literal) for literal in CALL.findall(html)))["loaderData"]


def manners(here, **changes):
    here.site.settings = Settings(**changes)


async def bid(client, lot, amount, headers=None):
    return await client.post(
        "/api/bids", content=json.dumps({"productId": lot.id, "bid": amount}), headers={"Content-Type": "text/plain", **(headers or {})}
    )


async def test_three_ways_to_the_same_lot(client, lot):
    """
    Page, single fetch and loader tell the same product, each in its own form; dates differ in form only.
    """
    page = embedded((await client.get(lot.path)).text)[LOADER]
    single = decode((await client.get(f"/p/any/{lot.id}.data")).text)[LOADER]["data"]
    reply = await client.get(f"/p/x/{lot.id}", params={"_data": LOADER})
    loader = reply.json()

    assert page == single
    assert lot.id == page["product"]["id"] == loader["product"]["id"]
    assert {"product", "bidHistory", "shoppingLocation", "noReferrer"} == loader.keys()
    assert {"__type": "Date", "value": "2026-09-21T14:02:00.000Z"} == loader["product"]["closeTime"]
    assert loader["product"]["closeTime"]["value"] == page["product"]["closeTime"].isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert [{"name": "Bidder #1", "amount": "$1", "type": "Winning"}] == [
        {name: row[name] for name in ("name", "amount", "type")} for row in page["bidHistory"]
    ]


async def test_the_plain_page(client, here, lot):
    """
    Before August 2026 the state stood in the page as JSON; the same routes are in it.
    """
    manners(here, format="plain")
    html = (await client.get(lot.path)).text
    state = json.JSONDecoder().raw_decode(html.split("window.__remixContext = ")[1])[0]["state"]

    assert lot.id == state["loaderData"][LOADER]["product"]["id"]
    assert {"loaderData", "actionData", "errors"} == state.keys()


@pytest.mark.parametrize(
    ("form", "close"),
    [("iso", "2026-09-21T14:02:00.000Z"), ("ms", 1789999320000), ("wrapped", {"__type": "Date", "value": "2026-09-21T14:02:00.000Z"})],
)
async def test_every_form_of_the_date(client, here, lot, form, close):
    """
    Dates come in any of the forms that were seen.
    """
    manners(here, dates=form)
    page = embedded((await client.get(lot.path)).text)[LOADER]

    assert close == page["product"]["closeTime"]


async def test_user_state_only_with_a_session(client, lot, cookie):
    """
    Without a session there is no next bid to be had.
    """
    without = (await client.get(lot.path, params={"_data": LOADER})).json()["product"]
    with_one = (await client.get(lot.path, params={"_data": LOADER}, headers=cookie)).json()["product"]

    assert "userState" not in without
    assert {"isWatching": False, "hasParticipated": False, "isWinning": False, "nextBid": 2, "isAllowedToBid": True} == with_one[
        "userState"
    ]
    assert with_one["bidderCount"] == 1


async def test_framework_rules(client, here, lot):
    """
    A wrong route is 403, `_routes` limits the loaders, and both ways can be switched off.
    """
    wrong = await client.get(lot.path, params={"_data": "routes/other"})
    some = decode((await client.get(f"{lot.path}.data", params={"_routes": "root"})).text)
    assert (403, "Unexpected Server Error") == (wrong.status_code, wrong.text)
    assert {"root"} == some.keys()

    manners(here, loader=False, data=False)
    assert "text/html" in (await client.get(lot.path, params={"_data": LOADER})).headers["content-type"]
    assert (await client.get(f"{lot.path}.data")).status_code == 404


@pytest.mark.parametrize("path", ["/p/x/1", "/p/x/abc", "/p/x/99999999999999999999", "/auction/1", "/p/x/1.data", "/p/x/1?_data=root"])
async def test_what_is_missing_is_404(client, path):
    """
    A lot that is not there is 404 in every way of asking.
    """
    assert (await client.get(path)).status_code == 404


async def test_older_links(client, lot):
    """
    The old address leads to the lot's page.
    """
    reply = await client.get(f"/auction/{lot.id}")

    assert (301, lot.path) == (reply.status_code, reply.headers["location"])


async def test_a_closed_lot_stays_readable(client, clock, lot):
    """
    It says so in the data, and its description carries hammer and retail price.
    """
    clock.advance(200)
    html = (await client.get(lot.path)).text
    product = embedded(html)[LOADER]["product"]

    assert (True, "sold") == (product["isClosed"], product["marketStatus"])
    assert f'content="Sold for $1 | Retail: ${lot.item.retail / 100:,.2f}"' in html


async def test_an_accepted_bid(client, lot, cookie):
    """
    A higher maximum leads: message, amounts, next bid, winner and close are told.
    """
    reply = await bid(client, lot, 20, cookie)

    assert reply.status_code == 200
    assert reply.json()["message"] == "Your bid was placed"
    assert {
        "bidCount": 3,
        "currentAmount": 15,
        "minimumNextBid": 21,
        "winningBidUserId": lot.leader,
        "bidderCount": 2,
        "projectNewCloseTime": {"__type": "Date", "value": "2026-09-21T14:02:00.000Z"},
        "projectExtended": False,
    } == reply.json()["data"]


async def test_accepted_and_outbid_at_once(client, here, lot, cookie):
    """
    Against a higher hidden maximum the bid is a success that does not lead.
    """
    reply = await bid(client, lot, 5, cookie)

    assert reply.status_code == 200
    assert "another user has a higher maximum bid" in reply.json()["message"]
    assert (6, 7) == (reply.json()["data"]["currentAmount"], reply.json()["data"]["minimumNextBid"])
    assert here.site.demo_user != reply.json()["data"]["winningBidUserId"]


async def test_a_late_bid_extends(client, clock, lot, cookie):
    """
    In the last half minute the reply carries the new close.
    """
    clock.advance(115)
    data = (await bid(client, lot, 20, cookie)).json()["data"]

    assert data["projectExtended"] is True
    assert data["projectNewCloseTime"]["value"] == "2026-09-21T14:02:25.000Z"


@pytest.mark.parametrize(
    ("body", "status", "text"),
    [
        ('{"productId":%d,"bid":1}', 400, "amount is too low"),
        ('{"productId":%d,"bid":5.5}', 422, "whole dollar"),
        ('{"productId":%d,"bid":"9"}', 422, "whole dollar"),
        ('{"productId":%d,"bid":true}', 422, "whole dollar"),
        ('{"productId":%d,"bid":NaN}', 422, "whole dollar"),
        ('{"productId":%d,"bid":-3}', 422, "whole dollar"),
        ('{"productId":1,"bid":9}', 404, "not found"),
        ('{"bid":9}', 404, "not found"),
        ("[]", 400, "Invalid"),
        ("x", 400, "Invalid"),
        ("", 400, "Invalid"),
    ],
)
async def test_refused_bids(client, lot, cookie, body, status, text):
    """
    Each refusal has its status and its words, and changes nothing.
    """
    reply = await client.post("/api/bids", content=body.replace("%d", str(lot.id)), headers=cookie)

    assert status == reply.status_code
    assert text in reply.json()["error"]
    assert lot.price == 1


async def test_refusals_of_a_running_sale(client, here, clock, lot, cookie):
    """
    The same amount again, a blocked account, an ended lot; and the older wording.
    """
    await bid(client, lot, 5, cookie)
    assert "already placed a bid with the same price" in (await bid(client, lot, 5, cookie)).json()["error"]
    manners(here, refusals="2025")
    assert (await bid(client, lot, 4, cookie)).json()["error"] == "Bid is too low"
    lot.blocked = True
    assert (await bid(client, lot, 9, cookie)).status_code == 403
    lot.blocked = False
    manners(here)
    clock.advance(300)
    assert "auction has ended" in (await bid(client, lot, 9, cookie)).json()["error"]


@pytest.mark.parametrize(
    ("form", "status", "sign"),
    [("401", 401, "Authentication"), ("403", 403, "Forbidden"), ("login", 200, "password"), ("redirect", 302, "")],
)
async def test_bids_without_a_session(client, here, lot, form, status, sign):
    """
    Every way in which the site may say "log in".
    """
    manners(here, logged_out_bids=form)
    reply = await bid(client, lot, 20)

    assert status == reply.status_code
    assert sign in reply.text
    assert lot.price == 1


async def test_a_session_is_signed_and_ends(client, here, clock, cookie):
    """
    A forged or expired cookie is no session; ending all sessions ends them at once.
    """
    assert (await client.get("/account", headers=cookie)).status_code == 200
    assert (await client.get("/account", headers={"Cookie": cookie["Cookie"][:-3]})).status_code == 302
    assert (await client.get("/account", headers={"Cookie": "__session=x.y"})).status_code == 302
    clock.advance(15 * 24 * 3600)
    assert (await client.get("/account", headers=cookie)).status_code == 302
    fresh = {"Cookie": here.cookie()}
    await client.post("/__sim/session", json={"expire": True})
    assert (await client.get("/account", headers=fresh)).headers["location"] == "/login?redirectTo=/account"


async def test_logging_in(client):
    """
    The form answers with the cookie, and wrong words with a sentence; a foreign address is not followed.
    """
    wrong = await client.post("/login", data={"email": "demo@example.invalid", "password": "x"})
    right = await client.post("/login", data={"email": "demo@example.invalid", "password": "demo", "redirectTo": "//elsewhere.invalid"})

    assert "is not right" in wrong.text
    assert (303, "/") == (right.status_code, right.headers["location"])
    assert (await client.get("/account", headers={"Cookie": right.headers["set-cookie"].split(";")[0]})).status_code == 200
    assert "Max-Age=0" in (await client.post("/logout")).headers["set-cookie"]


async def test_the_accounts_lots(client, here, clock, lot, cookie):
    """
    Active holds what was bid on or is watched, lost and purchases what came of it.
    """
    lost, watched, other = (here.site.open_lot(Wish(120, rivals=[], early=early)) for early in ([90], [], []))
    await bid(client, lot, 20, cookie)
    await bid(client, lost, 5, cookie)
    await client.post(f"/__sim/lots/{watched.id}", json={"watch": True})

    async def ids(which):
        reply = await client.get(f"/dashboard/auctions/{which}", params={"_data": f"routes/dashboard.auctions.{which}"}, headers=cookie)
        return {record["id"] for record in reply.json()["myAuctions"]["records"]}

    assert {lot.id, lost.id, watched.id} == await ids("active")
    assert other.id not in await ids("all")
    clock.advance(200)
    assert set() == await ids("active")
    assert {lost.id} == await ids("lost")
    bought = await client.get("/dashboard/purchases", params={"_data": "routes/dashboard.purchases"}, headers=cookie)
    (record,) = bought.json()["purchases"]["records"]
    assert (lot.id, 15, 15) == (record["productId"], record["amount"], record["buyerPremiumPercent"])
    assert "Won" in (await client.get("/dashboard/purchases", headers=cookie)).text


async def test_nested_and_logged_out_dashboards(client, here, lot, cookie):
    """
    The list may stand one level deeper; without a session loader and single fetch redirect in their own ways.
    """
    url, route = "/dashboard/auctions/active", "routes/dashboard.auctions.active"
    manners(here, nested_auctions=True)
    nested = (await client.get(url, params={"_data": route}, headers=cookie)).json()
    loader = await client.get(url, params={"_data": route})
    single = await client.get(f"{url}.data")

    assert [] == nested["data"]["myAuctions"]["records"]
    assert (204, "/login?redirectTo=/dashboard/auctions/active") == (loader.status_code, loader.headers["x-remix-redirect"])
    assert single.status_code == 202
    assert isinstance(decode(single.text), Opaque)
    assert (await client.get("/dashboard/auctions/none", headers=cookie)).status_code == 404
    manners(here, dashboard=False)
    assert (await client.get(url, headers=cookie)).status_code == 404


async def test_the_batch_read(client, here, clock, lot):
    """
    Open lots only, ISO dates, no user state; a wrong order is refused, and it can be switched off.
    """
    order = {"productIds": [lot.id, str(lot.id), 5, "x"], "action": "get-open-listings"}
    found = (await client.post("/api/listings", json=order)).json()
    assert [lot.id, lot.id] == [product["id"] for product in found]
    assert found[0]["closeTime"] == "2026-09-21T14:02:00.000Z"
    assert "userState" not in found[0]

    assert (await client.post("/api/listings", json={"productIds": [1]})).status_code == 400
    clock.advance(200)
    assert [] == (await client.post("/api/listings", json=order)).json()
    manners(here, listings=False)
    assert (await client.post("/api/listings", json=order)).status_code == 404


async def test_the_search_index(client, here):
    """
    Filters, pages, sorted replicas and attributes work as the provider's do; the price is never given.
    """
    for n in range(30):
        here.site.open_lot(Wish(600 - n, rivals=[]))
    html = (await client.get("/")).text
    env = json.JSONDecoder().raw_decode(html.split("window.ENV = ")[1])[0]
    url = f"/1/indexes/{env['APP_PUBLIC_ALGOLIA_INDEX']}"
    key = {"X-Algolia-API-Key": env["APP_PUBLIC_ALGOLIA_API_KEY"], "X-Algolia-Application-Id": env["APP_PUBLIC_ALGOLIA_ID"]}

    async def ask(index="", **query):
        return (await client.post(f"{url}{index}/query", json=query, headers=key)).json()

    everything = await ask(attributesToRetrieve=["*"], hitsPerPage=1000)
    place = everything["hits"][0]["Shopping Location"]
    near = await ask(attributesToRetrieve=["Shopping Location"], facetFilters=[[f"Shopping Location:{place}"]], hitsPerPage=1000)
    soon = await ask("_time_remaining_asc", attributesToRetrieve=["Time Remaining"], numericFilters=["Time Remaining > 1789999785"])
    assert (30, 1) == (everything["nbHits"], everything["nbPages"])
    assert "Current Bid" not in everything["hits"][0]
    assert {"objectID"} == (await ask())["hits"][0].keys()
    assert {place} == {hit["Shopping Location"] for hit in near["hits"]}
    assert sorted(hit["Time Remaining"] for hit in soon["hits"]) == [hit["Time Remaining"] for hit in soon["hits"]]
    assert all(hit["Time Remaining"] > 1789999785 for hit in soon["hits"])
    assert (await client.post(f"{url}/query", json={})).status_code == 403
    assert (await client.post("/1/indexes/other/query", json={}, headers=key)).status_code == 404
    assert (await client.post(f"{url}/query", json={"numericFilters": ["x"]}, headers=key)).status_code == 400
    by_params = await client.post(
        f"{url}/query", json={"params": "query=lamp&hitsPerPage=3&attributesToRetrieve=%5B%22Brand%22%5D"}, headers=key
    )
    assert {"objectID", "Brand"} == {name for hit in by_params.json()["hits"] for name in hit}


async def test_the_search_page(client, lot):
    """
    Its loader carries products with prices.
    """
    reply = await client.get("/search", params={"query": lot.item.brand, "_data": "routes/search", "sortBy": "retail_price_desc"})

    assert [lot.id] == [product["id"] for product in reply.json()["products"]]
    assert "No open lot matches" in (await client.get("/search", params={"query": "unicorn"})).text


async def test_pages_for_people(client, lot, cookie):
    """
    Titles are escaped, the band says that nothing is real, and what can be done is on the page.
    """
    lot.item = lot.item.__class__("chair", "Set of 2 <b>Weatherproof</b>", "B", "L1", "L2", 8400)
    page = (await client.get(lot.path, headers=cookie)).text
    assert "Simulated site" in page
    assert "Set of 2 &lt;b&gt;Weatherproof&lt;/b&gt;" in page
    assert "<b>Weather" not in page
    assert 'action="/api/bids"' in page
    assert "Log in to bid $2 or more" in (await client.get(lot.path)).text
    assert lot.path in (await client.get("/browse")).text


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/photos/lamp.svg?own=7", "image/svg+xml"),
        ("/photos/mark.svg", "image/svg+xml"),
        ("/assets/site.css", "text/css"),
        ("/robots.txt", "text/plain"),
    ],
)
async def test_what_pages_need(client, path, kind):
    """
    Pictures, style and robots.txt come from the site itself.
    """
    reply = await client.get(path)

    assert reply.status_code == 200
    assert kind in reply.headers["content-type"]


@pytest.mark.parametrize("path", ["/photos/unicorn.svg", "/assets/other.js", "/nothing"])
async def test_what_is_not_there(client, path):
    """
    Anything else is 404.
    """
    assert (await client.get(path)).status_code == 404


async def test_the_date_is_the_sites(client, here, clock, lot):
    """
    Every reply carries the site's own time, skewed as it is.
    """
    here.site.skew(90_000)
    clock.advance(1)

    assert (await client.get(lot.path)).headers["date"] == "Mon, 21 Sep 2026 14:01:31 GMT"


async def test_every_page_lets_the_chunks_fall_elsewhere(client, lot):
    """
    Two reads of one page differ in their chunk borders and agree in what they say.
    """
    first, second = (await client.get(lot.path)).text, (await client.get(lot.path)).text

    assert CALL.findall(first) != CALL.findall(second)
    assert embedded(first) == embedded(second)
