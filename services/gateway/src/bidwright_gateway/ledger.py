"""The ledger: what each ended lot cost, or would have; also after the lot itself is forgotten."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec
from redis.asyncio import Redis

from bidwright.money import Money, Rates
from bidwright.records import IntentRecord, LotRecord, Records
from bidwright_gateway import clean
from bidwright_gateway.paging import Key, has_words
from bidwright_gateway.ratebook import key_of
from bidwright_gateway.shape import iso

_SAME = ("mode", "premium", "tax", "strategy", "high", "cap", "close", "next_bid", "was_armed", "say", "say_kind")
_SHOWN = {"title": "x:title", "place": "x:location_name", "inventory": "x:inventory", "pickup_by": "x:pickup_by"}
_AMOUNTS = ("hammer", "premium", "tax", "allIn", "ourHighest")
COLUMNS = (
    "lot", "title", "inventoryNumber", "location", "pickUpBy", "closedAt", "outcome", "mode", "hammer", "premium", "tax", "allIn",
    "premiumPercent", "taxPercent", "strategy", "maxBid", "ourHighest", "ourBids",
)  # fmt: skip
"""The columns of the CSV; in JSON each amount is there in dollars and, as ``<name>Cents``, in cents."""


@dataclass(frozen=True, slots=True)
class Span:
    """
    Which lots: ended from *begin* to before *end* (Unix ms), with real money (``live``) or on paper (``dry``).

    *outcome*: only ``won`` or ``lost``; *place*: only of that location, in capitals or not; *words*: all in the title or the number.
    """

    mode: str
    begin: int = 0
    end: int = 1 << 60
    outcome: str = ""
    place: str = ""
    words: str = ""

    def has(self, lot: LotRecord) -> bool:
        """Whether *lot* belongs in: it was won, or bid on and lost."""
        won, shown = lot.outcome == "won", lot.shown
        if not lot.final or not (won or lot.high > 0) or lot.mode != self.mode or not self.begin <= lot.ended_at < self.end:
            return False
        if self.outcome and won is not (self.outcome == "won"):
            return False
        if self.place and key_of(self.place) != key_of(shown.get("location_name", "")):
            return False
        return has_words(f"{shown.get('title', '')} {lot.id}", self.words)


class Ledger:
    """
    Reads the ledger. Every function raises redis errors.
    """

    def __init__(self, redis: Redis, records: Records) -> None:
        self._redis: Any = redis
        self._records = records

    async def lots(self, span: Span) -> list[LotRecord]:
        """The lots of *span*, by the time they ended."""
        return sorted((lot for lot in await self._all() if span.has(lot)), key=place)

    async def rows(self, lots: list[LotRecord]) -> list[dict[str, Any]]:
        """A row for each of *lots*, with what was bid."""
        bids = await self._bids([lot.id for lot in lots])
        return [_row(lot, bids[lot.id]) for lot in lots]

    async def forgotten(self, lot_id: str) -> LotRecord | None:
        """What the ledger says of a lot whose record is gone, the newest if it was watched twice."""
        found = [lot for lot in await self._forgotten() if lot.id == lot_id]
        return max(found, key=lambda lot: lot.ended_at, default=None)

    async def _all(self) -> Iterable[LotRecord]:
        """Records first: a lot that is forgotten in between is then met twice, which is seen, and not missed."""
        alive = await self._records.lots(await self._records.gone_ids())
        return {(lot.id, lot.ended_at): lot for lot in (*await self._forgotten(), *alive) if lot.final}.values()

    async def _forgotten(self) -> list[LotRecord]:
        prefix = self._records.prefix
        rows = [*await self._redis.lrange(f"{prefix}ledger", 0, -1), *await self._redis.lrange(f"{prefix}ledger:lost", 0, -1)]
        return [remembered(row) for row in rows]

    async def _bids(self, lot_ids: list[str]) -> dict[str, list[IntentRecord]]:
        """What was sent for each lot, oldest first."""
        alive, kept = await self._records.intents_of(lot_ids, 1000), await self.kept_of(lot_ids)
        found: dict[str, list[IntentRecord]] = {}
        for lot_id in lot_ids:
            sent = {intent.id: intent for intent in (*kept[lot_id], *reversed(alive[lot_id])) if intent.sent}
            found[lot_id] = list(sent.values())
        return found

    async def kept(self, lot_id: str) -> list[IntentRecord]:
        """Intents of a lot that outlived its record, oldest first."""
        return (await self.kept_of([lot_id]))[lot_id]

    async def kept_of(self, lot_ids: list[str]) -> dict[str, list[IntentRecord]]:
        """The same of many lots, in one question."""
        async with self._redis.pipeline(transaction=False) as pipe:
            for lot_id in lot_ids:
                pipe.lrange(f"{self._records.prefix}kept:{lot_id}", 0, -1)
            rows = await pipe.execute()
        return {lot_id: [_intent(row) for row in found] for lot_id, found in zip(lot_ids, rows, strict=True)}


def remembered(row: str) -> LotRecord:
    """A line of the ledger as the record that it was made of, as far as it was kept."""
    found = {name: str(value) for name, value in msgspec.json.decode(row, type=dict[str, str | int | None]).items() if value is not None}
    fields = {"cap_ver": "1", "final": "1", "outcome": found.get("outcome", "won"), "price": found.get("hammer", "0")}
    fields |= {"ended_at": found.get("at", "0"), "booked": found.get("allin", "0")}
    if fields["outcome"] == "won":
        fields["exposure"] = found.get("paid", "0")
    fields |= {name: found[name] for name in _SAME if name in found}
    fields |= {field: found[name] for name, field in _SHOWN.items() if name in found}
    return LotRecord.from_hash(found.get("lot", ""), fields)


def place(lot: LotRecord) -> Key:
    """Where a lot stands among the others."""
    return [lot.ended_at, lot.id]


def totals(lots: list[LotRecord]) -> dict[str, Any]:
    """What the won ones of *lots* come to, and how many there are of each."""
    rows = [_row(lot, []) for lot in lots]
    won = [row for row in rows if row["outcome"] == "won"]
    sums = {name: sum(row[f"{name}Cents"] for row in won) for name in ("hammer", "premium", "tax", "allIn")}
    made: dict[str, Any] = {"won": len(won), "lost": len(rows) - len(won)}
    for name, cents in sums.items():
        made |= {name: dollars(cents), f"{name}Cents": cents}
    return made


def dollars(cents: int | None) -> str:
    """Cents as decimal dollars, ``12.50``; empty for None."""
    if cents is None:
        return ""
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole}.{rest:02d}"


def _intent(row: str) -> IntentRecord:
    fields = msgspec.json.decode(row, type=dict[str, str])
    return IntentRecord.from_hash(fields.get("id", ""), fields)


def _row(lot: LotRecord, bids: list[IntentRecord]) -> dict[str, Any]:
    won = lot.outcome == "won"
    cents: dict[str, int | None] = {"hammer": lot.paid, "premium": None, "tax": None, "allIn": None, "ourHighest": lot.high}
    if won:
        cents |= _bill(lot)
    shown = lot.shown
    made: dict[str, Any] = {
        "lot": lot.id,
        "title": clean.text(shown.get("title")) or f"Lot {lot.id}",
        "inventoryNumber": clean.text(shown.get("inventory"), 60),
        "location": clean.text(shown.get("location_name"), 100),
        "pickUpBy": clean.text(shown.get("pickup_by"), 60),
        "closedAt": iso(lot.close or lot.ended_at),
        "endedAt": lot.ended_at,
        "outcome": "won" if won else "lost",
        "mode": "live" if lot.mode == "live" else "dry-run",
        "premiumPercent": _percent(lot.premium),
        "taxPercent": _percent(lot.tax),
        "strategy": clean.text(lot.strategy, 60),
        "maxBid": dollars(lot.cap),
        "ourBids": [dollars(bid.amount) for bid in bids],
    }
    for name in _AMOUNTS:
        value = cents[name]
        made |= {name: None if value is None else value / 100, f"{name}Cents": value}
    return made


def _bill(lot: LotRecord) -> dict[str, int | None]:
    try:
        rates = Rates(int(lot.premium), int(lot.tax))
    except ValueError:
        return {"allIn": lot.booked or None}
    premium = Rates(rates.premium, 0).all_in(Money(lot.paid)).cents - lot.paid
    whole = lot.booked or rates.all_in(Money(lot.paid)).cents
    return {"premium": premium, "tax": whole - lot.paid - premium, "allIn": whole}


def _percent(rate: str) -> str:
    return dollars(int(rate)) if rate.isdecimal() else ""


def sheet_row(row: dict[str, Any]) -> list[str]:
    """A row as the cells of COLUMNS, amounts as decimal dollars."""
    cells = {**row, **{name: dollars(row[f"{name}Cents"]) for name in _AMOUNTS}, "ourBids": "; ".join(row["ourBids"])}
    return [str(cells[name] or "") for name in COLUMNS]


def sheet_total(total: dict[str, Any]) -> list[str]:
    """The last line of the sheet: what the won lots come to."""
    cells = {
        "lot": "total",
        "outcome": f"{total['won']} won, {total['lost']} lost",
        **{n: total[n] for n in ("hammer", "premium", "tax", "allIn")},
    }
    return [str(cells.get(name, "")) for name in COLUMNS]
