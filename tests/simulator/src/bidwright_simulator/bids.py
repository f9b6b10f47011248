"""Where bids come in, and the batch read beside it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bidwright_simulator import wire
from bidwright_simulator.visit import Visit, logged_out, origin

if TYPE_CHECKING:
    from starlette.requests import Request

    from bidwright_simulator.lots import Lot, Outcome

_TEXTS = {
    "2026": {
        "too-low": "Your bid could not be accepted as entered. Bid amount is too low. Please enter ${next} or more.",
        "duplicate": "You already placed a bid with the same price. Please enter a different amount.",
        "ended": "This auction has ended.",
        "not-allowed": "You are not allowed to bid on this item.",
    },
    "2025": {
        "too-low": "Bid is too low",
        "duplicate": "You already placed a bid with the same price",
        "ended": "This listing is closed",
        "not-allowed": "Not allowed",
    },
}
_BATCH = 500
_HIGHEST = 10_000_000


def routes() -> list[Route]:
    """Addresses of bids and listings."""
    return [Route("/api/bids", bid, methods=["POST"]), Route("/api/listings", listings, methods=["POST"])]


async def bid(request: Request) -> Response:
    """Take a bid, as text or JSON; whole dollars only."""
    visit = Visit.of(request)
    if visit.user is None:
        return logged_out(request, visit.settings.logged_out_bids)
    order = _json(await request.body())
    if order is None:
        return JSONResponse({"error": "Invalid request"}, 400)
    lot_id, amount = order.get("productId"), order.get("bid")
    lot = visit.site.lots.get(lot_id) if isinstance(lot_id, int) else None
    if lot is None:
        return JSONResponse({"error": "Product not found"}, 404)
    if isinstance(amount, bool) or not isinstance(amount, int | float) or not 0 < amount <= _HIGHEST or amount != int(amount):
        return JSONResponse({"error": "Bids are whole dollar amounts."}, 422)
    outcome = visit.site.bid(visit.user, lot, int(amount))
    if not outcome.accepted:
        text = _TEXTS[visit.settings.refusals][outcome.result].replace("{next}", str(lot.next_for(visit.user)))
        return JSONResponse({"error": text}, 403 if outcome.result == "not-allowed" else 400)
    return JSONResponse(_accepted(lot, visit.user, outcome), int(visit.settings.bid_status))


def _accepted(lot: Lot, user: int, outcome: Outcome) -> dict[str, Any]:
    """The reply to an accepted bid; accepted does not mean winning."""
    winning = outcome.result == "winning"
    return {
        "message": "Your bid was placed" if winning else "Your bid was placed, but another user has a higher maximum bid",
        "data": {
            "bidCount": len(lot.rows),
            "currentAmount": lot.price,
            "minimumNextBid": lot.next_for(user),
            "winningBidUserId": lot.leader,
            "bidderCount": len(lot.bidders),
            "projectNewCloseTime": wire.wrapped(lot.close),
            "projectExtended": lot.extended,
        },
    }


async def listings(request: Request) -> Response:
    """Many open lots in one read; lots that are closed or unknown are left out."""
    visit = Visit.of(request)
    if not visit.settings.listings:
        return JSONResponse({"error": "Not found"}, 404)
    order = _json(await request.body())
    ids = order.get("productIds") if order and order.get("action") == "get-open-listings" else None
    if not isinstance(ids, list) or len(ids) > _BATCH:
        return JSONResponse({"error": "Invalid request"}, 400)
    found = [visit.lot(int(lot)) for lot in ids if isinstance(lot, int) or (isinstance(lot, str) and lot.isdecimal() and len(lot) <= 15)]
    user = visit.user if visit.settings.listings_user_state else None
    date = wire.dates(visit.settings, stream=False) if visit.settings.dates != "auto" else wire.iso
    return JSONResponse([wire.product(lot, user, date, origin(request)) for lot in found if lot is not None and not lot.closed])


def _json(body: bytes) -> dict[str, Any] | None:
    try:
        order = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return order if isinstance(order, dict) else None
