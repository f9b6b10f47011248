"""Watches: watch a lot, change the watch, let go."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from bidwright.errors import NotFound
from bidwright_gateway import ids
from bidwright_gateway.deps import Deps
from bidwright_gateway.replies.lots import Cleared, Told, Watched
from bidwright_gateway.routes.tools import CONFIG, START, Body, caller, command, flavour, gives, key_of, takes

_LOT: dict[str, Any] = {
    "type": "string",
    "pattern": "^([0-9]{1,18}|https://www\\.nellisauction\\.com/p/[a-z0-9-]{1,80}/[0-9]{1,18})$",
    "description": "The number, or the address of the lot's page",
}
UNASKED = "The site could not be asked yet; the lot is watched, and read as soon as the site answers."


def router(deps: Deps) -> APIRouter:
    """Changes under ``/api/auctions``."""
    api = APIRouter(prefix="/api/auctions", tags=["watches"])

    async def start(request: Request, lot_id: str, given: dict[str, Any]) -> dict[str, Any]:
        await deps.consent.to_watch(caller(request), given, lot_id, key=key_of(request), mode=deps.board.mode)
        started = await deps.desk.start(lot_id, given.get("config"), given.get("metadata"), look=True, command=command(request, given))
        config = deps.shaper.config(started.lot, flavour(request))
        body = {"success": True, "message": f"Started monitoring auction {lot_id}", "config": config}
        return body if started.asked else {**body, "warning": UNASKED}

    @api.post("", responses=gives("Watched", Watched), openapi_extra=takes({"lot": _LOT, "config": START}, ["lot", "config"]))
    async def watch_by_address(request: Request, body: Body) -> dict[str, Any]:
        """Watch a lot named by its number or by the address of its page."""
        given = body if isinstance(body, dict) else {}
        lot_id = ids.lot_id_or_address(given.get("lot"))
        return await start(request, lot_id, given)

    @api.post("/clear", responses=gives("No lot is watched any more", Cleared))
    async def clear() -> dict[str, Any]:
        cleared = await deps.desk.clear()
        return {"success": True, "message": f"Cleared {cleared} auctions", "cleared": cleared}

    @api.post("/{lot_id}/monitor", responses=gives("Watched", Watched), openapi_extra=takes({"config": START}, ["config"]))
    async def monitor(request: Request, lot_id: str, body: Body) -> dict[str, Any]:
        return await start(request, ids.lot_id(lot_id), body if isinstance(body, dict) else {})

    @api.delete("/{lot_id}/monitor", responses=gives("Let go", Told))
    async def unmonitor(request: Request, lot_id: str) -> dict[str, Any]:
        if not await deps.desk.stop(ids.lot_id(lot_id), command(request, None)):
            raise NotFound("Auction not being monitored")
        return {"success": True, "message": f"Stopped monitoring auction {lot_id}"}

    @api.post("/{lot_id}/stop", responses=gives("Let go, or not watched anyway", Told))
    async def stop(lot_id: str) -> dict[str, Any]:
        await deps.desk.stop(ids.lot_id(lot_id))
        return {"success": True, "message": f"Stopped monitoring auction {lot_id}"}

    @api.put("/{lot_id}/config", responses=gives("Changed", Watched), openapi_extra=takes({**CONFIG["properties"], "config": CONFIG}))
    async def configure(request: Request, lot_id: str, body: Body) -> dict[str, Any]:
        expect = body.get("expectVersion", "") if isinstance(body, dict) else ""
        if not (who := caller(request)).is_owner:
            known = await deps.desk.lot(ids.lot_id(lot_id))
            given = body if isinstance(body, dict) else {}
            await deps.consent.to_change(who, given, known, key=key_of(request), mode=deps.board.mode)
        lot = await deps.desk.configure(
            ids.lot_id(lot_id), body, expect=expect if isinstance(expect, str) else "", command=command(request, body)
        )
        return {"success": True, "config": deps.shaper.config(lot, flavour(request))}

    return api
