"""A lot as the clients see it: the Auction of the contract, with a few fields of ours beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from bidwright.clock import from_ms, to_ms
from bidwright.money import Money, Rates
from bidwright.records import GroupRecord, LotRecord
from bidwright_gateway import clean
from bidwright_gateway.ratebook import Rated, Source
from bidwright_gateway.ratebook import shown as percents
from bidwright_gateway.wishes import settings_of

Auction = dict[str, Any]
_STEP_CENTS = 100
"""The least step of the site: what was only heard does not say what it takes to outbid it, but less is never enough."""


class Flavour(StrEnum):
    """
    Which words for strategies a client understands.
    """

    EXTENSION = "auto"
    PAGE = "increment"


@dataclass(frozen=True, slots=True)
class Hint:
    """
    What a client said about a lot before the site was asked: shown until the first read.
    """

    title: str = ""
    url: str = ""
    image: str = ""


class Shaper:
    """
    Makes Auctions out of records. *site* is the configured site's address, *real* whether it is the real one.
    """

    def __init__(
        self,
        *,
        site: str,
        real: bool,
        rates: Rates,
        in_force: Callable[[LotRecord], Rated] | None = None,
        group_of: Callable[[LotRecord], tuple[GroupRecord, int] | None] = lambda _: None,
    ) -> None:
        self._site, self._real, self._rates = site, real, rates
        self._in_force, self._group_of = in_force, group_of
        self.hints: dict[str, Hint] = {}
        self.endings: Mapping[str, str] = {}
        """How lots ended, kept by the board."""
        self.shift_ms = 0
        """Wall time minus steady time, kept up to date by the hub."""

    def hint(self, lot_id: str, metadata: object) -> None:
        """Keep what a client said about a lot it starts; at most 1000 lots."""
        if not isinstance(metadata, Mapping):
            return
        title = clean.text(metadata.get("title"))
        image = clean.address(metadata.get("imageUrl"), site=self._site)
        url = clean.address(metadata.get("url"), site=self._site)
        self.hints[lot_id] = Hint("" if title == "Unknown" else title, url, image)
        while len(self.hints) > 1000:  # noqa: PLR2004 - a bound, so that nobody fills the memory with hints
            self.hints.pop(next(iter(self.hints)))

    def made_of(self, lot: LotRecord) -> tuple[Any, ...]:
        """What an Auction shows beside its record and the time: while this and the record stay the same, so does the Auction."""
        group = self._group_of(lot) if lot.group else None
        source = self._in_force(lot).source if self._in_force else None
        return self.hints.get(lot.id), self.endings.get(lot.id), self.shift_ms, group, source

    def auction(self, lot: LotRecord, now: datetime, flavour: Flavour) -> Auction:
        """The complete Auction at site time *now*."""
        hint = self.hints.get(lot.id, Hint())
        shown = lot.shown
        gone = lot.trouble_kind == "gone" and bool(lot.trouble)
        made: Auction = {
            "id": lot.id,
            "title": clean.text(shown.get("title")) or hint.title or f"Lot {lot.id}",
            "url": clean.lot_address(shown.get("url") or hint.url, lot.id, site=self._site, real=self._real),
            "imageUrl": clean.address(shown.get("image") or hint.image, site=self._site) or None,
            "status": "ended" if lot.final else "error" if gone else "monitoring",
            "config": self.config(lot, flavour),
            "data": self.data(lot, now) if lot.seen else None,
            "lastUpdate": to_ms(now),
            "isClosed": lot.final,
            "mode": "live" if lot.mode == "live" else "dry-run",
            "forecast": forecast(lot),
            "outcome": lot.outcome or None,
            "standing": lot.standing,
            "inDoubt": lot.inflight or None,
            "allIn": {
                "current": self._all_in(lot, lot.heard_price or lot.price),
                "cap": self._all_in(lot, lot.hammer_cap.cents),
                "next": self._all_in(lot, lot.next_bid or lot.price),
            },
            "caps": {"hammer": lot.hammer_cap.dollars, "allIn": self._all_in(lot, lot.hammer_cap.cents)},
            "rates": self._rates_of(lot),
            "group": self._group(lot),
            "exposure": lot.exposure / 100,
            "ownHigh": lot.high / 100,
            "endedAt": lot.ended_at or None,
            "postMortem": clean.text(self.endings.get(lot.id), 500) or None if lot.final else None,
        }
        if lot.final:
            made["allIn"]["final"] = lot.booked / 100 if lot.outcome == "won" and lot.booked else self._all_in(lot, lot.price)
        if gone:
            made["error"] = clean.text(lot.trouble, 500)
        return made

    def config(self, lot: LotRecord, flavour: Flavour) -> dict[str, Any]:
        """The watch's settings, never null, in the words of *flavour*."""
        params = settings_of(lot.params)
        made = {
            "maxBid": lot.cap // 100,
            "incrementAmount": params.get("incrementAmount", 1),
            "strategy": word(lot.strategy, flavour),
            "autoBid": lot.armed,
            "strategyName": lot.strategy,
            "version": lot.cap_ver,
            "params": params,
        }
        if lot.allin is not None:
            made["maxAllIn"] = whole(lot.allin)
        return {**made, **{name: params[name] for name in ("snipeSeconds", "minBidAmount", "buffer") if name in params}}

    def data(self, lot: LotRecord, now: datetime) -> dict[str, Any]:
        """What the site said, with the time left worked out now."""
        shown, heard = lot.shown, lot.heard_price
        price, least = heard or lot.price, max(lot.next_bid or lot.price, heard + _STEP_CENTS if heard else 0)
        left = 0 if lot.final else max(0, (lot.close - to_ms(now)) // 1000)
        data: dict[str, Any] = {
            "id": int(lot.id) if lot.id.isdecimal() else 0,
            "title": clean.text(shown.get("title")) or f"Lot {lot.id}",
            "currentBid": whole(price),
            "nextBid": whole(least),
            "minimumBid": whole(least),
            "bidCount": number(shown.get("bid_count")),
            "bidderCount": number(shown.get("bidder_count")),
            "isWinning": lot.leading,
            "isWatching": shown.get("watching") == "1",
            "isClosed": lot.final,
            "marketStatus": clean.text(shown.get("market"), 40) or ("open" if lot.status == "open" else lot.status),
            "closeTime": iso(lot.close),
            "firstClose": iso(number(shown.get("initial_close"))),
            "timeRemaining": left,
            "extensionInterval": number(shown.get("extension"), 30) or 30,
            "retailPrice": number(shown.get("retail")) / 100,
            "inventoryNumber": clean.text(shown.get("inventory"), 60),
            "location": {"id": number(shown.get("location_id")), "name": clean.text(shown.get("location_name"), 100)}
            if shown.get("location_name")
            else None,
            "extended": shown.get("extended") == "1",
            "notes": clean.text(shown.get("notes"), 300),
            "seenAt": max(lot.obs_started, lot.shown_started) + self.shift_ms,
            "updateSource": "sse" if heard else "polling",
        }
        if heard:
            data["lastSSEUpdate"] = iso(lot.heard_at + self.shift_ms)
        if lot.final:
            data |= {"status": "closed", "finalBid": whole(lot.price), "closedAt": iso(lot.ended_at)}
        return data

    def _all_in(self, lot: LotRecord, cents: int) -> float:
        return (lot.rates or self._rates).all_in(Money(cents)).cents / 100

    def _rates_of(self, lot: LotRecord) -> dict[str, Any]:
        source = self._in_force(lot).source if self._in_force else Source.ASSUMED
        return {**percents(lot.rates or self._rates), "source": source.value}

    def _group(self, lot: LotRecord) -> dict[str, Any] | None:
        found = self._group_of(lot)
        if found is None:
            return None
        group, won = found
        leading = max(0, group.count(lot.mode) - won)
        return {"id": group.id, "name": group.name, "wanted": group.wanted, "over": group.over, "won": won, "leading": leading}


def word(strategy: str, flavour: Flavour) -> str:
    """The strategy's name as *flavour* knows it; manual has no word there and shows as a paused one."""
    if strategy == "auto":
        return flavour.value
    if strategy == "manual":
        return "sniping" if flavour is Flavour.EXTENSION else "increment"
    return clean.text(strategy, 60) or "sniping"


def forecast(lot: LotRecord) -> dict[str, str]:
    """One sentence of what will happen to the lot: *kind* is will, wont, idle, trouble or ended."""
    if lot.final:
        return {"kind": "ended", "sentence": _end(lot)}
    if lot.trouble:
        return {"kind": "trouble", "sentence": clean.text(lot.trouble, 500)}
    if lot.say and lot.armed:
        return {"kind": lot.say_kind or "idle", "sentence": clean.text(lot.say, 500)}
    if not lot.watched:
        return {"kind": "idle", "sentence": "Not watched any more; our bid still stands on the site until it closes."}
    if lot.armed:
        return {"kind": "idle", "sentence": "Armed; what it will do is being worked out."}
    return {"kind": "idle", "sentence": "Watching only: it will not bid until you arm it."}


def _end(lot: LotRecord) -> str:
    if lot.outcome == "won":
        all_in = f" ({Money(lot.booked)} all-in)" if lot.booked else ""
        return f"{'Won' if lot.mode == 'live' else 'Would have won'} for {Money(lot.paid)}{all_in}."
    return f"It went to somebody else for {Money(lot.price)}." if lot.outcome == "lost" else "It has closed."


def whole(cents: int) -> int | float:
    """Cents as dollars: an integer when there are no cents left over."""
    return cents // 100 if cents % 100 == 0 else cents / 100


def number(text: str | None, default: int = 0) -> int:
    """A whole number kept as text; *default* when it is none."""
    try:
        return int(float(text)) if text else default
    except (ValueError, OverflowError):
        return default


def iso(ms: int) -> str | None:
    """Unix ms as ISO-8601 UTC with milliseconds; None for 0 or what is no time."""
    if ms <= 0:
        return None
    try:
        return from_ms(ms).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    except (ValueError, OverflowError, OSError):
        return None
