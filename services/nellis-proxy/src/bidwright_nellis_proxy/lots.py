"""The site's data becomes one Lot, whichever way it came; what is missing is read as "no"."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urljoin, urlsplit

from bidwright.turbo_stream import Promise
from bidwright_nellis_proxy.embedded import NotUnderstood, values
from bidwright_nellis_proxy.fields import cents, count, flag, lot_id, moment_ms, record, words
from bidwright_proto.v1 import site_pb2

_EXTENSION_S = 30
_LONGEST_EXTENSION_S = 3600
_SLUG = re.compile(r"[^A-Za-z0-9]+")
_OVER = ("sold", "closed")
_MOST_LOTS, _MOST_PHOTOS = 5_000, 20
"""More is no answer to what we ask: a stream can name one record a million times at two bytes each."""


def lot_in(root: Any, wanted: str, site: str) -> site_pb2.Lot:
    """
    The lot *wanted* from the decoded data of a page, a ``.data`` or a loader answer.

    The route is found by shape, not by name. Raises NotUnderstood when there is none, when only other lots are there, or when
    something that money depends on cannot be read.
    """
    other = ""
    for route in values(root):
        product = _kept(route.get("product"))
        if not isinstance(product, dict) or "id" not in product:
            continue
        found = lot_id(_kept(product["id"]))
        if found == wanted:
            history = _kept(route.get("bidHistory"))
            return lot_of(product, site, history if isinstance(history, list) else _kept(product.get("bidHistory")))
        other = other or found or "unreadable"
    if other:
        raise NotUnderstood(f"asked for lot {wanted}, the site answered with lot {other}")
    raise NotUnderstood("no lot in the answer")


def lots_in(root: Any, site: str) -> list[site_pb2.Lot]:
    """
    The lots of a batch read: the first list whose entries have ids. Entries that cannot be read are left out.

    Raises NotUnderstood when there is no such list, or when not one of its entries can be read.
    """
    if isinstance(root, list):
        return _many(root, site)
    for part in values(root):
        for value in part.values():
            if isinstance(value, list) and value and all(isinstance(entry, dict) for entry in value):
                return _many(value, site)
    if any(value == [] for part in values(root) for value in part.values()):
        return []
    raise NotUnderstood("no list of lots in the answer")


def my_lots_in(root: Any, site: str) -> list[site_pb2.Lot]:
    """The lots of the account's active list: ``myAuctions.records`` at any depth. Raises NotUnderstood."""
    for part in values(root):
        records = record(_kept(part.get("myAuctions"))).get("records")
        if isinstance(records, list):
            return _many(records, site)
    raise NotUnderstood("no list of the account's lots in the answer")


def lot_of(product: dict[str, Any], site: str, history: Any = None) -> site_pb2.Lot:
    """
    One product record as a Lot. Raises NotUnderstood when id, price, close time or the user's state cannot be read.
    """
    number = lot_id(_kept(product.get("id")))
    price = cents(product.get("currentPrice"), "currentPrice")
    close = moment_ms(product.get("closeTime"), "closeTime")
    if not number or price is None or close is None:
        needed = {"id": number, "currentPrice": price is not None, "closeTime": close is not None}
        missing = [name for name, there in needed.items() if not there]
        raise NotUnderstood(f"a lot without a readable {' and '.join(missing)}")
    market = words(product.get("marketStatus"), 40).lower()
    closed = flag(product.get("isClosed"), "isClosed")
    if closed is None:
        closed = market in _OVER
    title = words(product.get("title"))
    slug = _SLUG.sub("-", title[:60]).strip("-") or "lot"
    place = record(product.get("location"))
    lot = site_pb2.Lot(
        id=number,
        title=title,
        slug=slug,
        url=f"{site}/p/{slug}/{number}",
        image_url=image_in(product.get("photos"), site),
        price_cents=_final_price(history, price) if closed else price,
        bid_count=count(product.get("bidCount")),
        bidder_count=count(product.get("bidderCount")),
        close_ms=close,
        initial_close_ms=_shown_time(product.get("initialCloseTime")) or close,
        closed=closed,
        market_status=market,
        extension_s=min(count(product.get("extensionInterval"), _EXTENSION_S), _LONGEST_EXTENSION_S),
        extended=product.get("projectExtended") is True,
        retail_cents=shown_amount(product.get("retailPrice")),
        inventory_number=words(_as_text(product.get("inventoryNumber")), 40),
        location_name=words(place.get("name"), 120),
        location_id=count(place.get("id")),
        notes=words(product.get("notes"), 2000),
    )
    _user_state(lot, _kept(product.get("userState")))
    return lot


def _user_state(lot: site_pb2.Lot, state: Any) -> None:
    """What the site says about the user; without a clear word on who leads, the read counts as logged out."""
    if not isinstance(state, dict):
        return
    winning = flag(state.get("isWinning"), "isWinning")
    if winning is None:
        return
    lot.has_user_state = True
    lot.winning = winning
    lot.watching = state.get("isWatching") is True
    lot.participated = state.get("hasParticipated") is True
    lot.allowed_to_bid = state.get("isAllowedToBid") is True
    lot.next_bid_cents = cents(state.get("nextBid"), "nextBid") or 0


def _final_price(history: Any, price: int) -> int:
    """A finished lot's price: the row typed Winning, where there is one that can be read."""
    for row in history if isinstance(history, list) else ():
        if words(record(row).get("type"), 20).lower() == "winning":
            return cents(row.get("amount"), "the winning bid") or price
    return price


def _many(entries: list[Any], site: str) -> list[site_pb2.Lot]:
    if len(entries) > _MOST_LOTS:
        raise NotUnderstood(f"a list of more than {_MOST_LOTS} lots")
    found: list[site_pb2.Lot] = []
    trouble: NotUnderstood | None = None
    for entry in entries:
        product = record(entry).get("product", entry)
        try:
            found.append(lot_of(record(product), site, record(entry).get("bidHistory")))
        except NotUnderstood as error:
            trouble = error
    if trouble is not None and not found:
        raise trouble
    return found


def image_in(photos: Any, site: str) -> str:
    """The first photo with a web address, as an absolute one."""
    for photo in photos[:_MOST_PHOTOS] if isinstance(photos, list) else ():
        url = words(photo if isinstance(photo, str) else record(photo).get("url"), 1000)
        try:
            absolute = urljoin(site + "/", url) if url else ""
            if urlsplit(absolute).scheme in ("http", "https"):
                return absolute
        except ValueError:
            continue
    return ""


def shown_amount(value: Any) -> int:
    """An amount for display only; 0 when it cannot be read."""
    try:
        return cents(value, "amount") or 0
    except NotUnderstood:
        return 0


def _shown_time(value: Any) -> int:
    """A time for display only; 0 when it cannot be read."""
    try:
        return moment_ms(value, "time") or 0
    except NotUnderstood:
        return 0


def _as_text(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _kept(value: Any) -> Any:
    """What a promise was kept with; anything else as it is."""
    return value.value if isinstance(value, Promise) else value
