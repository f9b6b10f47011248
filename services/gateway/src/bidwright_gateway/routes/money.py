"""Money: budgets; and the strategies that spend it."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from fastapi import APIRouter, Request
from redis.exceptions import RedisError

from bidwright.errors import BadInput, Conflict, StoreDown
from bidwright_gateway.deps import Deps
from bidwright_gateway.routes.tools import Body, command, gives, takes
from bidwright_gateway.shape import number

_SCOPE = re.compile(r"[A-Za-z0-9:_.-]{1,80}")
_MOST_DOLLARS = 10_000_000


def router(deps: Deps) -> APIRouter:
    """Routes of budgets and strategies."""
    api = APIRouter(prefix="/api", tags=["money"])

    @api.get("/budgets", responses=gives("Limits and what is booked, all-in dollars"))
    async def budgets() -> dict[str, Any]:
        redis: Any = deps.redis
        prefix = f"{deps.records.prefix}budget:"
        try:
            keys = sorted([key async for key in redis.scan_iter(f"{prefix}*", count=200)])
            rows = [await redis.hgetall(key) for key in keys]
        except RedisError as error:
            raise StoreDown(str(error)) from error
        found = [
            {
                "scope": key.removeprefix(prefix),
                "limit": number(row.get("limit")) / 100 if row.get("limit") not in (None, "", "none") else None,
                "live": number(row.get("live")) / 100,
                "dryRun": number(row.get("dry")) / 100,
            }
            for key, row in zip(keys, rows, strict=True)
        ]
        return {"success": True, "budgets": found}

    @api.put("/budgets/{scope}", responses=gives("Changed"), openapi_extra=takes({"limit": {"type": ["number", "null"]}}, ["limit"]))
    async def set_budget(request: Request, scope: str, body: Body) -> dict[str, Any]:
        if not _SCOPE.fullmatch(scope):
            raise BadInput("A budget is named like total, day:2026-11-23 or group:drills.", "scope")
        if not isinstance(body, dict) or "limit" not in body:
            raise BadInput('"limit" is required: all-in dollars, or null for no limit.', "limit")
        cents = _cents(body["limit"])
        answer = await deps.transitions.budget(scope, cents, command(request, body))
        if not answer.ok:
            raise Conflict("This Idempotency-Key was used for something else; use a new one.")
        return {"success": True, "scope": scope, "limit": None if cents is None else cents / 100}

    @api.get("/strategies", responses=gives("What a lot can be bid by, with the JSON Schema of its settings"))
    async def strategies() -> dict[str, Any]:
        reply = await deps.calls.strategies()
        found = [
            {"name": s.name, "description": s.description, "version": s.version, "plugin": s.plugin, "params": s.params_schema}
            for s in reply.strategies
        ]
        return {"success": True, "strategies": found, "problems": [{"plugin": p.plugin, "reason": p.reason} for p in reply.problems]}

    return api


def _cents(limit: object) -> int | None:
    if limit is None:
        return None
    try:
        amount = Decimal(str(limit)) if isinstance(limit, (int, float, str)) and not isinstance(limit, bool) else Decimal("NaN")
    except (InvalidOperation, ValueError):
        amount = Decimal("NaN")
    if not amount.is_finite() or not 0 <= amount <= _MOST_DOLLARS or (amount * 100) % 1:
        raise BadInput(f'"limit" must be dollars from 0 to {_MOST_DOLLARS:,} with at most two decimals, or null for no limit.', "limit")
    return int(amount * 100)
