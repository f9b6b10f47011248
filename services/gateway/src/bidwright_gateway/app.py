"""The web application, made of pieces that are handed in."""

from __future__ import annotations

from fastapi import FastAPI, Request, WebSocket
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from redis.exceptions import RedisError
from starlette.exceptions import HTTPException

from bidwright.errors import BadInput, BidwrightError, StoreDown, UpstreamBusy
from bidwright_gateway.answers import Answers
from bidwright_gateway.countersign import Countersign
from bidwright_gateway.deps import Deps
from bidwright_gateway.door import Door, Guards
from bidwright_gateway.errors import TooSoon, envelope, status_of
from bidwright_gateway.extra import add_extra
from bidwright_gateway.limits import Limit
from bidwright_gateway.openapi import completed
from bidwright_gateway.routes import ROUTERS
from bidwright_gateway.socket import Sockets
from bidwright_gateway.unchanged import Unchanged

_DESCRIPTION = "Watch lots and bid on them. Send the token as `Authorization: <token>` or `Authorization: Bearer <token>`."


def create_app(deps: Deps) -> FastAPI:
    """The application behind its door; it opens nothing itself."""
    app = FastAPI(
        title="Bidwright",
        version="0.1.0",
        description=_DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry={"tracing": False},
    )
    app.add_exception_handler(BidwrightError, _told)
    app.add_exception_handler(RedisError, _store_away)
    app.add_exception_handler(HTTPException, _plain)
    app.add_exception_handler(RequestValidationError, _invalid)
    for path in ("/api/auctions/clear", "/api/pairing/claim"):  # else their last part would be taken for an id
        app.add_api_route(path, _no_such_method, methods=["GET", "DELETE"], include_in_schema=False)
    for make in ROUTERS:  # including a router would make each of its routes a second time, when first asked for
        app.router.routes += make(deps).routes
    add_extra(app, deps.plugins, deps.house)
    sockets = Sockets(deps)

    @app.websocket("/ws")
    async def ws(socket: WebSocket) -> None:
        await sockets.serve(socket)

    app.openapi = completed(app)  # type: ignore[method-assign]  # FastAPI's own way to extend it
    secret = deps.settings.signing_secret.get_secret_value()
    countersign = Countersign(secret, deps.redis, deps.clock) if deps.settings.signing else None
    api = Limit(deps.settings.api_limit, deps.settings.api_window_ms, deps.clock)
    guards = Guards(
        deps.callers, deps.devices, deps.audit, countersign, api, deps.listing.forget, lambda: deps.board.away, deps.order_chain
    )
    app.add_middleware(Answers, once=deps.once, board=deps.board)
    app.add_middleware(Door, settings=deps.settings, guards=guards, clock=deps.clock, metrics=deps.metrics)  # the outermost is added last
    usual = not (deps.settings.signing or deps.settings.only_paired_extensions)
    app.middleware_stack = Unchanged(
        app.build_middleware_stack(),
        listing=deps.listing,
        limit=api,
        metrics=deps.metrics,
        usual=lambda: usual and not deps.order_chain.names,
    )
    return app


async def _told(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, BidwrightError)  # noqa: S101 - registered for exactly that
    headers = {"retry-after": str(max(1, round(error.retry_after)))} if isinstance(error, (TooSoon, UpstreamBusy)) else None
    return JSONResponse(envelope(error, reading=request.method == "GET"), status_of(error), headers)


async def _store_away(request: Request, error: Exception) -> JSONResponse:
    down = StoreDown(str(error))
    down.__cause__ = error
    return JSONResponse(envelope(down, reading=request.method == "GET"), status_of(down))


async def _plain(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for exactly that
    cannot = {"success": False, "error": f"Cannot {request.method} {request.url.path}"}
    if error.status_code == 404:  # noqa: PLR2004 - HTTP
        return JSONResponse({**cannot, "code": "NOT_FOUND"}, 404)
    if error.status_code == 405:  # noqa: PLR2004 - HTTP
        return JSONResponse({**cannot, "code": "METHOD_NOT_ALLOWED"}, 405, {"allow": ", ".join(_methods(request)) or "GET, HEAD"})
    return JSONResponse({"success": False, "error": str(error.detail), "code": "HTTP_ERROR"}, error.status_code, error.headers)


async def _no_such_method() -> None:
    raise HTTPException(405)


def _methods(request: Request) -> list[str]:
    """What the path of the request can be asked for; a path without parameters goes before one with."""
    path, told = request.url.path, [one for one in request.app.routes if isinstance(one, APIRoute) and one.include_in_schema]
    fitting = [one for one in told if one.path == path] or [one for one in told if one.path_regex.match(path)]
    return sorted({method for one in fitting for method in one.methods or ()})


async def _invalid(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for exactly that
    first = error.errors()[0]
    found = BadInput(str(first.get("msg", "Invalid request")), ".".join(str(part) for part in first.get("loc", ())[1:]))
    return JSONResponse(envelope(found), 400)
