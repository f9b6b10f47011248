"""`bidwright watch …`: which lots are watched, up to what, and whether they may bid by themselves."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from bidwright_cli import output
from bidwright_cli.exits import Exit, Stop
from bidwright_cli.lots import HEADS, IMPORT_HEADS, brief, import_rows, number_of, row
from bidwright_cli.verbs.options import Json, Lot, Token, Url, api

verbs = typer.Typer(no_args_is_help=True, help="Watch lots, change what is wished for them, stop watching them.")

Cap = Annotated[int | None, typer.Option("--cap", help="The most to bid, in whole dollars of hammer price.", show_default=False)]
AllIn = Annotated[
    str | None,
    typer.Option("--all-in", help="The most to pay out the door, premium and tax included: dollars and cents.", show_default=False),
]
StrategyName = Annotated[str | None, typer.Option("--strategy", help="auto, sniping, manual, smart or a plugin's.", show_default=False)]
Arm = Annotated[bool | None, typer.Option("--arm/--no-arm", help="Whether the lot may bid by itself.", show_default=False)]
Snipe = Annotated[int | None, typer.Option("--snipe-seconds", help="How long before the close sniping bids.", show_default=False)]


@verbs.command()
def add(
    lot: Lot,
    *,
    cap: Cap = None,
    all_in: AllIn = None,
    strategy: Annotated[str, typer.Option("--strategy", help="auto, sniping, manual, smart or one of a plugin's.")] = "auto",
    arm: Annotated[bool, typer.Option("--arm/--no-arm", help="Whether the lot may bid by itself.")] = False,
    snipe_seconds: Snipe = None,
    as_json: Json = False,
    url: Url = "",
    token: Token = "",
) -> None:
    """Watch a lot. It bids by itself only with --arm, and never above --cap or --all-in: give one of them, or both."""
    number = number_of(lot)
    if cap is None and all_in is None:
        raise Stop(Exit.USAGE, "Say the most to pay: --cap (hammer price) or --all-in (with premium and tax), or both.")
    with api(url, token) as talk:
        answer = talk.post(f"/api/auctions/{number}/monitor", {"config": _config(cap, strategy, arm, snipe_seconds, all_in)})
    config = answer.get("config") or {}
    door = f" (${float(config['maxAllIn']):,.2f} all-in)" if config.get("maxAllIn") else ""
    _done(
        f"Watching lot {number} up to ${config.get('maxBid', cap)}{door}, {'armed' if arm else 'not armed'}.",
        number,
        answer,
        as_json=as_json,
    )


@verbs.command("list")
def list_(*, as_json: Json = False, url: Url = "", token: Token = "") -> None:
    """List the watched lots."""
    with api(url, token) as talk:
        lots = [brief(auction) for auction in talk.get("/api/auctions")["auctions"]]
    if as_json:
        output.document({"success": True, "lots": lots})
    elif lots:
        output.table(HEADS, map(row, lots))
    else:
        output.line("No lot is watched. Add one: bidwright watch add <number or address> --cap 40")


@verbs.command("set")
def set_(
    lot: Lot,
    *,
    cap: Cap = None,
    all_in: Annotated[
        str | None, typer.Option("--all-in", help="The most to pay out the door; none takes that limit away.", show_default=False)
    ] = None,
    strategy: StrategyName = None,
    arm: Arm = None,
    snipe_seconds: Snipe = None,
    as_json: Json = False,
    url: Url = "",
    token: Token = "",
) -> None:
    """Change what is wished for a watched lot; what is not named stays as it is."""
    number, config = number_of(lot), _config(cap, strategy, arm, snipe_seconds, all_in)
    if all_in == "none":
        config["maxAllIn"] = None
    if not config:
        raise Stop(Exit.USAGE, "Say what to change: --cap, --all-in, --strategy, --arm or --no-arm, --snipe-seconds.")
    if cap is not None and cap <= 0:
        raise Stop(Exit.USAGE, "--cap takes a whole number of dollars above 0.")  # the API would leave a 0 as it was
    with api(url, token) as talk:
        answer = talk.put(f"/api/auctions/{number}/config", {"config": config})
    _done(f"Lot {number} changed.", number, answer, as_json=as_json)


@verbs.command()
def remove(lot: Lot, *, as_json: Json = False, url: Url = "", token: Token = "") -> None:
    """Stop watching a lot. A bid that stands on the site cannot be pulled; it is followed to its end."""
    number = number_of(lot)
    with api(url, token) as talk:
        answer = talk.delete(f"/api/auctions/{number}/monitor")
    _done(f"Lot {number} is not watched any more.", number, answer, as_json=as_json)


@verbs.command("import")
def import_(
    *,
    cap: Annotated[
        int | None, typer.Option("--cap", help="The most to bid on each, in whole dollars; else the usual one.", show_default=False)
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be watched.")] = False,
    as_json: Json = False,
    url: Url = "",
    token: Token = "",
) -> None:
    """Watch what your account on the site bid on or marked. None of it is armed."""
    body = {"dryRun": dry_run, **({} if cap is None else {"maxBid": cap})}
    with api(url, token) as talk:
        answer = talk.post("/api/import", body)
    if as_json:
        output.document(answer)
        return
    if answer["lots"]:
        output.table(IMPORT_HEADS, import_rows(answer))
    cap_words = f"up to ${answer['maxBid']} each, none armed"
    done = f"would be watched {cap_words}; nothing was changed" if dry_run else f"now watched {cap_words}"
    output.line(f"{len(answer['added'])} of {answer['found']} {done}.", wrap=True)


def _config(
    cap: int | None,
    strategy: str | None,
    arm: bool | None,  # noqa: FBT001 - three states of one option
    snipe_seconds: int | None,
    all_in: str | None,
) -> dict[str, Any]:
    wishes = {"maxBid": cap, "maxAllIn": all_in, "strategy": strategy, "autoBid": arm, "snipeSeconds": snipe_seconds}
    return {key: value for key, value in wishes.items() if value is not None}


def _done(sentence: str, lot: str, answer: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        output.document({"success": True, "lot": lot, "config": answer.get("config")})
    else:
        output.line(sentence)
