"""One lot as it is: what the site says, a second look, what will happen, price history, lots like it."""

from __future__ import annotations

import re
from typing import Any

from fastapi import APIRouter, Request
from redis.exceptions import RedisError

from bidwright.errors import StoreDown, UpstreamDown
from bidwright.records import LotRecord
from bidwright.runtime import reading
from bidwright_gateway import clean, ids, memory
from bidwright_gateway.board import ring
from bidwright_gateway.deals import hit
from bidwright_gateway.deps import Deps
from bidwright_gateway.errors import TooSoon
from bidwright_gateway.limits import Limit
from bidwright_gateway.paging import CursorText, LimitText, Page, paged
from bidwright_gateway.replies.lots import Forecast, History, LotRead, Refreshed, Similar
from bidwright_gateway.routes.tools import flavour, gives
from bidwright_gateway.shape import forecast as forecast_of
from bidwright_gateway.shape import whole
from bidwright_proto.v1 import site_pb2

_REFRESH_MS, _REFRESH_WAIT_S = 5000, 4.0
_WORD = re.compile(r"[a-z0-9]{3,}")


def router(deps: Deps) -> APIRouter:  # noqa: C901 - six short routes
    """Reads under ``/api/auctions``."""
    api = APIRouter(prefix="/api/auctions", tags=["lots"])
    refreshes = Limit(1, _REFRESH_MS, deps.clock)

    @api.get("/{lot_id}", responses=gives("What the site says now", LotRead))
    async def read_lot(request: Request, lot_id: str) -> dict[str, Any]:
        ids.lot_id(lot_id)
        try:
            shown, known = site_record(await deps.calls.get_lot(lot_id)), await deps.desk.known(lot_id)
        except (StoreDown, UpstreamDown) as error:
            shown = known = _remembered(deps, lot_id, error)
        body: dict[str, Any] = {"success": True, "data": deps.shaper.data(shown, deps.site_time.now())}
        return {**body, "auction": deps.hub.auction(known, flavour(request))} if known else body

    @api.post("/{lot_id}/refresh", responses=gives("Looked again", Refreshed))
    async def refresh(request: Request, lot_id: str) -> dict[str, Any]:
        before = await deps.desk.lot(ids.lot_id(lot_id))
        standing = refreshes.hit(lot_id)
        if standing.over:
            raise TooSoon("A lot is looked at again at most once in 5 seconds.", standing.reset_s)
        lot = await _looked_at(deps, before)
        auction = deps.hub.auction(lot, flavour(request))
        return {"success": True, "data": auction["data"], "auction": auction, "fresh": _read_since(before, lot)}

    @api.get(
        "/{lot_id}/forecast", responses=gives("What will happen, in one sentence, and what a check before the close finds now", Forecast)
    )
    async def forecast(lot_id: str) -> dict[str, Any]:
        try:
            told = await deps.calls.explain(ids.lot_id(lot_id))
        except (StoreDown, UpstreamDown) as error:
            outlook = forecast_of(_remembered(deps, lot_id, error))
            return {
                "success": True,
                "auctionId": lot_id,
                "sentence": outlook["sentence"],
                "willBid": outlook["kind"] == "will",
                "checks": [],
            }
        items = [{"name": item.name, "ok": item.ok, "sentence": item.sentence} for item in told.items]
        return {"success": True, "auctionId": lot_id, "sentence": told.sentence, "willBid": told.will_bid, "checks": items}

    @api.get("/{lot_id}/history", responses=gives("Prices seen, oldest first", History))
    async def history(lot_id: str, limit: LimitText = "", cursor: CursorText = "") -> dict[str, Any]:
        page = Page.asked(limit, cursor)
        ids.lot_id(lot_id)
        try:
            rows = await deps.records.history(lot_id)
        except RedisError as error:
            raise StoreDown(str(error)) from error
        shown, following = page.cut(list(enumerate(rows)), lambda row: [row[1][0], row[0]])
        points = [{"at": at, "price": whole(cents), "source": source} for _, (at, cents, source) in shown]
        return paged({"success": True, "auctionId": lot_id, "history": points}, following, page)

    @api.get("/{lot_id}/similar", responses=gives("Open lots of the site's index that are called alike, without prices", Similar))
    async def similar(lot_id: str, limit: LimitText = "") -> dict[str, Any]:
        """One request to the index, with the longest words of the title."""
        most = min(Page.asked(limit, "").limit or 10, 50)
        lot = await deps.desk.known(ids.lot_id(lot_id))
        title = clean.text(lot.shown.get("title")) if lot else (await deps.calls.get_lot(lot_id)).lot.title
        words = sorted(dict.fromkeys(_WORD.findall(title.lower())), key=lambda word: -len(word))[:4]
        if not words:
            return {"success": True, "auctionId": lot_id, "query": "", "count": 0, "lots": []}
        reply = await deps.calls.search(site_pb2.SearchRequest(query=" ".join(words), page=0, hits_per_page=most + 1))
        now, site, real = deps.site_time.now(), deps.settings.site, deps.settings.real
        found = [hit(one, now, site=site, real=real) for one in reply.hits if one.lot_id != lot_id][:most]
        return {"success": True, "auctionId": lot_id, "query": " ".join(words), "count": len(found), "lots": found}

    return api


def _remembered(deps: Deps, lot_id: str, error: Exception) -> LotRecord:
    """The lot as it was before Redis went away. Raises *error* when it has not, or the lot is not known."""
    lot = deps.board.lots.get(lot_id)
    if lot is None or not lot.seen or not deps.board.away:
        raise error
    memory.used()
    return lot


async def _looked_at(deps: Deps, before: LotRecord) -> LotRecord:
    """The lot after another look at it, or as it is when none has come back in time."""
    async with deps.board.bell(before.id) as bell:
        try:
            await deps.calls.look_now(before.id)  # one that is only put in the queue waits for the poller's nap to end
        except UpstreamDown:
            await deps.transitions.put("poll", before.id)
        end = deps.clock.monotonic() + _REFRESH_WAIT_S
        lot = before
        while not _read_since(before, lot) and not lot.final:
            if (left := end - deps.clock.monotonic()) <= 0:
                break
            await ring(bell, min(1.0, left))
            lot = await deps.desk.lot(before.id)
    return lot


def _read_since(before: LotRecord, lot: LotRecord) -> bool:
    """Whether *lot* tells of a read that *before* does not tell of."""
    return (lot.obs_started, lot.shown_started) != (before.obs_started, before.shown_started)


def site_record(reply: site_pb2.GetLotReply) -> LotRecord:
    """A read of the site in the shape of a record, for showing only."""
    lot = reply.lot
    fields = {f"x:{name}": str(value) for name, value in reading.shown(lot).items()}
    told = {"price": lot.price_cents, "next_bid": lot.next_bid_cents, "close": lot.close_ms, "leading": int(lot.winning)}
    final = {"final": "1", "ended_at": str(lot.close_ms)} if lot.closed else {}
    numbers = {name: str(value) for name, value in told.items()}
    seen = {"status": reading.status_of(lot), "obs_started": str(reply.read_started_ms)}
    return LotRecord.from_hash(lot.id, {**fields, **numbers, **final, **seen})
