"""What the owner keeps: notes on lots, saved searches that are looked for and told."""

import json

import httpx
import pytest

from bidwright.errors import UpstreamDown
from bidwright_gateway.testing import LOT, TOKEN, FakeSite, running
from bidwright_proto.v1 import site_pb2


def lamp(number):
    """A lot of the index."""
    return site_pb2.Lot(id=number, title=f"Desk lamp {number}", market_status="open", location_name="Phoenix", close_ms=1, retail_cents=100)


@pytest.fixture
async def house(engine, redis, tmp_path):
    """A gateway beside a site whose index has one lamp, and an empty store."""
    async with (
        running(engine.url, FakeSite(lots={LOT: lamp(LOT)}), BIDWRIGHT_DATA_DIR=tmp_path) as made,
        httpx.AsyncClient(base_url=made.url, headers={"Authorization": TOKEN}) as http,
    ):
        yield made, http


async def test_a_note_is_kept_and_taken_away(house):
    """Text and time; an empty text is no note; what is too long is refused by name."""
    _, http = house
    kept = (await http.put(f"/api/auctions/{LOT}/note", json={"text": " for the shed \n"})).json()["note"]
    assert ("for the shed", True) == (kept["text"], kept["at"] > 0)
    assert kept == (await http.get(f"/api/auctions/{LOT}/note")).json()["note"]
    long = await http.put(f"/api/auctions/{LOT}/note", json={"text": "x" * 2001})
    assert (400, "text") == (long.status_code, long.json()["field"])
    assert {"text": "", "at": None} == (await http.put(f"/api/auctions/{LOT}/note", json={"text": " "})).json()["note"]
    assert {"text": "", "at": None} == (await http.get(f"/api/auctions/{LOT}/note")).json()["note"]


async def test_a_search_tells_what_is_new_once(house):
    """What is listed when it is saved is no news; what comes later is told once, with its title; one that is quiet only shows it."""
    made, http = house
    search = (await http.post("/api/searches", json={"q": "lamp"})).json()["search"]
    assert ("lamp", True, []) == (search["name"], search["notify"], search["fresh"])
    redis, searches = made.gateway.deps.redis, made.gateway.deps.searches
    made.site.lots["70012346"] = lamp("70012346")

    async def told():
        return [json.loads(entry["d"]) for _, entry in await redis.xrange("bw:ev") if entry["t"] == "search.found"]

    await searches.round()
    await searches.round()  # its time has not come again
    [changes] = await told()
    assert ("1", "Desk lamp 70012346", "lamp") == tuple(changes[f"search:{search['id']}"][name] for name in ("count", "titles", "name"))
    [shown] = (await http.get("/api/searches")).json()["searches"]
    assert (["70012346"], "") == (shown["fresh"], shown["why"])
    await redis.delete(f"bw:search:{search['id']}:turn")
    await searches.round()
    assert 1 == len(await told())
    quiet = (await http.put(f"/api/searches/{search['id']}", json={"notify": False, "name": "Lamps"})).json()["search"]
    assert ("Lamps", False) == (quiet["name"], quiet["notify"])
    made.site.lots["70012347"] = lamp("70012347")
    await redis.delete(f"bw:search:{search['id']}:turn")
    await searches.round()
    assert 1 == len(await told())
    assert ["70012347"] == (await http.get("/api/searches")).json()["searches"][0]["fresh"]


async def test_what_is_wrong_with_a_search_is_said(house):
    """Nothing to look for, too many, unknown ones; and a site that is away is named where the search is shown."""
    made, http = house
    empty = await http.post("/api/searches", json={"q": " "})
    assert (400, "q") == (empty.status_code, empty.json()["field"])
    assert 404 == (await http.delete("/api/searches/nosuch")).status_code
    made.site.troubles["Search"] = UpstreamDown("The site does not answer")
    search = (await http.post("/api/searches", json={"location": "Phoenix"})).json()["search"]
    assert "does not answer" in search["why"]
    made.site.troubles.clear()
    await made.gateway.deps.redis.delete(f"bw:search:{search['id']}:turn")
    await made.gateway.deps.searches.round()
    assert "" == (await http.get("/api/searches")).json()["searches"][0]["why"]
    assert 200 == (await http.delete(f"/api/searches/{search['id']}")).status_code
    for number in range(20):
        assert 200 == (await http.post("/api/searches", json={"q": f"lamp {number}"})).status_code
    assert 409 == (await http.post("/api/searches", json={"q": "one too many"})).status_code
