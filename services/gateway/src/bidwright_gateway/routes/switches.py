"""Switches: halt, resume, dry run or live."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from bidwright.errors import BadInput
from bidwright_gateway.deps import Deps
from bidwright_gateway.errors import TermsAsked, envelope, status_of
from bidwright_gateway.replies.house import Halted, HaltState, ModeSet, ModeState, Resumed
from bidwright_gateway.report import service_report
from bidwright_gateway.routes.tools import AnyBody, Body, flavour, gives, owner, takes
from bidwright_gateway.switches import standing

_GEN: dict[str, Any] = {"gen": {"type": ["string", "integer"], "pattern": "^[0-9]{1,15}$", "minimum": 0}}
_MODE: dict[str, Any] = {"mode": {"enum": ["dry-run", "live"]}, "acceptTerms": {"type": "boolean"}}


def router(deps: Deps) -> APIRouter:
    """Routes of the switches."""
    api = APIRouter(prefix="/api", tags=["switches"])

    async def state() -> dict[str, Any]:
        return service_report(deps.board, await deps.board.read_service())

    @api.get("/halt", responses=gives("Whether everything is stopped, and what stands on the site all the same", HaltState))
    async def halt_state(request: Request) -> dict[str, Any]:
        lots = [lot for lot in (await deps.board.read()).values() if not lot.final and (lot.exposure > 0 or lot.inflight)]
        now = await state()
        return {
            "success": True, "halted": now["halted"], "gen": now["gen"], "by": now["haltedBy"], "why": now["haltedWhy"],
            "here": await deps.switches.halts_here(),
            "standing": [{**deps.hub.auction(lot, flavour(request)), **standing(lot)} for lot in lots],
            "standingAllIn": sum(lot.booked for lot in lots if lot.mode == "live") / 100,
        }  # fmt: skip

    @api.post("/halt", responses=gives("Everything is stopped", Halted), openapi_extra=takes({"why": {}}, any_kind=True))
    async def halt(body: AnyBody) -> dict[str, Any]:
        gen = await deps.switches.halt(body.get("why") if isinstance(body, dict) else "")
        return {"success": True, "halted": True, "gen": gen}

    @api.post(
        "/resume",
        responses=gives("Bidding goes on", Resumed),
        openapi_extra=takes(_GEN, ["gen"]),
    )
    async def resume(body: Body) -> dict[str, Any]:
        return {"success": True, **await deps.switches.resume(body.get("gen") if isinstance(body, dict) else None)}

    @api.get("/mode", responses=gives("dry-run or live; terms: what is asked before going live for the first time", ModeState))
    async def mode() -> dict[str, Any]:
        terms = await deps.switches.terms()
        return {"success": True, "mode": (await state())["mode"], "locked": deps.settings.mode == "dry-run", "terms": terms}

    @api.post("/mode", response_model=None, responses=gives("Changed", ModeSet), openapi_extra=takes(_MODE, ["mode"]))
    async def set_mode(request: Request, body: Body) -> dict[str, Any] | JSONResponse:
        given = body if isinstance(body, dict) else {}
        if not isinstance(given.get("acceptTerms", False), bool):
            raise BadInput('"acceptTerms" must be true or false.', "acceptTerms")
        if given.get("mode") == "live":
            owner(request)
        try:
            return {"success": True, **await deps.switches.set_mode(given.get("mode"), accept_terms=given.get("acceptTerms") is True)}
        except TermsAsked as asked:
            return JSONResponse({**envelope(asked), "terms": await deps.switches.terms()}, status_of(asked))

    return api
