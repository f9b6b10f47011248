"""Notes: the owner's own words about a lot."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from bidwright_gateway import ids
from bidwright_gateway.deps import Deps
from bidwright_gateway.notes import LONGEST, Note, Notes
from bidwright_gateway.replies.own import NoteOfLot
from bidwright_gateway.routes.tools import Body, gives, takes


def router(deps: Deps) -> APIRouter:
    """Routes of ``/api/auctions/:id/note``."""
    api = APIRouter(prefix="/api/auctions", tags=["lots"])
    notes = Notes(deps.redis, deps.clock)

    @api.get("/{lot_id}/note", responses=gives("The owner's note; empty where there is none", NoteOfLot))
    async def read(lot_id: str) -> dict[str, Any]:
        return _shown(ids.lot_id(lot_id), await notes.of(lot_id))

    @api.put(
        "/{lot_id}/note",
        responses=gives("Kept; an empty text takes it away", NoteOfLot),
        openapi_extra=takes({"text": {"type": "string", "maxLength": LONGEST}}, ["text"]),
    )
    async def keep(lot_id: str, body: Body) -> dict[str, Any]:
        return _shown(ids.lot_id(lot_id), await notes.keep(lot_id, body.get("text")))

    return api


def _shown(lot_id: str, note: Note) -> dict[str, Any]:
    return {"success": True, "auctionId": lot_id, "note": {"text": note.text, "at": note.at or None}}
