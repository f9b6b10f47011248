"""Lots as the site sends them: field names, types and forms of the date are the site's, not ours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bidwright.clock import from_ms
from bidwright_simulator.catalog import PLACES

if TYPE_CHECKING:
    from bidwright_simulator.lots import Lot
    from bidwright_simulator.settings import Settings

Dates = Callable[[int], Any]
_ROWS = 50


def iso(ms: int) -> str:
    """A time as plain ISO text with milliseconds."""
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def wrapped(ms: int) -> dict[str, str]:
    """A time as the site's older loaders and its bid replies wrap it."""
    return {"__type": "Date", "value": iso(ms)}


def dates(settings: Settings, *, stream: bool) -> Dates:
    """How times are written in a stream or in JSON under these settings."""
    form = settings.dates
    if form == "auto":
        form = "native" if stream else "wrapped"
    if form == "native":
        return from_ms if stream else iso
    return {"iso": iso, "wrapped": wrapped, "ms": lambda ms: ms}[form]


def product(lot: Lot, user: int | None, date: Dates, origin: str) -> dict[str, Any]:
    """The lot as pages and loaders carry it, photos at *origin*; with the user's state only when there is a user."""
    item, place = lot.item, lot.place
    shown: dict[str, Any] = {
        "id": lot.id,
        "title": item.title,
        "inventoryNumber": lot.inventory,
        "photos": [
            {"url": f"{origin}/photos/{item.kind}.svg", "name": f"{item.kind}.svg", "fullPath": f"stock/{item.kind}.svg"},
            {
                "url": f"{origin}/photos/{item.kind}.svg?own={lot.id}",
                "name": f"{lot.inventory}-1.svg",
                "fullPath": f"{lot.inventory}/1.svg",
            },
        ],
        "currentPrice": lot.price,
        "retailPrice": item.retail / 100,
        "bidCount": len(lot.rows),
        "openTime": date(lot.opened),
        "closeTime": date(lot.close),
        "initialCloseTime": date(lot.first_close),
        "isClosed": lot.closed,
        "marketStatus": lot.status,
        "extensionInterval": lot.extension_s,
        "projectExtended": lot.extended,
        "notes": lot.notes,
        "location": location(lot),
        "originType": "Retail return",
        "taxonomyLevel1": item.level1,
        "taxonomyLevel2": item.level2,
        "brand": item.brand,
        "watchlistCount": len(lot.watchers),
        "notReturnable": place.state == "TX",
        "grade": lot.grade,
    }
    if user is not None:
        shown["bidderCount"] = len(lot.bidders)
        shown["userState"] = user_state(lot, user)
    return shown


def user_state(lot: Lot, user: int) -> dict[str, Any]:
    """What the site tells a logged-in user about one lot."""
    return {
        "isWatching": user in lot.watchers,
        "hasParticipated": user in lot.amounts,
        "isWinning": lot.leader == user,
        "nextBid": lot.next_for(user),
        "isAllowedToBid": not lot.blocked,
    }


def location(lot: Lot) -> dict[str, Any]:
    """The warehouse of a lot."""
    place = lot.place
    return {
        "id": place.id,
        "name": place.name,
        "offsite": False,
        "timezone": place.timezone,
        "address": place.address,
        "city": place.city,
        "state": place.state,
        "zipCode": place.zip_code,
    }


def metro(lot: Lot) -> dict[str, Any]:
    """The shopping location, which is a metro and not the warehouse."""
    return {"id": lot.place.metro_id, "name": lot.place.metro, "locationPhoto": []}


def history(lot: Lot, user: int | None, date: Dates) -> list[dict[str, Any]]:
    """The bid history by amount, under pseudonyms; of equal amounts the earlier stands first."""
    names = {bidder: f"Bidder #{n}" for n, bidder in enumerate(lot.bidders, 1)}
    rows = sorted(lot.rows, key=lambda row: (-row.amount, row.t, row.user != lot.leader))[:_ROWS]
    return [
        {
            "time": date(row.t),
            "name": names.get(row.user, "Bidder"),
            "amount": f"${row.amount:,}",
            "type": "Winning" if n == 0 else "Outbid",
            "highlightOutbid": n != 0 and row.user == user and lot.leader != user,
        }
        for n, row in enumerate(rows)
    ]


def metro_list() -> list[dict[str, Any]]:
    """Every shopping location once."""
    return [{"id": number, "name": name} for number, name in sorted({place.metro_id: place.metro for place in PLACES}.items())]
