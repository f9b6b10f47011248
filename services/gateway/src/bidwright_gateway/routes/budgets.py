"""Budgets: limits on all-in money in every scope at once: in total, by day, by week, by group."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from fastapi import APIRouter, Request
from redis.exceptions import RedisError

from bidwright.errors import BadInput, Conflict, StoreDown
from bidwright.records import LotRecord
from bidwright_gateway import scopes
from bidwright_gateway.allowances import KINDS
from bidwright_gateway.deps import Deps
from bidwright_gateway.replies.money import Budgets, BudgetSet, DefaultSet
from bidwright_gateway.routes.tools import OWNERS, Body, command, gives, takes
from bidwright_gateway.shape import number

_SCOPE = re.compile(r"[A-Za-z0-9:_.-]{1,80}")
_MOST_DOLLARS = 10_000_000
_DOLLARS: dict[str, Any] = {
    "type": ["integer", "string", "null"],
    "minimum": 0,
    "maximum": _MOST_DOLLARS,
    "pattern": "^[0-9]{1,6}(\\.[0-9]{1,2})?$",
    "description": "All-in dollars, also with cents; null: no limit",
}
_TAKES = takes({"limit": _DOLLARS}, ["limit"])


def router(deps: Deps) -> APIRouter:
    """Routes of budgets."""
    api = APIRouter(prefix="/api/budgets", tags=["money"])

    @api.get("", responses=gives("Limits and what is booked, all-in dollars", Budgets))
    async def budgets() -> dict[str, Any]:
        """`limit` null: none. `free` is what is left in each mode, `lots` count in it, `default` is what new days and weeks get."""
        redis: Any = deps.redis
        prefix = f"{deps.records.prefix}budget:"
        try:
            keys = sorted([key async for key in redis.scan_iter(f"{prefix}*", count=200)])
            rows = await deps.records.budgets([key.removeprefix(prefix) for key in keys])
        except RedisError as error:
            raise StoreDown(str(error)) from error
        lots = list((await deps.board.read()).values())
        usual = {kind: _dollars(cents) for kind, cents in (await deps.allowances.read()).items()}
        return {"success": True, "budgets": [_report(scope, row, lots) for scope, row in rows.items()], "default": usual}

    @api.put(
        "/default/{kind}",
        dependencies=OWNERS,
        responses=gives("Changed, for days or weeks that are named for the first time", DefaultSet),
        openapi_extra=_TAKES,
    )
    async def set_default(kind: str, body: Body) -> dict[str, Any]:
        """Days and weeks that are in use already keep the limit they have."""
        if kind not in KINDS:
            raise BadInput("There are defaults for day and week.", "kind")
        cents = _limit(body)
        await deps.allowances.change(kind, cents)
        return {"success": True, "default": kind, "limit": _dollars(cents)}

    @api.put("/{scope}", dependencies=OWNERS, responses=gives("Changed", BudgetSet), openapi_extra=_TAKES)
    async def set_budget(request: Request, scope: str, body: Body) -> dict[str, Any]:
        """A limit below what is booked already is taken: nothing more is bid in that scope."""
        if not _SCOPE.fullmatch(scope):
            raise BadInput("A budget is named like total, day:2026-11-23 or group:drills.", "scope")
        cents = _limit(body)
        answer = await deps.transitions.budget(scope, cents, command(request, body))
        if not answer.ok:
            raise Conflict("This Idempotency-Key was used for something else; use a new one.")
        made: dict[str, Any] = {"success": True, "scope": scope, "limit": _dollars(cents)}
        try:
            row = (await deps.records.budgets([scope]))[scope]
        except RedisError:
            return made
        used = max(number(row.get("live")), number(row.get("dry")))
        if cents is not None and used > cents:
            made["warning"] = f"${used / 100:,.2f} are booked in {scope} already: nothing more is bid there until less is."
        return made

    return api


def _report(scope: str, row: Mapping[str, str], lots: list[LotRecord]) -> dict[str, Any]:
    limit = number(row["limit"]) if row.get("limit") not in (None, "", "none") else None
    live, dry = number(row.get("live")), number(row.get("dry"))
    free = None if limit is None else {"live": max(0, limit - live) / 100, "dryRun": max(0, limit - dry) / 100}
    return {
        "scope": scope,
        "limit": _dollars(limit),
        "live": live / 100,
        "dryRun": dry / 100,
        "free": free,
        "lots": sorted(lot.id for lot in lots if scope in scopes.names(lot.scopes) and (lot.watched or lot.booked > 0)),
    }


def _dollars(cents: int | None) -> float | None:
    return None if cents is None else cents / 100


def _limit(body: object) -> int | None:
    if not isinstance(body, dict) or "limit" not in body:
        raise BadInput('"limit" is required: all-in dollars, or null for no limit.', "limit")
    limit = body["limit"]
    if limit is None:
        return None
    try:
        amount = Decimal(str(limit)) if isinstance(limit, (int, float, str)) and not isinstance(limit, bool) else Decimal("NaN")
    except (InvalidOperation, ValueError):
        amount = Decimal("NaN")
    if not amount.is_finite() or not 0 <= amount <= _MOST_DOLLARS or (amount * 100) % 1:
        raise BadInput(f'"limit" must be dollars from 0 to {_MOST_DOLLARS:,} with at most two decimals, or null for no limit.', "limit")
    return int(amount * 100)
