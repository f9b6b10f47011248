"""`bidwright bid`, `receipts` and `ledger`: one bid now, the life of every bid, and what it came to."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from bidwright_cli import output
from bidwright_cli.exits import Exit, Stop
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


def receipts(
    lot: Annotated[str, typer.Argument(help="The lot's number or the address of its page; none with --export.", show_default=False)] = "",
    *,
    export: Annotated[str, typer.Option("--export", metavar="csv|json", help="Print every receipt there is.", show_default=False)] = "",
    as_json: Json = False,
    url: Url = "",
    token: Token = "",
) -> None:
    """Show every bid that was decided for a lot: when, how much, and each step to its end."""
    if export or not lot:
        _export(lot, export, url, token)
        return
    number = number_of(lot)
    with api(url, token) as talk:
        answer = talk.get(f"/api/auctions/{number}/receipts")
    found, holds = answer.get("receipts", []), answer.get("holds", [])
    if as_json:
        output.document({"success": True, "lot": number, "receipts": found, "holds": holds, "postMortem": answer.get("postMortem")})
        return
    for receipt in found:
        _print(receipt)
    if not found:
        output.line(f"Nothing was bid on lot {number} yet.")
    for hold in holds:
        output.line(f"  {_when(hold['at'])}  {hold['sentence']}")
    if ending := answer.get("postMortem"):
        output.line(ending)


def ledger(
    *,
    first: Annotated[str, typer.Option("--from", metavar="DAY", help="First day, such as 2026-11-01.", show_default=False)] = "",
    last: Annotated[str, typer.Option("--to", metavar="DAY", help="Last day.", show_default=False)] = "",
    mode: Annotated[str, typer.Option("--mode", metavar="live|dry", help="Real money or paper; they are never added up.")] = "live",
    csv: Annotated[
        str, typer.Option("--csv", metavar="FILE", help="Write a table for spreadsheets there; - prints it.", show_default=False)
    ] = "",
    as_json: Json = False,
    url: Url = "",
    token: Token = "",
) -> None:
    """Show what was won, with the whole bill, and what was bid on and lost."""
    query = {"from": first, "to": last, "mode": mode}
    with api(url, token) as talk:
        if csv:
            _write(csv, talk.text("/api/ledger", format="csv", **query))
            return
        answer = talk.get("/api/ledger", **query)
    if as_json:
        output.document(answer)
        return
    if answer["rows"]:
        output.table(_LEDGER, map(_ledger_row, answer["rows"]))
    total = answer["totals"]
    output.line(f"{total['won']} won for ${total['allIn']} all-in (hammer ${total['hammer']}), {total['lost']} lost.")


_LEDGER = ("Lot", "Closed", "Outcome", "Hammer", "All-in", "Our best", "Title")


def _ledger_row(row: dict[str, Any]) -> tuple[str, ...]:
    all_in = "" if row["allIn"] is None else f"${row['allIn']:.2f}"
    closed = datetime.fromtimestamp(row["endedAt"] / 1000, UTC).astimezone().strftime("%Y-%m-%d")
    return row["lot"], closed, row["outcome"], f"${row['hammer']:.2f}", all_in, f"${row['ourHighest']:.2f}", row["title"]


def _export(lot: str, form: str, url: str, token: str) -> None:
    if form not in ("csv", "json") or lot:
        raise Stop(Exit.USAGE, "Name a lot, or print every receipt with --export csv or --export json.")
    with api(url, token) as talk:
        sys.stdout.write(talk.text("/api/receipts/export", format=form))


def _write(where: str, text: str) -> None:
    if where == "-":
        sys.stdout.write(text)
        return
    try:
        Path(where).write_text(text, "utf-8", newline="")
    except OSError as error:
        raise Stop(Exit.REFUSED, f"{where} cannot be written ({error.strerror}).") from None
    output.line(f"Written to {where}.")


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
