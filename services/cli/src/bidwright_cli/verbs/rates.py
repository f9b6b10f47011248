"""`bidwright rates …`: buyer's premium and sales tax, which all-in limits and budgets are reckoned with."""

from __future__ import annotations

from typing import Annotated

import typer

from bidwright_cli import output
from bidwright_cli.verbs.options import Json, Token, Url, api

verbs = typer.Typer(no_args_is_help=True, help="Show and set buyer's premium and sales tax.")
HEADS = ("Premium", "Tax", "Where")


@verbs.command("list")
def list_(*, as_json: Json = False, url: Url = "", token: Token = "") -> None:
    """List the rates by location."""
    with api(url, token) as talk:
        answer = talk.get("/api/rates")
    if as_json:
        output.document(answer)
        return
    default = answer["default"]
    guess = " (a guess of ours: no all-in limit can be armed by it)" if default["source"] == "assumed" else ""
    places = [(f"everywhere else{guess}", default), *answer["locations"].items()]
    output.table(HEADS, [(f"{rates['premium']} %", f"{rates['tax']} %", where) for where, rates in places])


@verbs.command("set")
def set_(
    premium: Annotated[str, typer.Argument(help="Buyer's premium, percent.", show_default=False)],
    tax: Annotated[str, typer.Argument(help="Sales tax, percent.", show_default=False)],
    *,
    location: Annotated[str, typer.Option("--at", help="Only for this location, named as the site names it.", show_default=False)] = "",
    as_json: Json = False,
    url: Url = "",
    token: Token = "",
) -> None:
    """Set the rates of a location, or of every location that has none of its own. Watched lots follow at once."""
    rates = {"premium": premium, "tax": tax}
    with api(url, token) as talk:
        answer = talk.put("/api/rates", {"locations": {location: rates}} if location else {"default": rates})
    if as_json:
        output.document(answer)
        return
    output.line(f"{premium} % premium and {tax} % tax {f'at {location}' if location else 'wherever no others are given'}.")
    if answer["waiting"]:
        output.line(f"Lots with a bid under way follow right after it: {', '.join(answer['waiting'])}.", wrap=True)
