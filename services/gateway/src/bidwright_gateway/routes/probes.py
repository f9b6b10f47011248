"""Probes: health and metrics. No token: a prober has none, and nothing here is secret."""

from __future__ import annotations

import os
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from bidwright_gateway.deps import Deps
from bidwright_gateway.replies.probes import Alive, HealthHistory, HealthReport, Ready
from bidwright_gateway.routes.tools import gives
from bidwright_gateway.scrape import SCORE, exposition


def router(deps: Deps) -> APIRouter:
    """Routes of ``/health`` and ``/metrics``."""
    api = APIRouter(tags=["probes"])

    @api.get("/health", responses=gives("Healthy or degraded", HealthReport))
    async def health(detailed: str = "") -> JSONResponse:
        body = await deps.health.report(detailed=detailed == "true")
        deps.metrics.health.set(SCORE[body["status"]])
        return JSONResponse(body, 503 if body["status"] == "unhealthy" else 200)

    @api.get("/health/live", responses=gives("This process answers", Alive))
    async def live() -> dict[str, Any]:
        return {"alive": True, "timestamp": deps.health.timestamp, "pid": os.getpid(), "uptime": round(deps.health.uptime, 1)}

    @api.get("/health/ready", responses=gives("Redis answers and the lots are known", Ready))
    async def ready() -> JSONResponse:
        ok = deps.board.up and deps.board.loaded
        body = {"ready": ok, "timestamp": deps.health.timestamp, "checks": 2}
        if not ok:
            body["why"] = "Redis does not answer, or was not initialised yet; it is tried again by itself."
        return JSONResponse(body, 200 if ok else 503)

    @api.get("/health/history", responses=gives("The newest reports", HealthHistory))
    async def history(limit: str = "10") -> dict[str, Any]:
        most = int(limit[:4]) if limit.isascii() and limit.isdecimal() else 10
        found = list(deps.health.history)[-most:][::-1] if most else []
        return {"history": found, "count": len(found)}

    @api.get("/metrics", responses={200: {"description": "Prometheus text", "content": {"text/plain": {"schema": {"type": "string"}}}}})
    async def metrics() -> Response:
        return await exposition(deps)

    return api
