"""Many lots at once: the batch read, the search index and the search page."""

import json

from visitor import manners

from bidwright_simulator.site import Wish


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
