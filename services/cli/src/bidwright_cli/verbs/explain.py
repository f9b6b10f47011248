"""`bidwright explain`: what will happen to a lot, and everything that a bid on it needs."""

from __future__ import annotations

from bidwright_cli import output
from bidwright_cli.lots import number_of
from bidwright_cli.verbs.options import Json, Lot, Token, Url, api


def explain(
    lot: Lot,
    *,
    as_json: Json = False,
    url: Url = "",
    token: Token = "",
) -> None:
    """Say what will happen to a lot, and check everything that a bid on it needs."""
    with api(url, token) as talk:
        answer = talk.get(f"/api/auctions/{number_of(lot)}/forecast")
    if as_json:
        output.document(answer)
        return
    output.line(answer["sentence"])
    output.table(("Check", "", "What"), ((check["name"], "ok" if check["ok"] else "NO", check["sentence"]) for check in answer["checks"]))
