"""Extra routes: those that plugins add, each plugin's under an address of its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from bidwright import Overview
from bidwright.errors import PluginError
from bidwright.plugins import Plugins, where
from bidwright.runtime.logging import get_logger
from bidwright_gateway.dress import EXTRA
from bidwright_gateway.routes.tools import ERRORS

log = get_logger(__name__)
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,60}")


def add_extra(app: FastAPI, plugins: Plugins, around: Overview) -> None:
    """Ask every plugin for its routes. One that cannot be used adds none, and is noted among the plugins' problems."""
    for name, ask in plugins.implementations("register_routes"):
        try:
            router = _routes(name, ask, around)
            _include(FastAPI(telemetry={"tracing": False}), name, router).openapi()  # what cannot be described would spoil the page of all
        except PluginError as error:
            plugins.problems.append(error)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a plugin raises is its own fault, never ours
            plugins.problems.append(PluginError(name, where(error)))
        else:
            _include(app, name, router)


def _routes(name: str, ask: Callable[..., Any], around: Overview) -> APIRouter:
    """What the plugin adds, on a router that it holds no more: a route added later, unseen by us, leads nowhere."""
    if not _NAME.fullmatch(name):
        raise PluginError(name, "its name cannot stand in an address: use small letters, digits and dashes")
    api = APIRouter()
    ask(api=api, around=around)
    for route in api.routes:
        if type(route) is not APIRoute:
            raise PluginError(
                name, f"it adds {route!r}, which is no HTTP operation: use api.get, api.post and the like on what it was handed"
            )
        if route.path and not route.path.startswith("/"):
            raise PluginError(name, f"the path {route.path!r} must begin with a slash")
        route.include_in_schema = True
    return APIRouter(routes=list(api.routes))


def _include(app: FastAPI, name: str, router: APIRouter) -> FastAPI:
    app.include_router(router, prefix=f"{EXTRA}/{name}", tags=[name], responses=ERRORS)
    return app
