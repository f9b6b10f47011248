"""Notifications: what the owner was told and what not, how it is to be told, and a trial of each channel."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from bidwright.runtime.notices.entries import Wanted
from bidwright_gateway.deps import Deps
from bidwright_gateway.noticeboard import Noticeboard
from bidwright_gateway.replies.people import ChannelTried, NoticeWishes, Notifications
from bidwright_gateway.routes.tools import Body, gives, takes

_MAYBE = ["object", "null"]
_TAKES = takes(
    {
        "rules": {
            "type": "array",
            "items": {"type": "object"},
            "description": "The first that fits a notice says which channels it goes to",
        },
        "quiet": {"type": _MAYBE, "description": "from, to, urgentToo"},
        "digest": {"type": _MAYBE, "description": "dailyAt or everyMinutes"},
        "escalation": {"type": _MAYBE, "description": "channels, afterMinutes, afterAttempts, urgentOnly"},
        "endingMinutes": {"type": "integer", "description": "Tell when a watched lot closes within so many minutes; 0: do not"},
        "timezone": {"type": "string"},
    }
)
_TRIES = takes({"channel": {"type": "string"}}, ["channel"])
State = Annotated[str, Query(description="open (pending or held), or one of the states")]
Limit = Annotated[int, Query(ge=1, le=200)]


def router(deps: Deps) -> APIRouter:
    """Routes of ``/api/notifications``."""
    api = APIRouter(prefix="/api/notifications", tags=["notifications"])
    board = Noticeboard(deps.redis, deps.clock, deps.settings.zone)

    @api.get("", responses=gives("The outbox, newest first, and how the channels fare", Notifications))
    async def notifications(
        state: State = "", kind: str = "", channel: str = "", lot: str = "", limit: Limit = 50, after: str = ""
    ) -> dict[str, Any]:
        """`next` is where the next page begins (`after`), null at the end. `counts` are of the whole outbox, `problems` of its setup."""
        return {"success": True, **await board.page(Wanted(state, kind, channel, lot), limit, after)}

    @api.get("/settings", responses=gives("How the owner is told", NoticeWishes))
    async def settings() -> dict[str, Any]:
        """`problems` are sentences about what cannot be followed; such notices go to the channels there are."""
        return {"success": True, **await board.settings()}

    @api.put("/settings", responses=gives("Changed; parts that are not named stay, null takes away", NoticeWishes), openapi_extra=_TAKES)
    async def change(body: Body) -> dict[str, Any]:
        """In force within a second; what is held back is sorted anew. A channel that no notifier has is refused."""
        return {"success": True, **await board.change(body)}

    @api.post("/test", responses=gives("Tried; `delivered` says how it ended, `why` the reason", ChannelTried), openapi_extra=_TRIES)
    async def test(body: Body) -> dict[str, Any]:
        """A notice of kind `test` goes through this channel at once, past rules and quiet hours; it is not tried again."""
        return {"success": True, **await board.test(body.get("channel") if isinstance(body, dict) else None)}

    return api
