"""`bidwright stop`, `resume` and `mode`: whether anything is bid at all, and whether it is real."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from bidwright_cli import output
from bidwright_cli.api import Api
from bidwright_cli.exits import Exit, Stop
from bidwright_cli.lots import HEADS, brief, row
from bidwright_cli.verbs.options import Json, Token, Url, api


def stop(
    why: Annotated[list[str] | None, typer.Argument(help="Why; shown wherever the halt is.", show_default=False)] = None,
    *,
    as_json: Json = False,
    url: Url = "",
    token: Token = "",
) -> None:
    """Halt all bidding at once. Bids that stand on the site cannot be pulled."""
    with api(url, token) as talk:
        answer = talk.post("/api/halt", {"why": " ".join(why or ["stopped by the owner"])})
        found = talk.get("/api/halt").get("standing", [])
    standing = [brief(auction) | {"amount": auction["amount"], "allInAmount": auction["allInAmount"]} for auction in found]
    if as_json:
        output.document(answer | {"standing": standing})
        return
    output.line("Halted: nothing more is bid until `bidwright resume`.")
    if standing:
        output.line("These bids stand on the site and cannot be pulled:")
        output.table(("Bid", "All-in", *HEADS), ((f"${lot['amount']}", f"${lot['allInAmount']:.2f}", *row(lot)) for lot in standing))


def resume(*, as_json: Json = False, url: Url = "", token: Token = "") -> None:
    """Let bidding go on after a halt."""
    with api(url, token) as talk:
        gen = talk.get("/api/halt")["gen"]
        answer = talk.post("/api/resume", {"gen": gen})  # a halt that came after we looked is not lifted
    if as_json:
        output.document(answer)
        return
    output.line("Bidding goes on.")
    for warning in answer.get("warnings", []):
        output.line(warning, wrap=True)


def mode(
    wanted: Annotated[str, typer.Argument(metavar="[dry-run|live]", help="Leave out to see which it is.")] = "",
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before going live.")] = False,
    accept_terms: Annotated[bool, typer.Option("--accept-terms", help="Say that the site's terms allow it; asked once per site.")] = False,
    as_json: Json = False,
    url: Url = "",
    token: Token = "",
) -> None:
    """Show or choose between dry run (nothing real is bid) and live."""
    if wanted not in ("", "dry-run", "live"):
        raise Stop(Exit.USAGE, f"{wanted!r} is no mode; there are dry-run and live.")
    can_ask = not as_json and sys.stdin.isatty()
    with api(url, token) as talk:
        if wanted == "live" and not yes and can_ask:
            output.line("Live means: every armed lot bids real money by itself, up to its cap and your limits.")
            output.line("`bidwright mode dry-run` takes it back at any time.")
            typer.confirm("Go live?", abort=True)
        accepted = {"acceptTerms": True} if accept_terms or (wanted == "live" and can_ask and _accepts(talk)) else {}
        answer = talk.post("/api/mode", {"mode": wanted, **accepted}) if wanted else talk.get("/api/mode")
    if as_json:
        output.document(answer)
        return
    output.line({"live": "Live: armed lots are bid on.", "dry-run": "Dry run: nothing real is bid."}[answer["mode"]])
    if warning := answer.get("warning"):
        output.line(warning)


def _accepts(talk: Api) -> bool:
    """Ask what is asked before the first time on the real site; False when nothing is."""
    terms = talk.get("/api/mode").get("terms") or {}
    if not terms.get("asked"):
        return False
    output.line("Not settled yet (`bidwright doctor --site` settles what reading can):")
    for point in terms["openPoints"]:
        output.line(f"  {point}", wrap=True)
    typer.confirm(terms["question"], abort=True)
    return True
