"""Saved searches: kept, changed, dropped; the gateway looks for them by itself."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from bidwright_gateway.deps import Deps
from bidwright_gateway.replies.own import OneSearch, SavedSearches
from bidwright_gateway.replies.people import Done
from bidwright_gateway.routes.tools import Body, gives, takes

_NAME: dict[str, Any] = {"type": "string", "maxLength": 100, "description": "Else what is looked for"}
_NOTIFY: dict[str, Any] = {"type": "boolean", "description": "Tell when it finds something new; it does unless false"}
_TEXT: dict[str, Any] = {"type": "string", "maxLength": 100}
_SEARCH: dict[str, Any] = {"name": _NAME, "q": _TEXT, "location": _TEXT, "notify": _NOTIFY}


def router(deps: Deps) -> APIRouter:
    """Routes of ``/api/searches``."""
    api = APIRouter(prefix="/api/searches", tags=["finding"])

    @api.get("", responses=gives("Saved searches, by name; `fresh` are the lots that were new when it last found some", SavedSearches))
    async def searches() -> dict[str, Any]:
        """Each is one request to the site's index every quarter of an hour."""
        return {"success": True, "searches": await deps.searches.all()}

    @api.post("", responses=gives("Kept, and looked for once", OneSearch), openapi_extra=takes(_SEARCH, any_of=("q", "location")))
    async def add(body: Body) -> dict[str, Any]:
        """At most 20."""
        return {"success": True, "search": await deps.searches.add(body)}

    @api.put("/{search}", responses=gives("Changed", OneSearch), openapi_extra=takes({"name": _NAME, "notify": _NOTIFY}))
    async def change(search: str, body: Body) -> dict[str, Any]:
        return {"success": True, "search": await deps.searches.change(search, body)}

    @api.delete("/{search}", responses=gives("Dropped", Done))
    async def drop(search: str) -> dict[str, Any]:
        await deps.searches.drop(search)
        return {"success": True}

    return api
