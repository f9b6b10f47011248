"""Strategies: what a lot can be bid by."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from bidwright_gateway.deps import Deps
from bidwright_gateway.routes.tools import gives


def router(deps: Deps) -> APIRouter:
    """The route of strategies."""
    api = APIRouter(prefix="/api", tags=["money"])

    @api.get("/strategies", responses=gives("What a lot can be bid by, with the JSON Schema of its settings"))
    async def strategies() -> dict[str, Any]:
        reply = await deps.calls.strategies()
        found = [
            {"name": s.name, "description": s.description, "version": s.version, "plugin": s.plugin, "params": s.params_schema}
            for s in reply.strategies
        ]
        return {"success": True, "strategies": found, "problems": [{"plugin": p.plugin, "reason": p.reason} for p in reply.problems]}

    return api
