"""The search index, as the site's search provider answers it, and the search page."""

from __future__ import annotations

import json
import operator
import re
from operator import itemgetter
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bidwright_simulator import list_page, wire
from bidwright_simulator.visit import Page, Visit, env, origin, root_data

if TYPE_CHECKING:
    from starlette.requests import Request

    from bidwright_simulator.lots import Lot

_CORS = {"access-control-allow-origin": "*", "access-control-allow-headers": "*"}
_NUMERIC = re.compile(r"(.+?)\s*(<=|>=|!=|=|<|>)\s*(-?\d+(?:\.\d+)?)")
_SORTS = {"time_remaining": "Time Remaining", "current_price": "Current Bid", "retail_price": "Suggested Retail", "bids": "Total Bids"}
_COMPARE = {"<": operator.lt, "<=": operator.le, "=": operator.eq, "!=": operator.ne, ">=": operator.ge, ">": operator.gt}
_HIDDEN = {"Current Bid", "Total Bids"}
_MOST = 1000


def routes() -> list[Route]:
    """Addresses of search."""
    return [
        Route("/1/indexes/{index}/query", query, methods=["POST", "OPTIONS"]),
        Route("/search", page),
        Route("/search.data", page),
    ]


async def query(request: Request) -> Response:
    """One query of the index; without the published key there is no answer."""
    if request.method == "OPTIONS":
        return Response(headers=_CORS)
    given, published = {**request.query_params, **request.headers}, env(request)
    if given.get("x-algolia-api-key") != published["APP_PUBLIC_ALGOLIA_API_KEY"]:
        return JSONResponse({"message": "Invalid Application-ID or API key", "status": 403}, 403, headers=_CORS)
    index = request.path_params["index"]
    if not index.startswith(published["APP_PUBLIC_ALGOLIA_INDEX"]):
        return JSONResponse({"message": f"Index {index} does not exist", "status": 404}, 404, headers=_CORS)
    try:
        asked = _asked(await request.body())
        reply = _search(Visit.of(request), asked, index)
    except (ValueError, TypeError, AttributeError) as error:
        return JSONResponse({"message": f"Invalid query: {error}", "status": 400}, 400, headers=_CORS)
    return JSONResponse(reply, headers=_CORS)


def _asked(body: bytes) -> dict[str, Any]:
    asked: dict[str, Any] = json.loads(body or b"{}")
    if "params" in asked:
        for name, values in parse_qs(asked.pop("params")).items():
            asked[name] = json.loads(values[0]) if values[0][:1] == "[" else values[0]
    return asked


def _search(visit: Visit, asked: dict[str, Any], index: str) -> dict[str, Any]:
    records = [_record(lot) for lot in visit.site.lots.values() if not lot.closed]
    words = str(asked.get("query", "")).lower().split()
    found = [record for record in records if _matches(record, words, asked)]
    for name, attribute in _SORTS.items():
        if index.endswith((f"_{name}_asc", f"_{name}_desc")):
            found.sort(key=itemgetter(attribute), reverse=index.endswith("_desc"))
    size = max(1, min(int(asked.get("hitsPerPage", 20)), _MOST))
    number = max(0, int(asked.get("page", 0)))
    wanted = asked.get("attributesToRetrieve", [])
    hits = [_hit(record, wanted) for record in found[number * size : (number + 1) * size]]
    return {
        "hits": hits,
        "nbHits": len(found),
        "page": number,
        "nbPages": -(-len(found) // size),
        "hitsPerPage": size,
        "query": asked.get("query", ""),
    }


def _record(lot: Lot) -> dict[str, Any]:
    item, grade = lot.item, lot.grade
    return {
        "objectID": str(lot.id),
        "Lead Description": item.title,
        "Photo": f"/photos/{item.kind}.svg",
        "Location Name": lot.place.name,
        "Shopping Location": lot.place.metro,
        "Time Remaining": lot.close / 1000,
        "Date Closed": lot.close / 1000,
        "Suggested Retail": item.retail / 100,
        "Brand": item.brand,
        "Taxonomy Level 1": item.level1,
        "Taxonomy Level 2": item.level2,
        "Star Rating": grade["rating"],
        "Item Condition": grade["conditionType"]["description"],
        "Is Damaged": "No" if grade["damageType"]["description"] == "None" else "Yes",
        "Is Functional": grade["functionalType"]["description"],
        "Missing Parts": grade["missingPartsType"]["description"],
        "In Package": grade["packageType"]["description"],
        "Assembly Required": grade["assemblyType"]["description"],
        "Auction Event Name": f"Sale {lot.sale}",
        "Auction Event Type": "Online",
        "ClerkId": lot.inventory,
        "Current Bid": lot.price,
        "Total Bids": len(lot.rows),
    }


def _matches(record: dict[str, Any], words: list[str], asked: dict[str, Any]) -> bool:
    text = f"{record['Lead Description']} {record['Brand']} {record['Taxonomy Level 1']} {record['Taxonomy Level 2']}".lower()
    if not all(word in text for word in words):
        return False
    for group in asked.get("facetFilters", []):
        if not any(_facet(record, facet) for facet in ([group] if isinstance(group, str) else group)):
            return False
    for group in asked.get("numericFilters", []):
        if not any(_number(record, condition) for condition in ([group] if isinstance(group, str) else group)):
            return False
    return True


def _facet(record: dict[str, Any], facet: str) -> bool:
    name, _, value = facet.partition(":")
    return str(record.get(name)) != value[1:] if value.startswith("-") else str(record.get(name)) == value


def _number(record: dict[str, Any], condition: str) -> bool:
    match = _NUMERIC.fullmatch(condition.strip())
    if match is None:
        raise ValueError(f"numeric filter {condition!r}")
    have = record.get(match[1])
    return have is not None and bool(_COMPARE[match[2]](have, float(match[3])))


def _hit(record: dict[str, Any], wanted: list[str]) -> dict[str, Any]:
    """Without a list of attributes a hit is nearly empty, and the price is never given."""
    return {
        name: value for name, value in record.items() if name == "objectID" or (name not in _HIDDEN and ("*" in wanted or name in wanted))
    }


async def page(request: Request) -> Response:
    """The search page: open lots with prices."""
    visit = Visit.of(request)
    text = request.query_params.get("query", "")
    asked = {"query": text, "hitsPerPage": 120, "attributesToRetrieve": []}
    if level := request.query_params.get("Taxonomy Level 1"):
        asked["facetFilters"] = [f"Taxonomy Level 1:{level}"]
    sort = request.query_params.get("sortBy")
    result = _search(visit, asked, f"index_{sort}" if sort else "index")
    lots = [visit.site.lots[int(hit["objectID"])] for hit in result["hits"]]

    def data(date: wire.Dates) -> dict[str, Any]:
        shown = {
            "products": [wire.product(lot, visit.user, date, origin(request)) for lot in lots],
            "currentShoppingLocation": wire.metro_list()[0],
            "facets": {},
            "algolia": {name: result[name] for name in ("page", "nbPages", "nbHits", "query", "hitsPerPage")},
            "searchResultsCount": result["nbHits"],
            "selectedFilters": {},
            "trendingProducts": [],
        }
        return {"root": root_data(request), "routes/search": shown}

    return Page(request, data, lambda scripts: list_page.found(visit, text, lots, scripts), title="Search").answer()
