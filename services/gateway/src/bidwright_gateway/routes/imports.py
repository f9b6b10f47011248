"""Import: watch what the owner's account on the site takes part in."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from bidwright.errors import BadInput
from bidwright_gateway import wishes
from bidwright_gateway.deps import Deps
from bidwright_gateway.replies.lots import Imported
from bidwright_gateway.routes.tools import Body, gives, takes
from bidwright_gateway.takeover import brief, take_over

_TAKES = takes(
    {
        "maxBid": {
            "type": ["number", "null"],
            "minimum": 1,
            "maximum": 1000,
            "description": "The most to bid on each, whole dollars; left out: the usual one of the settings",
        },
        "dryRun": {"type": "boolean", "description": "Only say what would be watched"},
    }
)


def router(deps: Deps) -> APIRouter:
    """The route of an import."""
    api = APIRouter(prefix="/api", tags=["watches"])

    @api.post("/import", responses=gives("Watched, none armed; with dryRun: what would be", Imported), openapi_extra=_TAKES)
    async def import_lots(body: Body) -> dict[str, Any]:
        """Watch every open lot of the account that is not watched yet. Nothing is armed, so nothing bids before you say so."""
        if not isinstance(body, dict):
            raise BadInput('The body must be an object such as {"maxBid": 40, "dryRun": true}.')
        dry_run = body.get("dryRun", False)
        if not isinstance(dry_run, bool):
            raise BadInput('"dryRun" must be true or false.', "dryRun")
        limit = deps.settings.max_bid_dollars
        if body.get("maxBid") is None:
            cap = min(int((await deps.preferences.known())["general"]["defaultMaxBid"]), limit)
        else:
            cap = wishes.dollars(body["maxBid"], "Max bid", "maxBid", limit=limit)
        mine = await deps.calls.my_lots()
        made = await take_over(deps.desk, mine, cap, dry_run=dry_run)
        now = deps.site_time.now()
        return {
            "success": True,
            "dryRun": dry_run,
            "maxBid": cap,
            "found": len(mine.lots),
            "added": made.added,
            "already": made.already,
            "skipped": made.skipped,
            "withBids": [lot.id for lot in mine.lots if lot.participated],
            "lots": [brief(lot, now, site=deps.settings.site, real=deps.settings.real) for lot in mine.lots],
        }

    return api
