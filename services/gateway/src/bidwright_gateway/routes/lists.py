"""The lists: watched lots, whole, in part or page by page, and lots that ended."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from bidwright.records import LotRecord
from bidwright_gateway.deps import Deps
from bidwright_gateway.listing import Wanted
from bidwright_gateway.paging import CursorText, Key, LimitText, Page, paged
from bidwright_gateway.replies.lots import AuctionList
from bidwright_gateway.routes.tools import flavour, gives

_FLAG: Any = {"enum": ["", "true", "false", "1", "0"]}


def router(deps: Deps) -> APIRouter:
    """Reads of ``/api/auctions`` that are about many lots."""
    api = APIRouter(prefix="/api/auctions", tags=["lots"])

    @api.get("", response_class=Response, responses=gives("All watched lots, and those that ended within the last minute", AuctionList))
    async def list_lots(
        request: Request, asked: Annotated[Wanted, Depends(_wanted)], limit: LimitText = "", cursor: CursorText = ""
    ) -> Response:
        """Without a query all of them, in the order of their closes. The weak ETag covers all but the time: `closeTime` says that, too."""
        page, words = Page.asked(limit, cursor), flavour(request)
        whole = asked == Wanted() and page == Page()
        found = await (deps.listing.all(words) if whole else deps.listing.some(words, asked, page))
        return Response(found.body, media_type="application/json", headers={"etag": found.tag})

    @api.get("/ended", responses=gives("Lots that ended and are still known, newest first", AuctionList))
    async def ended(request: Request, limit: LimitText = "", cursor: CursorText = "") -> dict[str, Any]:
        """At most 100 unless `limit` says otherwise."""
        page = Page.asked(limit, cursor)
        lots = sorted((lot for lot in (await deps.board.current()).values() if lot.final), key=_newest)
        shown, following = Page(page.limit or 100, page.after).cut(lots, _newest)
        return paged({"success": True, "auctions": [deps.hub.auction(lot, flavour(request)) for lot in shown]}, following, page)

    return api


async def _wanted(  # a plain function would be run in a thread
    status: Annotated[str, Query(description="monitoring or ended", json_schema_extra={"enum": ["", "monitoring", "ended"]})] = "",
    armed: Annotated[str, Query(description="true or false", json_schema_extra=_FLAG)] = "",
    leading: Annotated[str, Query(description="true or false", json_schema_extra=_FLAG)] = "",
    group: Annotated[str, Query(description="The id of a group", max_length=100)] = "",
    q: Annotated[str, Query(description="Words of the title, or the number", max_length=200)] = "",
) -> Wanted:
    return Wanted(status, armed, leading, group, q)


def _newest(lot: LotRecord) -> Key:
    return [-lot.ended_at, lot.id]
