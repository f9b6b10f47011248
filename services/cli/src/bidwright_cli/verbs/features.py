"""`bidwright features list|set|reset|audit|outcomes`: the switches, who threw them, and what an experiment came to."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from bidwright_cli import output
from bidwright_cli.exits import Exit, Stop
from bidwright_cli.verbs.options import Json, Token, Url, api

verbs = typer.Typer(help="See and throw the switches (toggles); each works within a second.", no_args_is_help=True)
WHO = "cli"
HEADS = ("Switch", "Value", "Why", "Review", "Does")
AUDIT_HEADS = ("When", "Who", "Switch", "Was", "Is", "Why")
OUTCOME_HEADS = ("Variant", "Lots", "Won", "Surplus per lot", "95 of 100 times within", "Against the first")
Name = Annotated[str, typer.Argument(help="Its name or its variable: polling_queue or USE_POLLING_QUEUE.", show_default=False)]
Why = Annotated[str, typer.Option("--why", help="Kept in the audit.")]


@verbs.command("list")
def list_(
    lot: Annotated[str, typer.Option("--lot", help="As they stand for this lot.")] = "",
    *,
    as_json: Json = False,
    url: Url = "",
    token: Token = "",
) -> None:
    """List every switch with its value, the reason for it, and what is wrong with it."""
    with api(url, token) as talk:
        answer = talk.get("/api/toggles", **({"lot": lot} if lot else {}))
    if as_json:
        output.document(answer)
        return
    output.table(HEADS, map(_row, answer["toggles"]))
    for one in answer["toggles"]:
        for warning in one["warnings"]:
            output.line(f"{one['name']}: {warning}", wrap=True)


@verbs.command("set")
def set_(
    name: Name,
    value: Annotated[str, typer.Argument(help="on, off, 25%, a variant, control:90,challenger:10; each may be: … for strategy=sniping.")],
    *,
    why: Why = "",
    worse_by: Annotated[str, typer.Option("--worse-by", help="Roll an experiment back when it has so many dollars less per lot.")] = "",
    lots: Annotated[int, typer.Option("--lots", help="… over so many lots of each variant.", min=0)] = 0,
    as_json: Json = False,
    url: Url = "",
    token: Token = "",
) -> None:
    """Throw a switch."""
    if bool(worse_by) != bool(lots):
        raise Stop(Exit.USAGE, "--worse-by and --lots go together: roll back when so much worse over so many lots.")
    rule = {"rollback": {"worseBy": worse_by.lstrip("$"), "lots": lots}} if lots else {}
    with api(url, token) as talk:
        answer = talk.put(f"/api/toggles/{name}", {"value": value, "why": why, "who": WHO, **rule})
    _said(answer, as_json=as_json)


@verbs.command("reset")
def reset(name: Name, *, why: Why = "", as_json: Json = False, url: Url = "", token: Token = "") -> None:
    """Take the live value away: the environment holds again, or the default."""
    with api(url, token) as talk:
        answer = talk.delete(f"/api/toggles/{name}", {"why": why, "who": WHO})
    _said(answer, as_json=as_json)


@verbs.command("audit")
def audit(
    name: Annotated[str, typer.Argument(help="Only this switch.", show_default=False)] = "",
    *,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="How many entries.")] = 20,
    as_json: Json = False,
    url: Url = "",
    token: Token = "",
) -> None:
    """Show who threw which switch, when and why, the newest first; what was set in Redis by hand is by `redis`."""
    with api(url, token) as talk:
        answer = talk.get("/api/toggles/audit", limit=limit, **({"name": name} if name else {}))
    if as_json:
        output.document(answer)
        return
    rows = [(one["at"] or "", one["who"], one["name"], one["old"] or "-", one["new"] or "-", one["why"]) for one in answer["audit"]]
    output.table(AUDIT_HEADS, rows)


@verbs.command("outcomes")
def outcomes(name: Name, *, as_json: Json = False, url: Url = "", token: Token = "") -> None:
    """Show what each variant of an experiment came to since its value was last set."""
    with api(url, token) as talk:
        answer = talk.get(f"/api/toggles/{name}/outcomes")
    if as_json:
        output.document(answer)
        return
    output.table(OUTCOME_HEADS, map(_outcome, answer["outcomes"]))
    if answer["mixed"]:
        output.line(f"{answer['mixed']} lots were under several variants and count for none.")


def _said(answer: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        output.document(answer)
        return
    one = answer["toggle"]
    output.line(f"{one['name']} is {_value(one)} ({one['reason']}).")
    for warning in one["warnings"]:
        output.line(warning, wrap=True)


def _value(one: dict[str, Any]) -> str:
    return f"{one['value']}, for some lots {one['live'] or one['environment']}" if one["forSomeLots"] else str(one["value"])


def _row(one: dict[str, Any]) -> tuple[str, ...]:
    review = f"{one['review'] or ''}{' (due)' if one['stale'] else ''}"
    return one["name"], _value(one), "locked" if one["locked"] else one["reason"], review, one["description"]


def _outcome(row: dict[str, Any]) -> tuple[str, ...]:
    against = row.get("againstFirst") or {}
    apart = f"{_dollars(against['surplusPerLot'])} {_within(against['interval'])}".strip() if against else ""
    return row["variant"], str(row["lots"]), str(row["won"]), _dollars(row["surplusPerLot"]), _within(row["interval"]), apart


def _dollars(amount: float) -> str:
    return f"{'-' if amount < 0 else ''}${abs(amount):.2f}"


def _within(interval: list[float] | None) -> str:
    return f"{_dollars(interval[0])} to {_dollars(interval[1])}" if interval else ""
