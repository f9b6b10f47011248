"""Strategies: what a lot can be bid by."""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter

from bidwright.errors import BadInput
from bidwright_gateway import wishes
from bidwright_gateway.deps import Deps
from bidwright_gateway.ids import lot_id
from bidwright_gateway.replies.own import Replayed
from bidwright_gateway.replies.plugins import Strategies, Tried
from bidwright_gateway.routes.tools import CONFIG, LOT_ID, Body, gives, takes
from bidwright_gateway.shape import whole

_TRIES: dict[str, Any] = {
    "auctionId": LOT_ID,
    "strategy": {"type": "string", "description": "Else the lot's own"},
    "params": {"type": "object", "description": "Its settings; else the lot's own, or its defaults"},
}


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
            _TRIES,
            ["auctionId"],
        ),
    )
    async def try_it(body: Body) -> dict[str, Any]:
        number, strategy, params = _asked(body)
        reply = await deps.calls.try_strategy(number, strategy, params)
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

    @api.post(
        "/strategies/replay",
        responses=gives("What a strategy would have done with the prices that were seen of a watched lot; nothing is bid", Replayed),
        openapi_extra=takes({**_TRIES, "maxBid": {**CONFIG["properties"]["maxBid"], "description": "Else the lot's own"}}, ["auctionId"]),
    )
    async def replay(body: Body) -> dict[str, Any]:
        """Prices stay as they were seen: what rivals would have answered nobody knows."""
        number, strategy, params = _asked(body)
        given = body.get("maxBid")
        cap = wishes.dollars(given, "Max bid", "maxBid", limit=deps.settings.max_bid_dollars) * 100 if given is not None else 0
        reply = await deps.calls.replay(number, strategy, params, cap)
        steps = [
            {
                "at": s.at_ms,
                "kind": s.kind,
                "price": whole(s.price_cents),
                "amount": whole(s.cents) if s.kind == "bid" else None,
                "says": s.says,
            }
            for s in reply.steps
        ]
        return {
            "success": True,
            "auctionId": number,
            "strategy": reply.strategy,
            "version": reply.version,
            "plugin": reply.plugin,
            "steps": steps,
            "leads": reply.leads,
            "amount": whole(reply.cents) if reply.cents else None,
            "sentence": reply.sentence,
        }

    return api


def _asked(body: Any) -> tuple[str, str, str]:
    """The lot, the strategy (empty: its own) and the settings as JSON (empty: its own). Raises BadInput."""
    number, strategy, params = lot_id(body.get("auctionId")), body.get("strategy", ""), body.get("params")
    if not isinstance(strategy, str) or not (params is None or isinstance(params, dict)):
        raise BadInput("strategy is a name and params are an object", "params")
    return number, strategy, "" if params is None else json.dumps(params)
