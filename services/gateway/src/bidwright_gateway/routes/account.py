"""The site's session: cookie sync, check, status. No cookie is ever logged or given back."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from fastapi import APIRouter

from bidwright.errors import BadInput
from bidwright_gateway import ids
from bidwright_gateway.deps import Deps
from bidwright_gateway.replies.people import SealingKey, SessionState, Synced, Validated
from bidwright_gateway.routes.tools import LOT_ID, Body, gives, takes
from bidwright_gateway.shape import iso, number
from bidwright_proto.v1 import site_pb2

_LEAST, _MOST = 10, 32_768
_PARTS = ("publicKey", "nonce", "ciphertext")
_COOKIES: dict[str, Any] = {"type": "string", "minLength": _LEAST, "maxLength": _MOST, "pattern": "^[ -~]*$"}
_BASE64: dict[str, Any] = {"type": "string", "pattern": "^([A-Za-z0-9+/]{4})+$", "maxLength": 2 * _MOST}
_SEALED: dict[str, Any] = {
    "type": "object",
    "required": ["keyId", *_PARTS],
    "properties": {"keyId": {"type": "string"}, **dict.fromkeys(_PARTS, _BASE64)},
}


def router(deps: Deps) -> APIRouter:
    """Routes of ``/api/auth``."""
    api = APIRouter(prefix="/api/auth", tags=["session"])

    @api.post(
        "",
        responses=gives("Stored; success says whether the site accepts it", Synced),
        openapi_extra=takes({"cookies": _COOKIES, "sealed": _SEALED}, any_of=("cookies", "sealed")),
    )
    async def sync(body: Body) -> dict[str, Any]:
        """The cookies as text, as old clients send them, or sealed to the key of ``GET /api/auth/key``."""
        given = body if isinstance(body, dict) else {}
        if not isinstance(given.get("cookies", ""), str):
            raise BadInput("Invalid cookies format", "cookies")
        reply = await (
            deps.calls.set_sealed_session(_sealed(given["sealed"])) if given.get("sealed") else _plain(deps, given.get("cookies"))
        )
        if reply.state == "ok":
            return {"success": True}
        return {
            "success": False,
            "state": reply.state,
            "message": reply.why or "The site does not accept this session; log in there again.",
        }

    @api.get("/key", responses=gives("The key that cookies may be sealed to, so that only nellis-proxy reads them", SealingKey))
    async def key() -> dict[str, Any]:
        """ECDH P-256, HKDF-SHA-256 (salt: the sender's point, info ``bidwright cookies 1``), AES-256-GCM with the key id as extra data."""
        found = await deps.calls.session_key()
        return {"success": True, "keyId": found.key_id, "publicKey": base64.b64encode(found.public_key).decode("ascii")}

    @api.post(
        "/validate",
        responses=gives("Whether the site accepts the session; never bids", Validated),
        openapi_extra=takes({"auctionId": {**LOT_ID, "type": ["string", "integer", "null"]}}),
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

    @api.get("/status", responses=gives("Whether the last check succeeded", SessionState))
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


async def _plain(deps: Deps, cookies: object) -> site_pb2.SessionReply:
    if not cookies:
        raise BadInput("Cookies are required", "cookies")
    if not isinstance(cookies, str) or len(cookies) < _LEAST or not cookies.isprintable():
        raise BadInput("Invalid cookies format", "cookies")
    if len(cookies) > _MOST:
        raise BadInput("Cookies string too long", "cookies")
    return await deps.calls.set_session(cookies)


def _sealed(given: object) -> site_pb2.SealedCookies:
    """The sealed cookies as they go on. Raises BadInput when a part is missing or is no base64."""
    fields = given if isinstance(given, dict) else {}
    key_id = fields.get("keyId")
    if not isinstance(key_id, str):
        raise BadInput("Sealed cookies need the id of the key they were sealed to", "sealed.keyId")
    parts: list[bytes] = []
    for part in _PARTS:
        text = fields.get(part)
        try:
            if not isinstance(text, str) or not text or len(text) > 2 * _MOST:
                raise ValueError(part)  # noqa: TRY301 - one answer for whatever is wrong with it
            parts.append(base64.b64decode(text, validate=True))
        except (ValueError, binascii.Error):
            raise BadInput(f"Sealed cookies need {part} in base64", f"sealed.{part}") from None
    return site_pb2.SealedCookies(key_id=key_id[:64], public_key=parts[0], nonce=parts[1], ciphertext=parts[2])
