"""The site: how it stands with it, and what a probe has settled."""

from __future__ import annotations

from typing import Any

import msgspec
from fastapi import APIRouter
from redis.exceptions import RedisError

from bidwright.errors import BidwrightError
from bidwright_gateway import clean, ids, terms
from bidwright_gateway.deps import Deps
from bidwright_gateway.replies.house import Probed, Site
from bidwright_gateway.routes.tools import LOT_ID, Body, gives, takes
from bidwright_gateway.shape import iso
from bidwright_proto.v1 import site_pb2


def router(deps: Deps) -> APIRouter:
    """Routes about the site."""
    api = APIRouter(prefix="/api/site", tags=["site"])

    @api.get("", responses=gives("How it stands with the site, and what the last probe settled", Site))
    async def site() -> dict[str, Any]:
        settings = deps.settings
        made: dict[str, Any] = {
            "success": True,
            "site": {"address": settings.site, "real": settings.real, "simulated": settings.simulated},
            "status": None,
            "probe": await _last_probe(deps),
            "openPoints": list(terms.OPEN_POINTS),
        }
        try:
            return {**made, "status": _status(await deps.calls.site_status())}
        except BidwrightError as error:
            return {**made, "error": str(error)}

    @api.post(
        "/probe",
        responses=gives("What could be settled by reading, slowly; nothing is bid", Probed),
        openapi_extra=takes(
            {"lot": {**LOT_ID, "type": ["string", "integer", "null"], "description": "An open lot; else one that is watched"}}
        ),
    )
    async def probe(body: Body) -> dict[str, Any]:
        wanted = body.get("lot") if isinstance(body, dict) else None
        lot_id = ids.lot_id(wanted) if wanted is not None else _some_lot(deps)
        reply = await deps.calls.probe(lot_id)
        found = [{"name": f.name, "state": f.state, "sentence": f.sentence} for f in reply.findings]
        return {"success": True, "probe": _shown({"at": reply.at_ms, "lot": reply.lot_id, "findings": found})}

    return api


def _status(seen: site_pb2.GetStatusReply) -> dict[str, Any]:
    return {
        "session": seen.session_state,
        "breaker": seen.breaker_state or "closed",
        "format": seen.format_state or "ok",
        "formatWhy": clean.text(seen.format_why, 300),
        "requestsPerSecond": seen.requests_per_second,
        "blockedUntil": iso(seen.blocked_until_ms),
        "clockWidthMs": round(seen.clock_width_ms, 1) if seen.clock_width_ms >= 0 else None,
        "clockTrusted": seen.clock_trusted,
        "lastWay": seen.last_way,
        "liveStreams": seen.live_streams,
    }


def _some_lot(deps: Deps) -> str:
    """An open lot that is watched, the one that closes last; empty when there is none."""
    lots = [lot for lot in deps.board.listed() if not lot.final and lot.status == "open"]
    return max(lots, key=lambda lot: lot.close).id if lots else ""


async def _last_probe(deps: Deps) -> dict[str, Any] | None:
    redis: Any = deps.redis
    try:
        text = await redis.get(f"{deps.records.prefix}probe")
        return _shown(msgspec.json.decode(text, type=dict[str, Any])) if text else None
    except (RedisError, msgspec.DecodeError, msgspec.ValidationError, KeyError, TypeError):
        return None  # the probe can be made again


def _shown(kept: dict[str, Any]) -> dict[str, Any]:
    found = [{"name": f["name"], "state": f["state"], "sentence": clean.text(f["sentence"], 500)} for f in kept["findings"]]
    return {"at": iso(kept["at"]), "lot": kept["lot"] or None, "findings": found}
