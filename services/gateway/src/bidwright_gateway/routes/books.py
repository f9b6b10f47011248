"""The books: what was won and lost, and every receipt, to be kept outside."""

from __future__ import annotations

from datetime import datetime, time, timedelta, tzinfo
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from fastapi.responses import Response
from redis.exceptions import RedisError

from bidwright.clock import to_ms
from bidwright.errors import BadInput, StoreDown
from bidwright_gateway import ledger
from bidwright_gateway.deps import Deps
from bidwright_gateway.receipts import Receipts
from bidwright_gateway.routes.tools import gives
from bidwright_gateway.shape import iso
from bidwright_gateway.sheet import download

_FORMATS = ("json", "csv")
_MODES = {"": "live", "live": "live", "dry": "dry", "dry-run": "dry"}
_RECEIPT = (
    "auctionId", "id", "createdAt", "sentAt", "endedAt", "mode", "amount", "word", "state", "why", "latencyMs", "priceAgeMs",
    "clockWidthMs", "strategy", "strategyVersion", "reason", "sentence",
)  # fmt: skip
_TIMES = frozenset({"createdAt", "sentAt", "endedAt"})
_SHEET: dict[str, Any] = {"text/csv": {"schema": {"type": "string"}}}
Text = Annotated[str, Query()]


def router(deps: Deps) -> APIRouter:
    """Routes of the books."""
    api = APIRouter(prefix="/api", tags=["books"])
    books, receipts = ledger.Ledger(deps.redis, deps.records), Receipts(deps.redis, deps.records)

    @api.get("/ledger", response_model=None, responses=gives("What each ended lot cost, or went for", also=_SHEET))
    async def list_ledger(
        begin: Annotated[str, Query(alias="from", description="First day (2026-11-23) or time")] = "",
        end: Annotated[str, Query(alias="to", description="Last day, or time before which it ended")] = "",
        mode: Annotated[str, Query(description="live or dry")] = "live",
        form: Annotated[str, Query(alias="format", description="json or csv")] = "json",
    ) -> dict[str, Any] | Response:
        wanted = _format(form)
        if mode not in _MODES:
            raise BadInput('"mode" must be live or dry: paper and real money are never added up.', "mode")
        zone = deps.settings.zone
        span = ledger.Span(_MODES[mode], _instant(begin, "from", zone), _instant(end, "to", zone, last=True) if end else 1 << 60)
        try:
            rows = await books.rows(span)
        except RedisError as error:
            raise StoreDown(str(error)) from error
        total = ledger.totals(rows)
        if wanted == "csv":
            return download("bidwright-ledger.csv", ledger.COLUMNS, [*map(ledger.sheet_row, rows), ledger.sheet_total(total)])
        return {"success": True, "mode": "live" if span.mode == "live" else "dry-run", "count": len(rows), "rows": rows, "totals": total}

    @api.get("/receipts/export", response_model=None, responses=gives("Every receipt there is, by lot", also=_SHEET))
    async def export(form: Annotated[str, Query(alias="format", description="json or csv")] = "json") -> dict[str, Any] | Response:
        wanted = _format(form)
        try:
            lots = await receipts.lots()
            found = [receipt for lot_id in lots for receipt in await receipts.of(lot_id, 1000)]
            holds = [{"auctionId": lot_id, **hold} for lot_id in lots for hold in await receipts.holds(lot_id)]
        except RedisError as error:
            raise StoreDown(str(error)) from error
        if wanted == "csv":
            return download("bidwright-receipts.csv", _RECEIPT, map(_cells, found))
        return {"success": True, "count": len(found), "receipts": found, "holds": holds}

    return api


def _format(text: str) -> str:
    if text not in _FORMATS:
        raise BadInput('"format" must be json or csv.', "format")
    return text


def _instant(text: str, name: Literal["from", "to"], zone: tzinfo | None, *, last: bool = False) -> int:
    """A day or a time as Unix ms; with *last* a day counts to its end. Days are the owner's."""
    if not text:
        return 0
    try:
        found = datetime.fromisoformat(text)
        day = len(text) <= len("2026-11-23")
        if day:
            found = datetime.combine(found.date() + timedelta(days=last), time())
        if found.tzinfo is None:
            found = found.replace(tzinfo=zone) if zone else found.astimezone()
        return to_ms(found)
    except (ValueError, OverflowError, OSError):
        raise BadInput(f'"{name}" must be a day such as 2026-11-23, or a time such as 2026-11-23T18:30.', name) from None


def _cells(receipt: dict[str, Any]) -> list[str]:
    cells = ((name, receipt[name]) for name in _RECEIPT)
    return ["" if value is None else (iso(value) or "") if name in _TIMES else str(value) for name, value in cells]
