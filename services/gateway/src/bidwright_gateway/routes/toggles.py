"""Toggles: every switch with its reason, throwing one, its audit, and what an experiment came to."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from bidwright import Subject
from bidwright.errors import BadInput
from bidwright.runtime.toggles import subject_of
from bidwright_gateway.deps import Deps
from bidwright_gateway.replies.plugins import OneToggle, Outcomes, ToggleAudit, Toggles
from bidwright_gateway.routes.tools import OWNERS, Body, gives, takes

_TAKES = takes(
    {
        "value": {
            "type": ["boolean", "string"],
            "description": "true, false, 25%, a variant, control:90,challenger:10; see docs/toggles.md",
        },
        "why": {"type": "string"},
        "who": {"type": "string"},
        "rollback": {"type": "object", "description": "worseBy (dollars of surplus per lot), lots (of each variant)"},
    },
    ["value"],
)


def router(deps: Deps) -> APIRouter:
    """Routes of toggles."""
    api = APIRouter(prefix="/api/toggles", tags=["house"])

    @api.get("", responses=gives("Every toggle, its value and why", Toggles))
    async def toggles(lot: Annotated[str, Query(max_length=30)] = "") -> dict[str, Any]:
        """With `lot`, as they stand for that lot."""
        known = deps.board.lots.get(lot)
        subject = subject_of(known) if known else Subject(lot)
        return {"success": True, "toggles": await deps.panel.report(subject)}

    @api.get("/audit", responses=gives("Who threw what, the newest first", ToggleAudit))
    async def audit(name: Annotated[str, Query(max_length=100)] = "", limit: Annotated[int, Query(ge=1, le=1000)] = 100) -> dict[str, Any]:
        return {"success": True, "audit": await deps.panel.audit(name, limit)}

    @api.put("/{name}", dependencies=OWNERS, responses=gives("Thrown", OneToggle), openapi_extra=_TAKES)
    async def throw(name: str, body: Body) -> dict[str, Any]:
        """In force in every service within a second."""
        given = _object(body)
        made = await deps.panel.throw(name, given.get("value"), by=given.get("who"), why=given.get("why"), rollback=given.get("rollback"))
        return {"success": True, "toggle": made}

    @api.delete(
        "/{name}",
        dependencies=OWNERS,
        responses=gives("The live value is taken away", OneToggle),
        openapi_extra=takes({"why": {"type": "string"}}),
    )
    async def reset(name: str, body: Body) -> dict[str, Any]:
        given = _object(body)
        return {"success": True, "toggle": await deps.panel.reset(name, by=given.get("who"), why=given.get("why"))}

    @api.get("/{name}/outcomes", responses=gives("What each variant came to", Outcomes))
    async def outcomes(name: str) -> dict[str, Any]:
        """Since the value was last set: surplus is the limit less the hammer price of a lot that was won, else nothing."""
        return {"success": True, **await deps.experiments.table(deps.panel.find(name))}

    return api


def _object(body: Any) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise BadInput("Send a JSON object.")
    return body
