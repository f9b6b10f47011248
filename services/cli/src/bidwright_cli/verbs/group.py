"""`bidwright group …`: lots of which a few are wanted, such as one of these four."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from bidwright_cli import output
from bidwright_cli.exits import Exit, Stop
from bidwright_cli.lots import number_of
from bidwright_cli.verbs.options import Json, Token, Url, api

verbs = typer.Typer(no_args_is_help=True, help="Group lots of which you want only some.")
HEADS = ("Group", "Want", "Won", "Led", "Name", "Lots")
Group = Annotated[str, typer.Argument(help="The group as `group list` names it.", show_default=False)]
Over = Annotated[int | None, typer.Option("--over", help="How many more than wanted may be led at once.", show_default=False)]


@verbs.command()
def add(
    name: Annotated[str, typer.Argument(help="What it is called.", show_default=False)],
    lots: Annotated[list[str], typer.Argument(help="Watched lots, by number or address.", show_default=False)],
    *,
    wanted: Annotated[int, typer.Option("--want", help="How many of them you want.")] = 1,
    over: Over = None,
    as_json: Json = False,
    url: Url = "",
    token: Token = "",
) -> None:
    """Want only some of these lots; the best buys go first, and what is won ends the rest."""
    numbers = [number_of(lot) for lot in lots]
    body = {"name": name, "wanted": wanted, "lots": numbers, **({} if over is None else {"over": over})}
    with api(url, token) as talk:
        answer = talk.post("/api/groups", body)
    group = answer["group"]
    _done(f"Group {group['id']}: {group['wanted']} of {len(group['lots'])} lots wanted.", answer, as_json=as_json)


@verbs.command("list")
def list_(*, as_json: Json = False, url: Url = "", token: Token = "") -> None:
    """List the groups with what is won and led in each."""
    with api(url, token) as talk:
        answer = talk.get("/api/groups")
    if as_json:
        output.document(answer)
    elif answer["groups"]:
        output.table(HEADS, map(row, answer["groups"]))
    else:
        output.line("There is no group. Make one: bidwright group add Drills 70012345 70012346 --want 1")


@verbs.command("set")
def set_(
    group: Group,
    lots: Annotated[
        list[str] | None, typer.Argument(help="The lots it shall have, no others; leave out to keep them.", show_default=False)
    ] = None,
    *,
    wanted: Annotated[int | None, typer.Option("--want", help="How many of them you want.", show_default=False)] = None,
    over: Over = None,
    as_json: Json = False,
    url: Url = "",
    token: Token = "",
) -> None:
    """Change a group; what is not named stays as it is."""
    given = {"wanted": wanted, "over": over, "lots": [number_of(lot) for lot in lots] if lots else None}
    body = {key: value for key, value in given.items() if value is not None}
    if not body:
        raise Stop(Exit.USAGE, "Say what to change: --want, --over, or the lots it shall have.")
    with api(url, token) as talk:
        answer = talk.put(f"/api/groups/{group}", body)
    _done(f"Group {group} changed.", answer, as_json=as_json)


@verbs.command()
def remove(group: Group, *, as_json: Json = False, url: Url = "", token: Token = "") -> None:
    """Drop a group; its lots go on by themselves, each up to its own limit."""
    with api(url, token) as talk:
        answer = talk.delete(f"/api/groups/{group}")
    _done(f"Group {group} is dropped; its lots go on by themselves.", answer, as_json=as_json)


def row(group: dict[str, Any]) -> tuple[str, ...]:
    """A group of the API as a row of a table; paper counts stand in brackets."""
    live, paper = group["live"], group["dryRun"]
    both = [f"{live[what]}" + (f" ({paper[what]})" if paper[what] else "") for what in ("won", "leading")]
    return group["id"], str(group["wanted"]), *both, group["name"], " ".join(group["lots"])


def _done(sentence: str, answer: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        output.document(answer)
    else:
        output.line(sentence)
