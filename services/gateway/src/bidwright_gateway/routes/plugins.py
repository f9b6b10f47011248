"""Plugins: what is loaded, what is wrong with it, and whether it may bid real money."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from fastapi import APIRouter

from bidwright.errors import BadInput, BidwrightError, Conflict, NotFound
from bidwright.plugins import BUILT_INS
from bidwright.versions import DROPIN
from bidwright_gateway.deps import Deps
from bidwright_gateway.replies.plugins import Disabled, Enabled, Plugins
from bidwright_gateway.routes.tools import OWNERS, Body, gives, takes
from bidwright_proto.v1 import bidder_pb2

_BY = "owner"


def router(deps: Deps) -> APIRouter:
    """The routes of plugins."""
    api = APIRouter(prefix="/api/plugins", tags=["plugins"])

    @api.get("", responses=gives("Every plugin that the bidder knows, those that are wrong too", Plugins))
    async def plugins() -> dict[str, Any]:
        return {"success": True, "plugins": [shown(plugin) for plugin in await deps.calls.plugins()]}

    @api.post(
        "/{name}/enable",
        dependencies=OWNERS,
        responses=gives("This version is used, also for real money; a quarantine or disabling is lifted", Enabled),
        openapi_extra=takes({"sha": {"type": "string", "description": "The version that was looked at; else the one that runs now"}}),
    )
    async def enable(name: str, body: Body) -> dict[str, Any]:
        plugins = {plugin.name: plugin for plugin in await deps.calls.plugins()}
        name = _resolved(name, plugins)
        found = plugins[name]
        wanted = body.get("sha") if isinstance(body, dict) else None
        if wanted is not None and not (isinstance(wanted, str) and wanted and found.sha.startswith(wanted)):
            raise Conflict(f"Another version of {name} runs now ({found.sha[:12] or 'none'}); look at it and enable that one.")
        answer = await deps.transitions.plugin("live", name, by=_BY, value=found.sha)
        if not answer.ok:
            raise Conflict(f"Another version of {name} came this moment; look at it and enable that one.")
        return {"success": True, "name": name, "sha": found.sha, "problem": found.problem}

    @api.post(
        "/{name}/disable",
        responses=gives("It is not asked any more, whatever its version; its lots hold", Disabled),
        openapi_extra=takes({"why": {"type": "string"}}),
    )
    async def disable(name: str, body: Body) -> dict[str, Any]:
        try:
            known = {plugin.name for plugin in await deps.calls.plugins()}
        except BidwrightError:  # what is broken must be possible to disable while the bidder is away
            known = set()
        name = _resolved(name, known | {str(word) for word in await deps.redis.smembers(f"{deps.transitions.prefix}plugins")})
        why = body.get("why") if isinstance(body, dict) else None
        if why is not None and not isinstance(why, str):
            raise BadInput("why is a text", "why")
        await deps.transitions.plugin("off", name, by=_BY, value=(why or "").strip()[:200] or "by the owner")
        return {"success": True, "name": name}

    return api


def _resolved(name: str, known: Collection[str]) -> str:
    """The whole name of a plugin that is not built in: *name*, or a drop-in's without what stands before and behind it."""
    for whole in (name, f"{DROPIN}{name}", f"{DROPIN}{name}.py"):
        if whole in known:
            _foreign(whole)
            return whole
    _foreign(name)
    raise NotFound(f"There is no plugin {name!r}; `bidwright plugin list` shows those there are.")


def _foreign(name: str) -> None:
    if name in BUILT_INS:
        raise Conflict(
            f"{name} is built in and needs no enabling. BIDWRIGHT_PLUGINS_DISABLE={name} and a restart leave it out; a toggle is quicker."
        )


def shown(plugin: bidder_pb2.Plugin) -> dict[str, Any]:
    """
    A plugin as clients see it. *state*: running; previous (the code as it is now is refused, an older version goes on); refused;
    quarantine; disabled.
    """
    if plugin.off:
        state = "disabled"
    elif plugin.quarantine:
        state = "quarantine"
    elif plugin.door == "built-in" or plugin.sha:
        state = "previous" if plugin.problem else "running"
    else:
        state = "refused" if plugin.problem else "running"
    return {
        "name": plugin.name,
        "door": plugin.door,
        "state": state,
        "sha": plugin.sha,
        "place": plugin.place,
        "strategies": list(plugin.strategies),
        "hooks": list(plugin.hooks),
        "problem": plugin.problem,
        "disabled": plugin.off,
        "quarantine": plugin.quarantine,
        "realMoney": plugin.live,
    }
