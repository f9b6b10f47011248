"""Lots as they are: the list, one lot, those that ended, a second look, price history."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from redis.exceptions import RedisError

from bidwright.errors import StoreDown
from bidwright.records import LotRecord
from bidwright.runtime import reading
from bidwright_gateway import ids
from bidwright_gateway.board import ring
from bidwright_gateway.deps import Deps
from bidwright_gateway.errors import TooSoon
from bidwright_gateway.limits import Limit
from bidwright_gateway.routes.tools import flavour, gives
from bidwright_gateway.shape import whole
from bidwright_proto.v1 import site_pb2

_REFRESH_MS, _REFRESH_WAIT_S = 5000, 4.0


def router(deps: Deps) -> APIRouter:  # noqa: C901 - five short routes
    """Reads under ``/api/auctions``."""
    api = APIRouter(prefix="/api/auctions", tags=["lots"])
    refreshes = Limit(1, _REFRESH_MS, deps.clock)

    @api.get("", responses=gives("All watched lots, and those that ended within the last minute"))
    async def list_lots(request: Request) -> dict[str, Any]:
        lots = await deps.board.read()
        words = flavour(request)
        body: dict[str, Any] = {
            "success": True,
            "auctions": [deps.hub.auction(lot, words) for lot in deps.board.listed(lots.values())],
            "standing": [deps.hub.auction(lot, words) for lot in deps.board.standing(lots.values())],
        }
        if lots is deps.board.lots:  # as remembered: Redis is away
            body |= {"stale": True, "ageSeconds": round(deps.board.age_s, 1)}
        return body

    @api.get("/ended", responses=gives("Lots that ended and are still known, newest first"))
    async def ended(request: Request) -> dict[str, Any]:
        lots = sorted((lot for lot in (await deps.board.read()).values() if lot.final), key=lambda lot: -lot.ended_at)
        return {"success": True, "auctions": [deps.hub.auction(lot, flavour(request)) for lot in lots[:100]]}

    @api.get("/{lot_id}", responses=gives("What the site says now"))
    async def read_lot(request: Request, lot_id: str) -> dict[str, Any]:
        ids.lot_id(lot_id)
        reply = await deps.calls.get_lot(lot_id)
        known = await deps.desk.known(lot_id)
        body: dict[str, Any] = {"success": True, "data": deps.shaper.data(site_record(reply), deps.site_time.now())}
        return {**body, "auction": deps.hub.auction(known, flavour(request))} if known else body

    @api.post("/{lot_id}/refresh", responses=gives("Looked again"))
    async def refresh(request: Request, lot_id: str) -> dict[str, Any]:
        before = await deps.desk.lot(ids.lot_id(lot_id))
        standing = refreshes.hit(lot_id)
        if standing.over:
            raise TooSoon("A lot is looked at again at most once in 5 seconds.", standing.reset_s)
        async with deps.board.bell(lot_id) as bell:
            await deps.transitions.put("poll", lot_id)
            end = deps.clock.monotonic() + _REFRESH_WAIT_S
            lot = before
            while lot.obs_started == before.obs_started and lot.shown_started == before.shown_started and not lot.final:
                if (left := end - deps.clock.monotonic()) <= 0:
                    break
                await ring(bell, min(1.0, left))
                lot = await deps.desk.lot(lot_id)
        auction = deps.hub.auction(lot, flavour(request))
        return {"success": True, "data": auction["data"], "auction": auction, "fresh": lot is not before}

    @api.get("/{lot_id}/forecast", responses=gives("What will happen, in one sentence, and what a check before the close finds now"))
    async def forecast(lot_id: str) -> dict[str, Any]:
        told = await deps.calls.explain(ids.lot_id(lot_id))
        items = [{"name": item.name, "ok": item.ok, "sentence": item.sentence} for item in told.items]
        return {"success": True, "auctionId": lot_id, "sentence": told.sentence, "willBid": told.will_bid, "checks": items}

    @api.get("/{lot_id}/history", responses=gives("Prices seen, oldest first"))
    async def history(lot_id: str) -> dict[str, Any]:
        ids.lot_id(lot_id)
        try:
            rows = await deps.records.history(lot_id)
        except RedisError as error:
            raise StoreDown(str(error)) from error
        points = [{"at": at, "price": whole(cents), "source": source} for at, cents, source in rows]
        return {"success": True, "auctionId": lot_id, "history": points}

    return api


def site_record(reply: site_pb2.GetLotReply) -> LotRecord:
    """A read of the site in the shape of a record, for showing only."""
    lot = reply.lot
    fields = {f"x:{name}": str(value) for name, value in reading.shown(lot).items()}
    told = {"price": lot.price_cents, "next_bid": lot.next_bid_cents, "close": lot.close_ms, "leading": int(lot.winning)}
    final = {"final": "1", "ended_at": str(lot.close_ms)} if lot.closed else {}
    numbers = {name: str(value) for name, value in told.items()}
    seen = {"status": reading.status_of(lot), "obs_started": str(reply.read_started_ms)}
    return LotRecord.from_hash(lot.id, {**fields, **numbers, **final, **seen})
