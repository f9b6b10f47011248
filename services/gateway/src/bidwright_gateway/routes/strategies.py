"""Strategies: what a lot can be bid by."""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter

from bidwright.errors import BadInput
from bidwright_gateway.deps import Deps
from bidwright_gateway.ids import lot_id
from bidwright_gateway.replies.plugins import Strategies, Tried
from bidwright_gateway.routes.tools import LOT_ID, Body, gives, takes


def router(deps: Deps) -> APIRouter:
    """The route of strategies."""
    api = APIRouter(prefix="/api", tags=["money"])

    @api.get("/strategies", responses=gives("What a lot can be bid by, with the JSON Schema of its settings", Strategies))
    async def strategies() -> dict[str, Any]:
        reply = await deps.calls.strategies()
        found = [
            {
                "name": s.name,
                "description": s.description,
                "version": s.version,
                "plugin": s.plugin,
                "sha": s.sha,
                "params": s.params_schema,
            }
            for s in reply.strategies
        ]
        return {"success": True, "strategies": found, "problems": [{"plugin": p.plugin, "reason": p.reason} for p in reply.problems]}

    @api.post(
        "/strategies/try",
        responses=gives("What a strategy is shown of a watched lot now, and what it says; nothing is bid", Tried),
        openapi_extra=takes(
            {
                "auctionId": LOT_ID,
                "strategy": {"type": "string", "description": "Else the lot's own"},
                "params": {"type": "object", "description": "Its settings; else the lot's own, or its defaults"},
            },
            ["auctionId"],
        ),
    )
    async def try_it(body: Body) -> dict[str, Any]:
        given = body if isinstance(body, dict) else {}
        number, strategy, params = lot_id(given.get("auctionId")), given.get("strategy", ""), given.get("params")
        if not isinstance(strategy, str) or not (params is None or isinstance(params, dict)):
            raise BadInput("strategy is a name and params are an object", "params")
        reply = await deps.calls.try_strategy(number, strategy, "" if params is None else json.dumps(params))
        return {
            "success": True,
            "auctionId": number,
            "strategy": reply.strategy,
            "version": reply.version,
            "plugin": reply.plugin,
            "shown": json.loads(reply.shown or "{}"),
            "answer": reply.kind,
            "says": reply.says,
            "amount": reply.cents / 100 if reply.kind == "bid" else None,
            "until": reply.until_ms if reply.kind == "wait" else None,
            "tookMs": round(reply.took_ms, 3),
        }

    return api
