"""Devices: those that are paired, letting one go, and what one may do once although it is much money."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from bidwright.errors import NotFound
from bidwright_gateway import ids, wishes
from bidwright_gateway.deps import Deps
from bidwright_gateway.errors import NotTheOwner
from bidwright_gateway.paging import CursorText, LimitText, Page, WordsText, has_words, paged
from bidwright_gateway.replies.people import Allowed, Devices, Done
from bidwright_gateway.routes.tools import LOT_ID, Body, caller, gives, owner, takes

_ALLOW: dict[str, Any] = {
    "auctionId": LOT_ID,
    "maxBid": {"type": "number", "minimum": 1, "maximum": 1000, "description": "Dollars, at most"},
}


def router(deps: Deps) -> APIRouter:
    """Routes of ``/api/devices``."""
    api = APIRouter(prefix="/api/devices", tags=["devices"])

    @api.get("", responses=gives("Paired devices, the newest first", Devices))
    async def devices(request: Request, q: WordsText = "", limit: LimitText = "", cursor: CursorText = "") -> dict[str, Any]:
        """`you` is the device that asks, if it is one. `q` looks into names and origins."""
        page, who = Page.asked(limit, cursor), caller(request).device
        found = [one for one in await deps.devices.all() if has_words(f"{one['name']} {one['origin'] or ''}", q)]
        shown, following = page.cut(found, lambda one: [-one["pairedAt"], one["id"]])
        return paged({"success": True, "devices": shown, "you": who.id if who else None}, following, page)

    @api.delete("/{device_id}", responses=gives("Revoked: its next message is refused", Done))
    async def revoke(request: Request, device_id: str) -> dict[str, Any]:
        """The owner may let any device go, a device itself."""
        who = caller(request)
        if not who.is_owner and who.id != device_id:
            raise NotTheOwner
        if not await deps.devices.revoke(device_id):
            raise NotFound("There is no such device")
        return {"success": True}

    @api.post(
        "/{device_id}/allow",
        responses=gives("The device may arm or bid that much on that lot, for a quarter of an hour", Allowed),
        openapi_extra=takes(_ALLOW, list(_ALLOW)),
    )
    async def allow(request: Request, device_id: str, body: Body) -> dict[str, Any]:
        """The owner's yes to what a device was refused with `CONFIRM_ON_HOST`."""
        owner(request)
        given = body if isinstance(body, dict) else {}
        lot_id = ids.lot_id(given.get("auctionId"))
        dollars = wishes.dollars(given.get("maxBid"), "Max bid", "maxBid", limit=deps.settings.max_bid_dollars)
        if await deps.devices.find(device_id) is None:
            raise NotFound("There is no such device")
        await deps.consent.allow(device_id, lot_id, dollars)
        return {"success": True, "auctionId": lot_id, "maxBid": dollars}

    return api
