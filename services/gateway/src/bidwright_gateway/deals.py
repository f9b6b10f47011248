"""
Hot deals: lots that cost little of what a shop asks, found by the site's search index and priced by reading them.

The index knows no prices, so each candidate costs a read: one batch read where the site offers it, else a few single ones. How many
there are, how long it may take and how often one question is really asked is bounded here; what was not read is left out, never guessed.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from bidwright.clock import Clock, to_ms
from bidwright.errors import LotGone, UpstreamChanged, UpstreamError
from bidwright.money import Money, Rates
from bidwright.runtime import reading
from bidwright_gateway import clean
from bidwright_gateway.calls import Calls
from bidwright_gateway.shape import iso, whole
from bidwright_proto.v1 import site_pb2

CANDIDATES = 30
"""Lots that are priced for one question."""
SINGLY = 8
"""So many of them where the site offers no batch read."""
WITHIN_S = 8.0
"""A whole question, the search included."""
FRESH_S = 30.0
"""How long an answer serves those who ask the same."""
_MOST_KEPT = 50


@dataclass(frozen=True, slots=True)
class Priced:
    """
    The lots of one question that were read, and when; of *candidates*, of *total* that the index lists.
    """

    lots: tuple[site_pb2.Lot, ...]
    candidates: int
    total: int
    at_ms: int

    def deals(self, most_ratio: Decimal, most_dollars: Decimal | None = None) -> list[site_pb2.Lot]:
        """Those that are open, have a bid and cost at most that part of retail (and so many dollars), the best first."""
        found = [
            lot
            for lot in self.lots
            if reading.status_of(lot) == reading.OPEN
            and lot.bid_count > 0
            and 0 < lot.price_cents <= most_ratio * lot.retail_cents
            and (most_dollars is None or lot.price_cents <= most_dollars * 100)
        ]
        return sorted(found, key=lambda lot: (-discount_percent(lot), lot.close_ms, lot.id))


class Deals:
    """
    Asks each question at most once in FRESH_S, however many ask it; a question that failed is not remembered.
    """

    def __init__(self, calls: Calls, clock: Clock) -> None:
        self._calls, self._clock = calls, clock
        self._asked: dict[tuple[str, str], tuple[float, asyncio.Future[Priced]]] = {}

    async def look(self, query: str, location: str, now: datetime) -> Priced:
        """
        Priced lots for *query* in *location* that close after *now*, the site's time.

        Raises UpstreamBusy, UpstreamDown, UpstreamChanged, StoreDown.
        """
        began, key = self._clock.monotonic(), (query.casefold(), location.casefold())
        self._asked = {k: v for k, v in self._asked.items() if began - v[0] < FRESH_S and not _failed(v[1])}
        if key not in self._asked:
            while len(self._asked) >= _MOST_KEPT:
                self._asked.pop(next(iter(self._asked)))
            work = asyncio.ensure_future(self._find(query, location, now, began + WITHIN_S))
            work.add_done_callback(_failed)  # when all who asked have left, nobody else hears of an error
            self._asked[key] = began, work
        return await asyncio.shield(self._asked[key][1])  # one who leaves takes nothing from the others

    async def _find(self, query: str, location: str, now: datetime, end: float) -> Priced:
        asked = site_pb2.SearchRequest(
            query=query, location=location, hits_per_page=CANDIDATES, min_retail_cents=1, closes_after_ms=to_ms(now)
        )
        found = await self._calls.search(asked, self._left(end))
        ids = [hit.lot_id for hit in found.hits[:CANDIDATES]]
        lots = await self._read(ids, end) if ids else []
        return Priced(tuple(lots), len(ids), found.total_hits, to_ms(self._clock.now()))

    async def _read(self, ids: list[str], end: float) -> list[site_pb2.Lot]:
        try:
            return list((await self._calls.get_lots(ids, self._left(end))).lots)
        except UpstreamChanged:  # the site offers no batch read
            pass
        lots: list[site_pb2.Lot] = []
        trouble: UpstreamError | None = None
        for lot_id in ids[:SINGLY]:
            if self._clock.monotonic() >= end:  # what is read by now is told
                break
            try:
                lots.append((await self._calls.get_lot(lot_id, self._left(end))).lot)
            except LotGone:  # the index lags
                continue
            except UpstreamChanged as error:
                trouble = error
            except UpstreamError as error:  # busy or down: the next read would fare no better
                trouble = error
                break
        if trouble is not None and not lots:
            raise trouble
        return lots

    def _left(self, end: float) -> float:
        return max(end - self._clock.monotonic(), 0.001)


def _failed(work: asyncio.Future[Priced]) -> bool:
    return work.done() and (work.cancelled() or work.exception() is not None)


def discount_percent(lot: site_pb2.Lot) -> int:
    """How much less than retail it costs, rounded down."""
    return (lot.retail_cents - lot.price_cents) * 100 // lot.retail_cents


def deal(lot: site_pb2.Lot, now: datetime, *, rates: Rates, site: str, real: bool) -> dict[str, Any]:
    """One deal as clients see it; *allIn* is what the price of now costs out the door."""
    return {
        "id": lot.id,
        "title": clean.text(lot.title) or f"Lot {lot.id}",
        "currentBid": whole(lot.price_cents),
        "currentPrice": whole(lot.price_cents),
        "allIn": rates.all_in(Money(lot.price_cents)).cents / 100,
        "retailPrice": whole(lot.retail_cents),
        "discountPercentage": discount_percent(lot),
        "location": clean.text(lot.location_name, 100),
        "closeTime": iso(lot.close_ms),
        "timeRemaining": seconds_left(lot.close_ms, now),
        "bidCount": lot.bid_count,
        "imageUrl": clean.address(lot.image_url, site=site) or None,
        "auctionUrl": clean.lot_address(lot.url, lot.id, site=site, real=real),
    }


def hit(found: site_pb2.SearchHit, now: datetime, *, site: str, real: bool) -> dict[str, Any]:
    """One hit of the index as clients see it; it has no price."""
    return {
        "id": found.lot_id,
        "title": clean.text(found.title) or f"Lot {found.lot_id}",
        "retailPrice": whole(found.retail_cents),
        "location": clean.text(found.location_name, 100),
        "closeTime": iso(found.close_ms),
        "timeRemaining": seconds_left(found.close_ms, now),
        "imageUrl": clean.address(found.image_url, site=site) or None,
        "auctionUrl": clean.lot_address("", found.lot_id, site=site, real=real),
    }


def seconds_left(close_ms: int, now: datetime) -> int:
    """Whole seconds until the close; 0 once it is over."""
    return max(0, (close_ms - to_ms(now)) // 1000)
