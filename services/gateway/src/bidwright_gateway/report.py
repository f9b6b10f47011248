"""Switches, session and money in one report, for ``/api/status`` and for our page."""

from __future__ import annotations

from typing import Any

from bidwright_gateway.board import Board, Service
from bidwright_gateway.shape import iso, number


def service_report(board: Board, service: Service | None = None) -> dict[str, Any]:
    """Mode, halt, session, exposure and budget (all-in dollars) as they are known now."""
    now = service or board.service
    mode = "live" if now.live else "dry"
    booked = number(now.total.get(mode))
    limit = now.total.get("limit")
    return {
        "mode": "live" if now.live else "dry-run",
        "halted": now.halted,
        "haltedWhy": now.kill.get("why", ""),
        "haltedBy": now.kill.get("by", ""),
        "gen": now.kill.get("gen", "0"),
        "session": now.session.get("state", "missing"),
        "sessionWhy": now.session.get("why", ""),
        "sessionCheckedAt": iso(number(now.session.get("checked_at"))),
        "exposure": booked / 100,
        "budget": number(limit) / 100 if limit and limit != "none" else None,
        "storeUp": board.up,
        "ageSeconds": round(board.age_s, 1),
    }
