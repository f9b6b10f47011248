"""The house: status, settings, toggles, breaker, queue, addresses."""

from __future__ import annotations

from contextlib import suppress
from importlib.metadata import version
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from bidwright.clock import from_ms
from bidwright.errors import BidwrightError
from bidwright_gateway.deps import Deps
from bidwright_gateway.health import rss_bytes
from bidwright_gateway.kept import read_kept
from bidwright_gateway.preferences import WrongSettings
from bidwright_gateway.replies.house import Breaker, Features, Queue, Status, Where
from bidwright_gateway.replies.money import Settings
from bidwright_gateway.report import breaker_report, service_report
from bidwright_gateway.routes.tools import Body, gives, takes

FEATURES: dict[str, tuple[float, bool, str]] = {
    "USE_POLLING_QUEUE": (3, True, "Lots are read by a due queue that looks more often as the close comes nearer"),
    "USE_CIRCUIT_BREAKER": (3, True, "Leaves a site that fails alone for a while"),
    "USE_STATE_MACHINE": (3, True, "The bid state machine; it cannot be off"),
    "ENABLE_PERFORMANCE_METRICS": (4, False, "Histograms of how long reads, looks and decisions take"),
    "ENABLE_DISTRIBUTED_TRACING": (4, False, "Trace ids in gRPC metadata and logs"),
    "USE_SSE": (4.5, False, "Live events of the site bring reads forward"),
    "USE_SMART_BIDDING": (5, False, "The smart strategy"),
    "USE_MINIMAL_POLLING": (5, False, "The sparse polling plan"),
}
"""Name -> phase, in force where the plugin that it switches is left out, sentence."""


SETTINGS: dict[str, Any] = {
    "general": {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "defaultMaxBid": {"type": "integer", "minimum": 1, "maximum": 10_000},
            "defaultStrategy": {"enum": ["increment", "sniping", "auto"]},
            "autoBidDefault": {"type": "boolean"},
        },
    },
    "bidding": {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "snipeTiming": {"type": "integer", "minimum": 1, "maximum": 30},
            "bidBuffer": {"type": "integer", "minimum": 0, "maximum": 100},
            "retryAttempts": {"type": "integer", "minimum": 1, "maximum": 10},
        },
    },
}


def router(deps: Deps) -> APIRouter:
    """Routes about the house itself."""
    api = APIRouter(prefix="/api", tags=["house"])

    @api.get("/status", responses=gives("Running", Status))
    async def status() -> dict[str, Any]:
        service = await deps.board.read_service()
        beats, kept = await deps.health.beats(), await read_kept(deps.redis)
        lots = deps.board.listed()
        rss = rss_bytes()
        memory = {"rss": rss, "heapTotal": rss, "heapUsed": rss, "external": 0, "arrayBuffers": 0}
        return {
            "success": True,
            "status": "running",
            "version": version("bidwright-gateway"),
            "monitoredAuctions": sum(not lot.final for lot in lots),
            "uptime": round(deps.health.uptime, 1),
            "memory": memory,
            "hotReload": True,
            "timestamp": deps.health.timestamp,
            "storage": {"type": "redis", "connected": deps.board.up, "healthy": deps.board.up},
            "storeComplaints": await deps.switches.unfit(),
            "store": kept.store,
            "backup": kept.backup,
            "service": service_report(deps.board, service),
            "site": {"address": deps.settings.site, "real": deps.settings.real, "simulated": deps.settings.simulated},
            "services": [
                {
                    "service": beat.service, "replica": beat.replica, "pid": beat.pid, "pssBytes": beat.pss_bytes,
                    "startedAt": beat.started_ms, "silentMs": beat.working_ms, "pluginProblems": beat.plugin_problems,
                    "unwell": beat.unwell, "release": beat.release,
                }
                for beat in beats or []
            ],
        }  # fmt: skip

    @api.get("/settings", responses=gives("All settings", Settings))
    async def read_settings() -> dict[str, Any]:
        return {"success": True, "settings": await deps.preferences.read(remembered=True)}

    @api.post(
        "/settings",
        response_model=None,
        responses=gives("Changed", Settings),
        openapi_extra=takes(SETTINGS, closed=True),
    )
    async def change_settings(body: Body) -> dict[str, Any] | JSONResponse:
        try:
            return {"success": True, "settings": await deps.preferences.change(body)}
        except WrongSettings as error:
            return JSONResponse({"success": False, "error": str(error), "details": error.details, "code": "VALIDATION_ERROR"}, 400)

    @api.get("/features", responses=gives("What is in force", Features))
    async def features() -> dict[str, Any]:
        found = _features(deps)
        with suppress(BidwrightError):  # nellis-proxy is away: as by default
            breaker_on = (await deps.calls.site_status()).breaker.enabled
            found["USE_CIRCUIT_BREAKER"]["enabled"] = breaker_on
        return {"success": True, "features": found, "phase": 3, "description": "What is really in force in this version"}

    @api.get("/circuit-breaker", responses=gives("The breaker's state", Breaker))
    async def breaker() -> dict[str, Any]:
        try:
            seen = await deps.calls.site_status()
        except BidwrightError as error:
            return {"success": True, "circuitBreaker": {"enabled": False, "message": str(error)}}
        return {"success": True, "circuitBreaker": breaker_report(seen)}

    @api.get("/polling-queue", responses=gives("What the poller has to do next", Queue))
    async def queue() -> dict[str, Any]:
        seen = await deps.calls.queue()
        now = int(deps.clock.now().timestamp() * 1000)
        items = [
            {"auctionId": i.lot_id, "nextPoll": from_ms(now + i.due_in_ms).isoformat(), "interval": max(0, i.due_in_ms)} for i in seen.items
        ]
        made = {"totalPolls": seen.total_polls, "queueSize": seen.queue_size, "avgPollTime": seen.avg_poll_ms, "errors": seen.errors}
        return {"success": True, "queue": {**made, "enabled": True, "items": items}}

    @api.get("/config", responses=gives("Where this gateway is", Where))
    async def config(request: Request) -> dict[str, Any]:
        secure = request.url.scheme == "https"
        host = request.headers.get("host", "")
        return {"backendUrl": f"http{'s' * secure}://{host}", "wsUrl": f"ws{'s' * secure}://{host}"}

    return api


def _features(deps: Deps) -> dict[str, dict[str, Any]]:
    """By name; what a toggle switches, as it stands."""
    toggles = deps.toggles.by_env
    return {
        name: {
            "name": name,
            "description": words,
            "enabled": deps.toggles.may_be_on(toggles[name]) if name in toggles else on,
            "phase": phase,
        }
        for name, (phase, on, words) in FEATURES.items()
    }
