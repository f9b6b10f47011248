"""Lots as the verbs name and show them."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from bidwright_cli.exits import Exit, Stop

_NUMBER = re.compile(r"[0-9]{1,18}")


def number_of(text: str) -> str:
    """The lot's number from a number or the address of its page. Raises Stop for anything else."""
    last = urlsplit(text.strip()).path.rstrip("/").rsplit("/", 1)[-1]
    if _NUMBER.fullmatch(last):
        return last
    raise Stop(Exit.USAGE, f"{text!r} is no lot; give its number (70012345) or the address of its page.")


def brief(auction: dict[str, Any]) -> dict[str, Any]:
    """The keys that verbs show, from an Auction of the API; amounts in dollars, times as the API gives them."""
    data, config = auction.get("data") or {}, auction["config"]
    return {
        "id": auction["id"],
        "title": auction["title"],
        "status": auction["status"],
        "price": data.get("currentBid"),
        "nextBid": data.get("nextBid"),
        "winning": bool(data.get("isWinning")),
        "timeRemaining": data.get("timeRemaining"),
        "closeTime": data.get("closeTime"),
        "maxBid": config.get("maxBid"),
        "strategy": config.get("strategyName") or config.get("strategy"),
        "autoBid": bool(config.get("autoBid")),
        "outcome": auction.get("outcome") or None,
        "inDoubt": bool(auction.get("inDoubt")),
        "forecast": (auction.get("forecast") or {}).get("sentence"),
    }


def state(lot: dict[str, Any]) -> str:
    """One word for what a lot of `brief` is to us now."""
    if lot["outcome"]:
        return str(lot["outcome"])
    if lot["status"] != "monitoring":
        return str(lot["status"])
    if lot["inDoubt"]:
        return "in doubt"
    if lot["winning"]:
        return "winning"
    return "armed" if lot["autoBid"] else "watching"


def left(seconds: int | None) -> str:
    """Time left, for people."""
    if seconds is None:
        return "?"
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h {minutes:02}m" if hours else f"{minutes}m {rest:02}s" if minutes else f"{rest}s"


def row(lot: dict[str, Any]) -> tuple[str, ...]:
    """A lot of `brief` as a row of a table."""
    price = "?" if lot["price"] is None else f"${lot['price']:.0f}"
    time_left = "" if lot["status"] == "ended" else left(lot["timeRemaining"])
    return lot["id"], state(lot), price, f"${lot['maxBid']}", str(lot["strategy"]), time_left, lot["title"]


HEADS = ("Lot", "State", "Price", "Cap", "Strategy", "Left", "Title")


def import_rows(answer: dict[str, Any]) -> list[tuple[str, ...]]:
    """The lots of an import's answer as rows of a table."""
    new = "would watch" if answer["dryRun"] else "watched"
    becomes = {**dict.fromkeys(answer["added"], new), **dict.fromkeys(answer["already"], "was watched")}
    why = {skipped["id"]: skipped["why"] for skipped in answer["skipped"]}
    rows: list[tuple[str, ...]] = []
    for lot in answer["lots"]:
        bid = "leads" if lot["isWinning"] else "outbid" if lot["id"] in answer["withBids"] else ""
        title = f"{lot['title']}: {why[lot['id']]}" if lot["id"] in why else lot["title"]
        rows.append((lot["id"], becomes.get(lot["id"], "left out"), bid, f"${lot['currentBid']:.0f}", left(lot["timeRemaining"]), title))
    return rows


IMPORT_HEADS = ("Lot", "Import", "Your bid", "Price", "Left", "Title")
