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
from bidwright_gateway.paging import CursorText, LimitText, Page, WordsText, paged
from bidwright_gateway.receipts import Receipts
from bidwright_gateway.replies.money import AllReceipts, Ledger
from bidwright_gateway.routes.tools import gives
from bidwright_gateway.shape import iso
from bidwright_gateway.sheet import download
from bidwright_gateway.stack import stack

_FORMATS = ("json", "csv")
_MODES = {"": "live", "live": "live", "dry": "dry", "dry-run": "dry"}
_RECEIPT = (
    "auctionId", "id", "createdAt", "sentAt", "endedAt", "mode", "amount", "word", "state", "why", "latencyMs", "priceAgeMs",
    "clockWidthMs", "strategy", "strategyVersion", "reason", "sentence",
)  # fmt: skip
_TIMES = frozenset({"createdAt", "sentAt", "endedAt"})
_SHEET: dict[str, Any] = {"text/csv": {"schema": {"type": "string"}}}
Form = Annotated[str, Query(alias="format", description="json or csv")]


def router(deps: Deps) -> APIRouter:
    """Routes of the books."""
    api = APIRouter(prefix="/api", tags=["books"])
    books, receipts = ledger.Ledger(deps.redis, deps.records), Receipts(deps.redis, deps.records)

    @api.get("/ledger", response_model=None, responses=gives("What each ended lot cost, or went for", Ledger, also=_SHEET))
    async def list_ledger(
        begin: Annotated[str, Query(alias="from", description="First day (2026-11-23) or time")] = "",
        end: Annotated[str, Query(alias="to", description="Last day, or time before which it ended")] = "",
        mode: Annotated[str, Query(description="live or dry")] = "live",
        form: Form = "json",
        outcome: Annotated[str, Query(description="won or lost", json_schema_extra={"enum": ["", "won", "lost"]})] = "",
        location: Annotated[str, Query(max_length=100, description="A location as the site names it")] = "",
        q: WordsText = "",
        limit: LimitText = "",
        cursor: CursorText = "",
    ) -> dict[str, Any] | Response:
        """In the order in which they ended. `totals` are of everything that fits, also where only a page of it is asked for."""
        wanted, page = _format(form), Page.asked(limit, cursor)
        _whole_table(wanted, page)
        if mode not in _MODES:
            raise BadInput('"mode" must be live or dry: paper and real money are never added up.', "mode")
        if outcome not in ("", "won", "lost"):
            raise BadInput('"outcome" must be won or lost.', "outcome")
        zone = deps.settings.zone
        till = _instant(end, "to", zone, last=True) if end else 1 << 60
        span = ledger.Span(_MODES[mode], _instant(begin, "from", zone), till, outcome, location, q)
        try:
            lots = await books.lots(span)
            shown, following = page.cut(lots, ledger.place)
            rows, total = await books.rows(shown), ledger.totals(lots)
        except RedisError as error:
            raise StoreDown(str(error)) from error
        if wanted == "csv":
            return download("bidwright-ledger.csv", ledger.COLUMNS, [*map(ledger.sheet_row, rows), ledger.sheet_total(total)])
        body = {"success": True, "mode": "live" if span.mode == "live" else "dry-run", "count": len(rows), "rows": rows, "totals": total}
        return paged(body, following, page)

    @api.get("/receipts/export", response_model=None, responses=gives("Every receipt there is, by lot", AllReceipts, also=_SHEET))
    async def export(
        form: Form = "json",
        mode: Annotated[str, Query(description="live or dry; left out: both", json_schema_extra={"enum": ["", *_MODES]})] = "",
        lot: Annotated[str, Query(max_length=18, description="The number of a lot; left out: all", pattern="^[0-9]*$")] = "",
        limit: LimitText = "",
        cursor: CursorText = "",
    ) -> dict[str, Any] | Response:
        """The holds of a lot come with the first page that it is on."""
        wanted, page = _format(form), Page.asked(limit, cursor)
        _whole_table(wanted, page)
        if mode not in ("", *_MODES):
            raise BadInput('"mode" must be live or dry.', "mode")
        try:
            found = await stack(receipts, page, lot, _MODES[mode] if mode else "")
        except RedisError as error:
            raise StoreDown(str(error)) from error
        if wanted == "csv":
            return download("bidwright-receipts.csv", _RECEIPT, map(_cells, found.receipts))
        body = {"success": True, "count": len(found.receipts), "receipts": found.receipts, "holds": found.holds}
        return paged(body, found.following, page)

    return api


def _format(text: str) -> str:
    if text not in _FORMATS:
        raise BadInput('"format" must be json or csv.', "format")
    return text


def _whole_table(wanted: str, page: Page) -> None:
    if wanted == "csv" and page != Page():
        raise BadInput("A table is always whole: leave limit and cursor out, or ask for json.", "limit")


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
