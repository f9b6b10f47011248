"""The site's session: cookie sync, check, status. No cookie is ever logged or given back."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from bidwright.errors import BadInput
from bidwright_gateway import ids
from bidwright_gateway.deps import Deps
from bidwright_gateway.routes.tools import Body, gives, takes
from bidwright_gateway.shape import iso, number

_LEAST, _MOST = 10, 32_768


def router(deps: Deps) -> APIRouter:
    """Routes of ``/api/auth``."""
    api = APIRouter(prefix="/api/auth", tags=["session"])

    @api.post(
        "",
        responses=gives("Stored; success says whether the site accepts it"),
        openapi_extra=takes({"cookies": {"type": "string"}}, ["cookies"]),
    )
    async def sync(body: Body) -> dict[str, Any]:
        cookies = body.get("cookies") if isinstance(body, dict) else None
        if not cookies:
            raise BadInput("Cookies are required", "cookies")
        if not isinstance(cookies, str) or len(cookies) < _LEAST or not cookies.isprintable():
            raise BadInput("Invalid cookies format", "cookies")
        if len(cookies) > _MOST:
            raise BadInput("Cookies string too long", "cookies")
        reply = await deps.calls.set_session(cookies)
        if reply.state == "ok":
            return {"success": True}
        return {
            "success": False,
            "state": reply.state,
            "message": reply.why or "The site does not accept this session; log in there again.",
        }

    @api.post(
        "/validate",
        responses=gives("Whether the site accepts the session; never bids"),
        openapi_extra=takes({"auctionId": {"type": "string"}}),
    )
    async def validate(body: Body) -> dict[str, Any]:
        wanted = body.get("auctionId") if isinstance(body, dict) else None
        lot_id = ids.lot_id(wanted) if wanted is not None else None
        checked = await deps.calls.check_session()
        ok = checked.state == "ok"
        made: dict[str, Any] = {
            "success": ok,
            "authenticated": ok,
            "cookiesSet": checked.state not in ("missing", ""),
            "auctionDataFetched": False,
            "userState": {"isWatching": False, "isWinning": False},
            "bidTestResult": None,
            "testAuction": None,
        }
        if not ok:
            return {**made, "error": checked.why or "The site does not accept the session; log in there and sync the cookies."}
        if lot_id is not None:
            lot = (await deps.calls.get_lot(lot_id)).lot
            left = max(0, (lot.close_ms - int(deps.site_time.now().timestamp() * 1000)) // 1000)
            made |= {
                "auctionDataFetched": True,
                "userState": {"isWatching": lot.watching, "isWinning": lot.winning},
                "testAuction": {
                    "id": lot.id, "title": lot.title, "currentBid": lot.price_cents / 100,
                    "nextBid": lot.next_bid_cents / 100, "timeRemaining": left,
                },
            }  # fmt: skip
        return made

    @api.get("/status", responses=gives("Whether the last check succeeded"))
    async def status() -> dict[str, Any]:
        session = (await deps.board.read_service()).session
        state = session.get("state", "missing")
        stored = state not in ("missing", "")
        return {
            "authenticated": state == "ok",
            "cookieCount": int(stored),
            "cookiesSet": stored,
            "cookies": None,
            "message": "Cookies are set" if stored else "No cookies set - please sync from extension",
            "state": state,
            "why": session.get("why", ""),
            "checkedAt": iso(number(session.get("checked_at"))),
        }

    return api
