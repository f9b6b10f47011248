"""What the owner set up, to be kept outside and brought back. Nothing that is brought back is armed."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from bidwright.errors import BadInput
from bidwright.records import LotRecord
from bidwright_gateway import belongings, ratebook
from bidwright_gateway.belongings import FORM, MOST_GROUPS, MOST_WATCHES
from bidwright_gateway.deps import Deps
from bidwright_gateway.replies.lots import Restored
from bidwright_gateway.replies.money import Export
from bidwright_gateway.restore import restore
from bidwright_gateway.routes.groups import GROUP
from bidwright_gateway.routes.house import SETTINGS
from bidwright_gateway.routes.rates import RATES
from bidwright_gateway.routes.tools import CONFIG, LOT_ID, Body, gives, owner, takes
from bidwright_gateway.shape import Flavour
from bidwright_gateway.wishes import settings_of

_KEPT = ("maxBid", "maxAllIn", "strategy", "incrementAmount", "snipeSeconds", "minBidAmount", "buffer")
_ID: dict[str, Any] = {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,59}$"}
_WATCH: dict[str, Any] = {
    "type": "object",
    "required": ["auctionId", "config"],
    "properties": {"auctionId": LOT_ID, "config": CONFIG, "group": {**_ID, "type": ["string", "null"]}},
}
_GROUP: dict[str, Any] = {"type": "object", "required": ["id", "name", "wanted"], "properties": {"id": _ID, **GROUP}}
_TAKES = takes(
    {
        "form": {"const": FORM, "description": "As the export has it"},
        "watches": {"type": "array", "items": _WATCH, "maxItems": MOST_WATCHES},
        "groups": {"type": "array", "items": _GROUP, "maxItems": MOST_GROUPS},
        "rates": {"type": ["object", "null"], "properties": RATES},
        "settings": {"type": ["object", "null"], "properties": SETTINGS},
        "dryRun": {"type": "boolean", "description": "Only say what would be done"},
    },
    ["form"],
)


def router(deps: Deps) -> APIRouter:
    """Routes of ``/api/export``."""
    api = APIRouter(prefix="/api/export", tags=["books"])

    @api.get("", responses=gives("Watches with their settings, groups, rates and settings; no money, no secret", Export))
    async def export() -> dict[str, Any]:
        """Post it back to the same address; what is armed is not armed there."""
        lots = [lot for lot in deps.board.listed((await deps.board.current()).values()) if not lot.final]
        book = await deps.rates.read(remembered=True)
        return {
            "success": True,
            "form": FORM,
            "count": len(lots),
            "watches": [{"auctionId": lot.id, "config": _config(deps, lot), "group": lot.group or None} for lot in lots],
            "groups": await deps.grouping.all(),
            "rates": {
                "default": ratebook.shown(book.default) if book.default else None,
                "locations": {name: ratebook.shown(rates) for name, rates in book.locations.items()},
            },
            "settings": await deps.preferences.read(remembered=True),
        }

    @api.post("", responses=gives("Brought back, nothing armed; what is there already stays as it is", Restored), openapi_extra=_TAKES)
    async def bring_back(request: Request, body: Body) -> dict[str, Any]:
        """
        A file with a row that is wrong is refused as a whole, and `details` names each. Lots that are closed or unknown are left out and
        told with the reason. Settings and rates of the file replace those that are there. Only the owner may.
        """
        owner(request)
        dry_run = body.get("dryRun", False)
        if not isinstance(dry_run, bool):
            raise BadInput('"dryRun" must be true or false.', "dryRun")
        named = belongings.strategies(body)
        plugins = (await deps.calls.strategy_names() or named) if named else named  # with the bidder away each is told when it is watched
        file = belongings.read(body, limit=deps.settings.max_bid_dollars, plugins=plugins)
        return {"success": True, "dryRun": dry_run, **(await restore(deps, file, dry_run=dry_run)).told()}

    return api


def _config(deps: Deps, lot: LotRecord) -> dict[str, Any]:
    """A watch's settings as a new watch takes them; a hammer cap that only follows from the all-in cap is worked out anew there."""
    config = deps.shaper.config(lot, Flavour.EXTENSION) | {"strategy": lot.strategy}
    made = {name: config[name] for name in _KEPT if name in config and not (name == "maxBid" and lot.cap_by == "allin")}
    if more := {name: value for name, value in settings_of(lot.params).items() if name not in _KEPT}:
        made["params"] = more
    return made
