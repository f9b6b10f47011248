"""Groups: lots of which N are wanted."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from bidwright.errors import BadInput
from bidwright_gateway.deps import Deps
from bidwright_gateway.grouping import Wanted, lot_ids, wish
from bidwright_gateway.paging import CursorText, LimitText, Page, WordsText, has_words, paged
from bidwright_gateway.replies.money import Groups, OneGroup
from bidwright_gateway.replies.people import Done
from bidwright_gateway.routes.tools import LOT_ID, Body, command, gives, takes

_LOTS: dict[str, Any] = {"type": "array", "items": LOT_ID, "uniqueItems": True, "description": "Watched lots, by number or address"}
GROUP: dict[str, Any] = {
    "name": {"type": "string", "minLength": 1, "pattern": "[A-Za-z0-9]", "maxLength": 60},
    "wanted": {"type": "integer", "minimum": 1, "maximum": 100},
    "over": {"type": "integer", "minimum": 0, "maximum": 100, "description": "How many more than wanted may be led at once, and so be won"},
    "lots": _LOTS,
}


def router(deps: Deps) -> APIRouter:
    """Routes of ``/api/groups``."""
    api = APIRouter(prefix="/api/groups", tags=["groups"])

    @api.get("", responses=gives("All groups, with what is won and led in each", Groups))
    async def groups(
        q: WordsText = "",
        lot: Annotated[str, Query(max_length=18, pattern="^[0-9]*$", description="Only the group of this lot")] = "",
        limit: LimitText = "",
        cursor: CursorText = "",
    ) -> dict[str, Any]:
        """By name."""
        page = Page.asked(limit, cursor)
        found = [group for group in await deps.grouping.all() if has_words(f"{group['name']} {group['id']}", q)]
        shown, following = page.cut([group for group in found if lot in ("", *group["lots"])], lambda group: [group["name"], group["id"]])
        return paged({"success": True, "groups": shown}, following, page)

    @api.post("", responses=gives("Made", OneGroup), openapi_extra=takes(GROUP, ["name", "wanted"]))
    async def add(request: Request, body: Body) -> dict[str, Any]:
        """A lot that was in another group leaves it."""
        return {"success": True, "group": await deps.grouping.add(wish(body), command(request, body))}

    @api.get("/{group_id}", responses=gives("The group", OneGroup))
    async def read(group_id: str) -> dict[str, Any]:
        return {"success": True, "group": await deps.grouping.one(group_id)}

    @api.put("/{group_id}", responses=gives("Changed; what is not named stays", OneGroup), openapi_extra=takes(GROUP))
    async def change(request: Request, group_id: str, body: Body) -> dict[str, Any]:
        return {"success": True, "group": await deps.grouping.change(group_id, wish(body), command(request, body))}

    @api.put(
        "/{group_id}/lots",
        responses=gives("These lots are in the group, no others", OneGroup),
        openapi_extra=takes({"lots": _LOTS}, ["lots"]),
    )
    async def set_lots(group_id: str, body: Body) -> dict[str, Any]:
        if not isinstance(body, dict) or "lots" not in body:
            raise BadInput('"lots" is required: the lots that shall be in the group.', "lots")
        return {"success": True, "group": await deps.grouping.change(group_id, Wanted(lots=lot_ids(body["lots"])))}

    @api.delete("/{group_id}", responses=gives("Dropped; its lots go on by themselves", Done))
    async def drop(group_id: str) -> dict[str, Any]:
        await deps.grouping.drop(group_id)
        return {"success": True}

    return api
