"""Switches: halt, resume, dry run or live."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from bidwright.errors import BadInput, Conflict
from bidwright_gateway import clean
from bidwright_gateway.deps import Deps
from bidwright_gateway.report import service_report
from bidwright_gateway.routes.tools import Body, flavour, gives, takes


def router(deps: Deps) -> APIRouter:  # noqa: C901 - five short routes
    """Routes of the switches."""
    api = APIRouter(prefix="/api", tags=["switches"])

    async def state() -> dict[str, Any]:
        return service_report(deps.board, await deps.board.read_service())

    @api.get("/halt", responses=gives("Whether everything is stopped, and what stands on the site all the same"))
    async def halt_state(request: Request) -> dict[str, Any]:
        lots = [lot for lot in (await deps.board.read()).values() if not lot.final and (lot.exposure > 0 or lot.inflight)]
        now = await state()
        return {
            "success": True, "halted": now["halted"], "gen": now["gen"], "by": now["haltedBy"], "why": now["haltedWhy"],
            "standing": [deps.hub.auction(lot, flavour(request)) for lot in lots],
        }  # fmt: skip

    @api.post("/halt", responses=gives("Everything is stopped"), openapi_extra=takes({"why": {"type": "string"}}))
    async def halt(body: Body) -> dict[str, Any]:
        why = clean.text(body.get("why") if isinstance(body, dict) else "", 200) or "stopped by the owner"
        gen = await deps.transitions.halt("owner", why)
        return {"success": True, "halted": True, "gen": gen}

    @api.post("/resume", responses=gives("Bidding goes on"), openapi_extra=takes({"gen": {"type": "string"}}, ["gen"]))
    async def resume(body: Body) -> dict[str, Any]:
        gen = body.get("gen") if isinstance(body, dict) else None
        if isinstance(gen, bool) or not isinstance(gen, (str, int)) or not str(gen).isdecimal():
            raise BadInput(
                '"gen" is required: the number that GET /api/halt shows, so that nobody resumes a halt they have not seen.', "gen"
            )
        answer = await deps.transitions.resume("owner", str(gen))
        if answer.why == "stale":
            raise Conflict("Somebody changed it meanwhile; look at GET /api/halt and resume with its gen.")
        if not answer.ok:
            raise Conflict("The store was not initialised; start Bidwright again.")
        return {"success": True, "halted": False, "gen": answer.value}

    @api.get("/mode", responses=gives("dry-run or live"))
    async def mode() -> dict[str, Any]:
        return {"success": True, "mode": (await state())["mode"], "locked": deps.settings.mode == "dry-run"}

    @api.post("/mode", responses=gives("Changed"), openapi_extra=takes({"mode": {"enum": ["dry-run", "live"]}}, ["mode"]))
    async def set_mode(body: Body) -> dict[str, Any]:
        wanted = body.get("mode") if isinstance(body, dict) else None
        if wanted not in ("dry-run", "live"):
            raise BadInput('"mode" must be dry-run or live.', "mode")
        if wanted == "live" and deps.settings.mode == "dry-run":
            raise Conflict("The environment locks dry run (BIDWRIGHT_MODE=dry-run). Unset it and start again to go live.")
        answer = await deps.transitions.mode("owner", live=wanted == "live")
        if not answer.ok:
            raise Conflict("The store was not initialised; start Bidwright again.")
        reply: dict[str, Any] = {"success": True, "mode": wanted}
        if wanted == "dry-run" and deps.settings.mode == "live":
            reply["warning"] = "BIDWRIGHT_MODE=live is set: the next start goes live again."
        return reply

    return api
