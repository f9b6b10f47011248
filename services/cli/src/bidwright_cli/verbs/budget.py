"""`bidwright budget …`: how much may be spent in total, by day, by week and by group."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from bidwright_cli import output
from bidwright_cli.verbs.options import Json, Token, Url, api

verbs = typer.Typer(help="Show and set budgets; amounts are all-in dollars.", invoke_without_command=True)
_USUAL = {"day": "/api/budgets/default/day", "week": "/api/budgets/default/week"}
HEADS = ("Scope", "Limit", "Used", "On paper", "Free", "Lots")


@verbs.callback()
def show(context: typer.Context) -> None:
    """List the budgets when nothing else is said."""
    if context.invoked_subcommand is None:
        list_()


@verbs.command("list")
def list_(*, as_json: Json = False, url: Url = "", token: Token = "") -> None:
    """List every budget: its limit, what is used of it live and on paper, and what is free."""
    with api(url, token) as talk:
        answer = talk.get("/api/budgets")
    if as_json:
        output.document(answer)
        return
    output.table(HEADS, map(row, answer["budgets"]))
    usual = ", ".join(f"{kind} {_dollars(limit)}" for kind, limit in answer["default"].items())
    output.line(f"New days and weeks begin with: {usual}.")


@verbs.command("set")
def set_(
    scope: Annotated[
        str, typer.Argument(help="total, day:2026-11-23, week:2026-W48, group:drills; day or week for all new ones.", show_default=False)
    ],
    dollars: Annotated[str, typer.Argument(help="The limit, all-in dollars, or none.", show_default=False)],
    *,
    as_json: Json = False,
    url: Url = "",
    token: Token = "",
) -> None:
    """Set a budget's limit. One below what is used already is taken: then nothing more is bid there."""
    with api(url, token) as talk:
        answer = talk.put(_USUAL.get(scope, f"/api/budgets/{scope}"), {"limit": limit_of(dollars)})
    if as_json:
        output.document(answer)
        return
    new = "each new " if scope in _USUAL else ""
    output.line(f"The budget of {new}{scope} is {_dollars(answer['limit'])} now.")
    if warning := answer.get("warning"):
        output.line(warning, wrap=True)


def limit_of(text: str) -> str | None:
    """The limit as the API takes it: dollars as typed, or None for "none"."""
    return None if text.strip().lower() == "none" else text.strip().removeprefix("$").replace(",", "")


def row(budget: dict[str, Any]) -> tuple[str, ...]:
    """A budget of the API as a row of a table."""
    free = budget["free"]["live"] if budget["free"] else None
    return (
        budget["scope"], _dollars(budget["limit"]), f"${budget['live']:,.2f}", f"${budget['dryRun']:,.2f}",
        "" if free is None else f"${free:,.2f}", str(len(budget["lots"])),
    )  # fmt: skip


def _dollars(amount: float | None) -> str:
    return "none" if amount is None else f"${amount:,.2f}"
