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
    Which rows: ended from *begin* to before *end* (Unix ms), with real money (``live``) or on paper (``dry``).
    """

    mode: str
    begin: int = 0
    end: int = 1 << 60

    def has(self, lot: LotRecord) -> bool:
        """Whether *lot* belongs in: it was won, or bid on and lost."""
        bid_on = lot.outcome == "won" or lot.high > 0
        return lot.final and bid_on and lot.mode == self.mode and self.begin <= lot.ended_at < self.end


class Ledger:
    """
    Reads the ledger. Every function raises redis errors.
    """

    def __init__(self, redis: Redis, records: Records) -> None:
        self._redis: Any = redis
        self._records = records

    async def rows(self, span: Span) -> list[dict[str, Any]]:
        """The rows of *span*, by the time they ended."""
        lots = [lot for lot in await self._all() if span.has(lot)]
        bids = await self._bids([lot.id for lot in lots])
        return [_row(lot, bids[lot.id]) for lot in sorted(lots, key=lambda lot: (lot.ended_at, lot.id))]

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
        found: dict[str, list[IntentRecord]] = {}
        for lot_id in lot_ids:
            kept = await self.kept(lot_id)
            alive = await self._records.intents(lot_id, 1000)
            sent = {intent.id: intent for intent in (*kept, *reversed(alive)) if intent.sent}
            found[lot_id] = list(sent.values())
        return found

    async def kept(self, lot_id: str) -> list[IntentRecord]:
        """Intents of a lot that outlived its record, oldest first."""
        rows = await self._redis.lrange(f"{self._records.prefix}kept:{lot_id}", 0, -1)
        return [IntentRecord.from_hash(h.get("id", ""), h) for h in (msgspec.json.decode(row, type=dict[str, str]) for row in rows)]


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


def totals(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """What the rows of won lots come to, and how many there are of each."""
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
