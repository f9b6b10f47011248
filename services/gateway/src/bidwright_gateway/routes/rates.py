"""Rates: buyer's premium and sales tax, for each location and where none is given."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from bidwright_gateway.deps import Deps
from bidwright_gateway.ratebook import RateBook, shown
from bidwright_gateway.replies.money import RateList, RatesChanged
from bidwright_gateway.routes.tools import OWNERS, Body, gives, takes

_PERCENT: dict[str, Any] = {"type": ["integer", "string"], "minimum": 0, "maximum": 100, "pattern": "^[0-9]{1,2}(\\.[0-9]{1,2})?$"}
_RATES: dict[str, Any] = {
    "type": ["object", "null"],
    "required": ["premium", "tax"],
    "properties": {"premium": _PERCENT, "tax": _PERCENT},
}
_PLACES: dict[str, Any] = {
    "type": ["object", "null"],
    "propertyNames": {"pattern": "^[A-Za-z][A-Za-z0-9 ]{0,40}$"},
    "additionalProperties": _RATES,
}
RATES: dict[str, Any] = {"default": _RATES, "locations": _PLACES}
_TAKES = takes(RATES, any_of=("default", "locations"))


def router(deps: Deps) -> APIRouter:
    """Routes of ``/api/rates``."""
    api = APIRouter(prefix="/api/rates", tags=["money"])

    @api.get("", responses=gives("Percentages; source assumed: not the owner's, so no all-in limit can be armed by them", RateList))
    async def rates() -> dict[str, Any]:
        await deps.rates.read(remembered=True)
        return {"success": True, **_report(deps.rates)}

    @api.put(
        "", dependencies=OWNERS, responses=gives("Changed; null takes away, what is not named stays", RatesChanged), openapi_extra=_TAKES
    )
    async def change(body: Body) -> dict[str, Any]:
        """Lots with a bid under way (`waiting`) get their new rates right after it."""
        before = await deps.board.read()
        await deps.rates.change(body)
        await deps.alignment.round(list((await deps.board.read()).values()))
        after = await deps.board.read()  # what a round of the loop, or of another replica, was faster with has changed as well
        changed = [lot.id for lot in after.values() if lot.id in before and lot.rates != before[lot.id].rates]
        waiting = [lot.id for lot in after.values() if lot.watched and not lot.final and deps.alignment.misrated(lot)]
        return {"success": True, **_report(deps.rates), "changed": changed, "waiting": waiting}

    return api


def _report(rates: RateBook) -> dict[str, Any]:
    default = rates.default
    places = {name: shown(found) for name, found in rates.book.locations.items()}
    return {"default": {**shown(default.rates), "source": default.source.value}, "locations": places}
