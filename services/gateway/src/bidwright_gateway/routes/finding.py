"""Finding lots that are not watched yet: hot deals with prices, and plain search without."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BeforeValidator

from bidwright.errors import BadInput
from bidwright_gateway.deals import CANDIDATES, Deals, deal, hit
from bidwright_gateway.deps import Deps
from bidwright_gateway.replies.lots import Found, HotDeals
from bidwright_gateway.routes.tools import gives
from bidwright_gateway.shape import iso
from bidwright_proto.v1 import site_pb2

_MOST_HITS = 50
Words = Annotated[str, Query(max_length=200)]
Place = Annotated[str, Query(max_length=100, description="A metro such as Phoenix, or a warehouse")]
Ratio = Annotated[float, Query(alias="maxRatio", gt=0, le=1, allow_inf_nan=False, description="Price of now as a part of retail, at most")]
Price = Annotated[
    float | None,
    Query(alias="maxPrice", gt=0, le=1_000_000, allow_inf_nan=False, description="Dollars, at most"),
    BeforeValidator(lambda value: None if value == "" else value),  # an empty box is no limit
]
Number = Annotated[int, Query(ge=1, le=1000, description="From 1")]
Limit = Annotated[int, Query(ge=1, le=1000, description="Per page; more than is offered gives what is offered")]


def router(deps: Deps) -> APIRouter:
    """Routes that find lots."""
    api = APIRouter(prefix="/api", tags=["finding"])
    deals = Deals(deps.calls, deps.clock)
    site, real = deps.settings.site, deps.settings.real

    @api.get("/hot-deals", responses=gives("Open lots with a bid that cost little of their retail price, the best first", HotDeals))
    async def hot_deals(
        location: Place = "Phoenix",
        q: Words = "tools",
        max_ratio: Ratio = 0.15,
        max_price: Price = None,
        page: Number = 1,
        limit: Limit = 20,
        mock: bool = False,  # noqa: FBT001, FBT002 - a query has no positions
    ) -> dict[str, Any]:
        """At most 30 lots of the index are priced; `candidates` and `priced` say how many there were and how many could be read."""
        if mock:
            raise BadInput("There are no mock deals: every deal is read from the site. Leave mock out.", "mock")
        now = deps.site_time.now()
        priced = await deals.look(q, location, now)
        found = priced.deals(Decimal(str(max_ratio)), None if max_price is None else Decimal(str(max_price)))
        limit = min(limit, CANDIDATES)
        shown = found[(page - 1) * limit : page * limit]
        return {
            "success": True,
            "location": location,
            "searchQuery": q,
            "maxDiscountRatio": max_ratio,
            "maxPrice": max_price,
            "count": len(shown),
            "deals": [deal(lot, now, rates=deps.rates.of(lot.location_name).rates, site=site, real=real) for lot in shown],
            "pagination": _pagination(page, limit, len(found), -(-len(found) // limit)),
            "lastUpdated": iso(priced.at_ms),
            "dataSource": "live",
            "totalSearchResults": priced.total,
            "candidates": priced.candidates,
            "priced": len(priced.lots),
        }

    @api.get("/search", responses=gives("Lots of the site's search index, without prices", Found))
    async def search(q: Words = "", location: Place = "", page: Number = 1, limit: Limit = 20) -> dict[str, Any]:
        """One request to the index; it knows no prices and may lag, so look at a lot before you trust it."""
        now, limit = deps.site_time.now(), min(limit, _MOST_HITS)
        asked = site_pb2.SearchRequest(query=q, location=location, page=page - 1, hits_per_page=limit)
        reply = await deps.calls.search(asked)
        return {
            "success": True,
            "searchQuery": q,
            "location": location,
            "count": len(reply.hits),
            "lots": [hit(found, now, site=site, real=real) for found in reply.hits],
            "pagination": _pagination(page, limit, reply.total_hits, reply.total_pages),
        }

    return api


def _pagination(page: int, limit: int, items: int, pages: int) -> dict[str, Any]:
    return {"page": page, "limit": limit, "totalItems": items, "totalPages": pages, "hasMore": page < pages}
