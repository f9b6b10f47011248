"""The metrics as Prometheus reads them, and a port that serves nothing else: for containers, where the gateway has no public name."""

from __future__ import annotations

from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bidwright_gateway.deps import Deps
from bidwright_gateway.health import rss_bytes

SCORE = {"healthy": 1.0, "degraded": 0.5, "unhealthy": 0.0}
_TEXT = "text/plain; version=0.0.4; charset=utf-8"


async def exposition(deps: Deps) -> Response:
    """Everything that is measured here, as it stands now."""
    report = await deps.health.report(detailed=False)
    deps.metrics.health.set(SCORE[report["status"]])
    clients = sum(client.authenticated for client in deps.hub.clients)
    return Response(deps.metrics.text(clients, rss_bytes()), headers={"content-type": _TEXT})


def only_metrics(deps: Deps) -> ASGIApp:
    """An application that knows one path. It answers whatever name it is called by, so it must not face a network that people use."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        known = scope["path"] == "/metrics" and scope["method"] in ("GET", "HEAD")
        answer = await exposition(deps) if known else PlainTextResponse("Only GET /metrics is answered here.\n", 404)
        await answer(scope, receive, send)

    return app
