"""Views: a lot's record as a strategy is shown it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bidwright import LotView, Money, OwnBid, Params, PricePoint
from bidwright.clock import from_ms
from bidwright.records import IntentRecord, LotRecord

MOST_PRICES = 200
"""So many prices of a lot's history are shown, the newest."""


@dataclass(frozen=True, slots=True)
class Moment:
    """
    One instant in the three times there are: the site's, this machine's, and the store's steady milliseconds.
    """

    site: datetime
    local: datetime
    steady_ms: int

    def site_of_steady(self, steady_ms: int) -> datetime:
        """When *steady_ms* was, in site time."""
        return self.site - timedelta(milliseconds=self.steady_ms - steady_ms)

    def site_of_local(self, wall_ms: int) -> datetime:
        """When the local wall clock's *wall_ms* was, in site time."""
        return from_ms(wall_ms) + (self.site - self.local)


def cap_of(lot: LotRecord) -> Money:
    """The hammer limit in whole dollars: the owner's, and no more than the all-in limit leaves."""
    return lot.hammer_cap


def view_of(
    lot: LotRecord,
    intents: Sequence[IntentRecord],
    params: Params,
    *,
    at: Moment,
    safe_lead: timedelta,
    earlier: timedelta,
    history: Sequence[tuple[int, int, str]] = (),
) -> LotView:
    """
    What a strategy sees of *lot* at the moment *at*. Closes are shown *earlier* when the lot shares its instant with too many others.

    *history* is as the records have it, oldest first.
    """
    close = from_ms(lot.close) - earlier
    first = _number(lot, "initial_close")
    retail = _number(lot, "retail")
    return LotView(
        lot_id=lot.id,
        title=lot.shown.get("title", ""),
        price=Money(lot.price),
        next_bid=Money(lot.next_bid),
        cap=cap_of(lot),
        closes_at=close,
        seen_at=at.site_of_steady(lot.obs_started),
        price_since=at.site_of_local(lot.price_at),
        leading=lot.leading,
        bid_count=_number(lot, "bid_count"),
        bidder_count=_number(lot, "bidder_count"),
        extended=lot.shown.get("extended") == "1" or 0 < first < lot.close,
        extension=timedelta(seconds=_number(lot, "extension") or 30),
        first_close=from_ms(first) - earlier if first else None,
        retail=Money(retail) if retail else None,
        safe_lead=safe_lead,
        own_bids=[OwnBid(Money(i.amount), at.site_of_steady(i.created), i.state) for i in intents],
        history=[PricePoint(at.site_of_local(wall_ms), Money(cents)) for wall_ms, cents, _ in history[-MOST_PRICES:]],
        params=params,
    )


def _number(lot: LotRecord, name: str) -> int:
    text = lot.shown.get(name, "")
    return int(text) if text.lstrip("-").isdigit() else 0
