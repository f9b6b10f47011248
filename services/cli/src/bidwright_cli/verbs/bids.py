"""`bidwright bid` and `bidwright receipts`: one bid now, and the life of every bid."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from bidwright_cli import output
from bidwright_cli.lots import number_of
from bidwright_cli.verbs.options import Json, Lot, Token, Url, api


def bid(
    lot: Lot,
    dollars: Annotated[int, typer.Argument(help="Whole dollars of hammer price.", show_default=False)],
    *,
    as_json: Json = False,
    url: Url = "",
    token: Token = "",
) -> None:
    """Bid on a watched lot now, within every limit, and say what became of it."""
    number = number_of(lot)
    with api(url, token) as talk:
        answer = talk.post(f"/api/auctions/{number}/bid", {"amount": dollars})
    if as_json:
        output.document(answer | {"lot": number})
    else:
        said = (answer.get("data") or {}).get("message")
        output.line(f"Bid ${answer.get('amount', dollars)} on lot {number}. {said or ''}".rstrip())


def receipts(lot: Lot, *, as_json: Json = False, url: Url = "", token: Token = "") -> None:
    """Show every bid that was decided for a lot: when, how much, and each step to its end."""
    number = number_of(lot)
    with api(url, token) as talk:
        found = talk.get(f"/api/auctions/{number}/receipts").get("receipts", [])
    if as_json:
        output.document({"success": True, "lot": number, "receipts": found})
    elif found:
        for receipt in found:
            _print(receipt)
    else:
        output.line(f"Nothing was bid on lot {number} yet.")


def _print(receipt: dict[str, Any]) -> None:
    real = "" if receipt["mode"] == "live" else " · dry run"
    output.line(f"${receipt['amount']} · {receipt['word']} · {receipt['strategy'] or 'by hand'}{real}")
    for step in receipt["steps"]:
        output.line(f"  {_when(step.get('at')):8}  {step['sentence']}{_after(step.get('afterMs'))}")


def _when(at: int | None) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).astimezone().strftime("%H:%M:%S") if at else ""


def _after(ms: int | None) -> str:
    if ms is None:
        return ""
    return f"  (+{ms} ms)" if ms < 1000 else f"  (+{ms / 1000:.1f} s)"  # noqa: PLR2004 - a second
