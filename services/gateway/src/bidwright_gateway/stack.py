"""The stack: the receipts of all lots, one after the other, page by page. Lots behind the page are not read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bidwright.errors import NotFound
from bidwright_gateway.paging import Key, Page, closed
from bidwright_gateway.receipts import Receipts


@dataclass(slots=True)
class Stack:
    """
    A page of receipts, the holds of the lots that begin on it, and the cursor to what follows (None: nothing).
    """

    receipts: list[dict[str, Any]] = field(default_factory=list)
    holds: list[dict[str, Any]] = field(default_factory=list)
    following: str | None = None


async def stack(receipts: Receipts, page: Page, lot_id: str = "", mode: str = "") -> Stack:
    """
    The page's part of all receipts by lot, each lot's newest first; only of *lot_id* and *mode* (``live``, ``dry``) where they are named.

    Raises NotFound for a cursor of another list, redis errors.
    """
    made, after = Stack(), _after(page)
    lots = [one for one in await receipts.lots() if lot_id in ("", one)]
    last: Key = []
    for one in lots:
        place: Key = [len(one), one]
        if place < after[:2]:
            continue
        room = None if page.limit is None else page.limit - len(made.receipts)
        if room == 0:
            made.following = closed(last)
            break
        begun = place == after[:2]
        if not begun:
            made.holds += [{"auctionId": one, **hold} for hold in await receipts.holds(one)]
        found = sorted((receipt for receipt in await receipts.of(one) if mode in ("", _MODES[receipt["mode"]])), key=_place)
        shown, more = Page(room, after if begun else None).cut(found, _place)
        made.receipts += shown
        last = _place(shown[-1]) if shown else [*place, 0, ""]
        if more:
            made.following = more
            break
    return made


_MODES = {"live": "live", "dry-run": "dry"}


def _place(receipt: dict[str, Any]) -> Key:
    return [len(receipt["auctionId"]), receipt["auctionId"], -(receipt["createdAt"] or 0), receipt["id"]]


def _after(page: Page) -> Key:
    after: Key = page.after or []
    if after and [int, str, int, str] != [type(part) for part in after]:
        raise NotFound("This cursor belongs to another list; begin without one.")
    return after
