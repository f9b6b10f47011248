"""Bids: place one, our attempts, receipts."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from redis.exceptions import RedisError

from bidwright.errors import BadInput, StoreDown
from bidwright.records import IntentRecord
from bidwright_gateway import bidding, ids
from bidwright_gateway.deps import Deps
from bidwright_gateway.paging import CursorText, Key, Page
from bidwright_gateway.receipts import Receipts, times
from bidwright_gateway.replies.money import Attempts, Placed, ReceiptList
from bidwright_gateway.routes.tools import Body, caller, flavour, from_own_page, gives, key_of, takes
from bidwright_gateway.shape import whole, word

_MOST = 100
_AMOUNT: dict[str, Any] = {"amount": {"type": ["number", "string"], "minimum": 1, "maximum": 999_999, "pattern": "^[1-9][0-9]{0,5}$"}}
_AMOUNT |= {name: {"type": "string", "description": "A paired device must"} for name in ("expectMode", "expectVersion")}
_OPEN = frozenset({"RESERVED", "SENDING", "UNKNOWN"})


def router(deps: Deps) -> APIRouter:  # noqa: C901 - three short routes
    """Routes of one lot's bids."""
    api = APIRouter(prefix="/api/auctions/{lot_id}", tags=["bids"])
    receipts = Receipts(deps.redis, deps.records)

    @api.post(
        "/bid",
        responses=gives("The bid leads", Placed),
        openapi_extra=takes(_AMOUNT, ["amount"], closed=True),
    )
    async def bid(request: Request, lot_id: str, body: Body) -> JSONResponse:
        ids.lot_id(lot_id)
        if not isinstance(body, dict):
            raise BadInput('The body must be an object such as {"amount": 15}.', "amount")
        who = caller(request)
        if not who.is_owner:
            known = await deps.desk.known(lot_id)
            await deps.consent.to_bid(who, body, known, key=key_of(request), mode=deps.board.mode)
        if unknown := sorted(set(body) - set(_AMOUNT)):
            raise BadInput(f'"{unknown[0][:60]}" is not allowed', unknown[0][:60])
        outcome = await deps.bidding.place(lot_id, body.get("amount"), key_of(request))
        return JSONResponse(outcome.body, outcome.status)

    @api.get("/bids", responses=gives("Our attempts, newest first", Attempts))
    async def bids(request: Request, lot_id: str, limit: str = "50") -> dict[str, Any]:
        ids.lot_id(lot_id)
        most = _limit(limit)
        try:
            intents = await deps.records.intents(lot_id, most)
            shift = await receipts.wall_shift()
        except RedisError as error:
            raise StoreDown(str(error)) from error
        words = flavour(request)
        rows: list[dict[str, Any]] = []
        for intent in intents:
            took = intent.state in ("LEADING", "CLOSED")
            created, _, ended = times(intent, shift)
            row: dict[str, Any] = {
                "amount": whole(intent.amount),
                "strategy": word(intent.strategy, words),
                "success": took,
                "timestamp": ended or created,
                "result": {"state": intent.state, "mode": "live" if intent.mode == "live" else "dry-run"},
            }
            rows.append(row if took else {**row, "error": _why(intent)})
        if not rows and wants_placeholder(request):
            honest = {"amount": 0, "strategy": "none", "success": False, "error": "No bids placed by this system yet"}
            at = int(deps.clock.now().timestamp() * 1000)
            return {
                "success": True, "auctionId": lot_id, "count": 0, "placeholder": True,
                "bidHistory": [{**honest, "timestamp": at, "placeholder": True}],
            }  # fmt: skip
        return {"success": True, "auctionId": lot_id, "count": len(rows), "bidHistory": rows}

    @api.get(
        "/receipts",
        responses=gives("The life of each of our bids, and what was held back, newest first; also after the lot is forgotten", ReceiptList),
    )
    async def list_receipts(lot_id: str, limit: str = "50", cursor: CursorText = "") -> dict[str, Any]:
        """`next` is the cursor to older ones. The holds are those of the whole lot, on each page."""
        ids.lot_id(lot_id)
        page = Page.asked(str(_limit(limit)), cursor)
        try:
            found, following = page.cut(sorted(await receipts.of(lot_id), key=_place), _place)
            holds, ending = await receipts.holds(lot_id), await receipts.ending(lot_id)
        except RedisError as error:
            raise StoreDown(str(error)) from error
        return {
            "success": True, "auctionId": lot_id, "count": len(found), "receipts": found, "holds": holds, "postMortem": ending or None,
            "next": following,
        }  # fmt: skip

    return api


def wants_placeholder(request: Request) -> bool:
    """True for the existing dashboard, which invents bids when it is given none. It calls from a page; programs do not."""
    origin = request.headers.get("origin", "")
    return origin.startswith("http") or bool(request.headers.get("referer")) or from_own_page(request)


def _place(receipt: dict[str, Any]) -> Key:
    return [-(receipt["createdAt"] or 0), receipt["id"]]


def _limit(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or int(text[:9]) < 1:
        raise BadInput("Limit must be a whole number from 1 to 100", "limit")
    if int(text[:9]) > _MOST:
        raise BadInput("Limit cannot exceed 100", "limit")
    return int(text)


def _why(intent: IntentRecord) -> str:
    if intent.state in _OPEN:
        return "On its way; the outcome is not known yet"
    if intent.state in ("OUTBID", "MOOT"):
        return "Outbid by a higher maximum"
    if intent.state == "ABSENT":
        return "The site never took the bid"
    return bidding.explain(intent)[1]
