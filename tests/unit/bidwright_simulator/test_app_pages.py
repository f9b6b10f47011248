"""The site's pages of lots, in every form in which they come, asked in process on a hand clock."""

import json

import pytest
from visitor import CALL, LOADER, embedded, manners

from bidwright.turbo_stream import decode


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
