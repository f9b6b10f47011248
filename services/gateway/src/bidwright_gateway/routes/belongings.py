"""What the owner set up, to be kept outside and brought back: watches, groups, limits. Nothing that is brought back is armed."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from bidwright.errors import BadInput, BidwrightError, Conflict, StoreDown
from bidwright_gateway import ids
from bidwright_gateway.deps import Deps
from bidwright_gateway.routes.tools import LOT_ID, Body, gives, owner, takes
from bidwright_gateway.shape import Flavour

_FORM, _MOST = 1, 1000
_KEPT = ("maxBid", "maxAllIn", "strategy", "incrementAmount", "snipeSeconds", "minBidAmount", "buffer")
_WATCH: dict[str, Any] = {
    "type": "object",
    "required": ["auctionId", "config"],
    "properties": {"auctionId": LOT_ID, "config": {"type": "object", "description": "As for a new watch"}},
}
_TAKES = takes(
    {
        "form": {"const": _FORM, "description": "As the export has it"},
        "watches": {"type": "array", "items": _WATCH, "maxItems": _MOST},
        "dryRun": {"type": "boolean", "description": "Only say what would be watched"},
    },
    ["form", "watches"],
)


def router(deps: Deps) -> APIRouter:
    """Routes of ``/api/export``."""
    api = APIRouter(prefix="/api/export", tags=["books"])

    @api.get("", responses=gives("Watches with their settings, groups, rates and settings; no money, no secret"))
    async def export() -> dict[str, Any]:
        """Post it back to the same address; what is armed is not armed there."""
        lots = [lot for lot in deps.board.listed((await deps.board.current()).values()) if not lot.final]
        watches = []
        for lot in lots:
            config = deps.shaper.config(lot, Flavour.EXTENSION) | {"strategy": lot.strategy}
            kept = {name: config[name] for name in _KEPT if name in config}
            watches.append({"auctionId": lot.id, "config": kept, "group": lot.group or None})
        return {
            "success": True,
            "form": _FORM,
            "count": len(watches),
            "watches": watches,
            "groups": await deps.grouping.all(),
            "settings": await deps.preferences.read(),
        }

    @api.post("", responses=gives("Watched, none armed; what is watched already stays as it is"), openapi_extra=_TAKES)
    async def bring_back(request: Request, body: Body) -> dict[str, Any]:
        """Lots that are closed or unknown are left out and told with the reason. Only the owner may."""
        owner(request)
        if body.get("form") != _FORM:
            raise BadInput(f'"form" must be {_FORM}: this reads what GET /api/export gives.', "form")
        found, dry_run = body.get("watches"), body.get("dryRun", False)
        if not isinstance(found, list) or len(found) > _MOST or not isinstance(dry_run, bool):
            raise BadInput(f'"watches" must be a list of at most {_MOST} watches, "dryRun" true or false.', "watches")
        back: dict[str, list[Any]] = {"added": [], "already": [], "skipped": []}
        for watch in found:
            await _bring(deps, watch, back, dry_run=dry_run)
        return {"success": True, "dryRun": dry_run, **back}

    return api


async def _bring(deps: Deps, watch: object, back: dict[str, list[Any]], *, dry_run: bool) -> None:
    """Watch one lot again, unarmed; what came of it goes into *back*. Raises BadInput for what is no watch, StoreDown."""
    given = watch if isinstance(watch, dict) else {}
    lot_id, config = ids.lot_id(given.get("auctionId")), given.get("config")
    if not isinstance(config, dict):
        raise BadInput(f'The watch of lot {lot_id} has no "config".', "watches")
    known = await deps.desk.known(lot_id)
    if known and known.watched:
        back["already"].append(lot_id)
        return
    try:
        if not dry_run:
            await deps.desk.start(lot_id, {**config, "autoBid": False}, look=True)
    except Conflict:
        back["already"].append(lot_id)
    except StoreDown:
        raise
    except BidwrightError as error:
        back["skipped"].append({"auctionId": lot_id, "why": str(error)})
    else:
        back["added"].append(lot_id)
