"""The audit: who changed what and when."""

from __future__ import annotations

import re
from typing import Any

from fastapi import APIRouter

from bidwright.errors import NotFound
from bidwright_gateway.deps import Deps
from bidwright_gateway.paging import CursorText, LimitText, Page, closed
from bidwright_gateway.replies.people import Audit
from bidwright_gateway.routes.tools import gives

_USUAL = 100
_ENTRY = re.compile(r"[0-9]{1,20}-[0-9]{1,20}")


def router(deps: Deps) -> APIRouter:
    """The route of the audit."""
    api = APIRouter(prefix="/api", tags=["house"])

    @api.get("/audit", responses=gives("Who changed what, the newest first; the newest 10 000 are kept", Audit))
    async def audit(limit: LimitText = "", cursor: CursorText = "") -> dict[str, Any]:
        """`by` is the owner or a device's name, `what` a method and a path; at most 100 unless `limit` says otherwise."""
        page = Page.asked(limit or str(_USUAL), cursor)
        before = str(page.after[0]) if page.after else ""
        if before and not _ENTRY.fullmatch(before):
            raise NotFound("This cursor belongs to another list; begin without one.")
        most = page.limit or _USUAL
        rows = await deps.audit.page(before, most)
        return {"success": True, "count": len(rows), "audit": rows, "next": closed([rows[-1]["id"]]) if len(rows) == most else None}

    return api
