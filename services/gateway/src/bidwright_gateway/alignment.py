"""Alignment: brings what the gateway gives a lot (its day and week, its rates) in step as soon as the lot was read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import tzinfo

from bidwright.records import LotRecord
from bidwright.runtime.logging import get_logger
from bidwright.transitions import Transitions
from bidwright_gateway import caps, scopes
from bidwright_gateway.allowances import Allowances
from bidwright_gateway.board import Board
from bidwright_gateway.ratebook import Book, RateBook

log = get_logger(__name__)


@dataclass(slots=True)
class Aligned:
    """
    What one round did: lots that were *changed*, lots *waiting* for a bid to end, and armed lots that were *disarmed*, with a sentence.
    """

    changed: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    disarmed: list[tuple[LotRecord, str]] = field(default_factory=list)


class Alignment:
    """
    One round over all lots; a lot with a bid under way is left for the next one.
    """

    def __init__(self, *, transitions: Transitions, board: Board, rates: RateBook, allowances: Allowances, zone: tzinfo | None) -> None:
        self._transitions, self._board = transitions, board
        self._rates, self._allowances, self._zone = rates, allowances, zone
        self._fine: dict[str, LotRecord] = {}
        self._book = Book()

    def out_of_step(self, lot: LotRecord) -> bool:
        """Whether something is to be done for *lot*."""
        return lot.watched and not lot.final and (self._undated(lot) or self.misrated(lot))

    async def round(self, lots: list[LotRecord] | None = None) -> Aligned:
        """Bring *lots* (all) in step. Raises StoreDown; asking again goes on where it stopped."""
        made = Aligned()
        for lot in self._out_of_step(await self._rates.read(), list(self._board.lots.values()) if lots is None else lots):
            if lot.inflight:
                made.waiting.append(lot.id)
            else:
                await self._align(lot, made)
        return made

    def _out_of_step(self, book: Book, lots: list[LotRecord]) -> list[LotRecord]:
        """Those of *lots* that something is to be done for. One that was fine and has not changed since is not looked at again."""
        before, self._fine = (self._fine if book == self._book else {}), {}
        self._book = book
        found = [lot for lot in lots if before.get(lot.id) is not lot and self.out_of_step(lot)]
        out = {lot.id for lot in found}
        self._fine = {lot.id: lot for lot in lots if lot.id not in out}
        return found

    async def _align(self, lot: LotRecord, made: Aligned) -> None:
        fields: dict[str, str | int] = {}
        if self.misrated(lot):
            rates = self._rates.of_lot(lot).rates
            fields |= {"premium": rates.premium, "tax": rates.tax, **caps.derived(lot, rates)}
        if self._undated(lot):
            wanted = scopes.joined(lot.scopes, scopes.of_close(scopes.planned_close(lot), self._zone))
            await self._allowances.open(scopes.names(wanted))
            fields["scopes"] = wanted
        answer = await self._transitions.configure(lot.id, fields, expect=lot.cap_ver)
        if answer.ok:
            made.changed.append(lot.id)
        elif answer.why.startswith("budget:") and lot.armed:  # what it led before its day was known is more than the day may cost
            await self._transitions.configure(lot.id, {"armed": 0})
            scope = answer.why.removeprefix("budget:")
            made.disarmed.append((lot, f"Disarmed: what stands on it does not fit into the budget {scope!r}, so nothing more is bid."))
            log.warning("lot.disarmed", lot=lot.id, why=answer.why)
        else:
            made.waiting.append(lot.id)

    def _undated(self, lot: LotRecord) -> bool:
        close = scopes.planned_close(lot)
        return lot.seen and close > 0 and not scopes.dated(lot.scopes) and bool(scopes.of_close(close, self._zone))

    def misrated(self, lot: LotRecord) -> bool:
        """Whether the lot has other rates than it should."""
        meant = self._rates.of_lot(lot)
        return lot.rates != meant.rates and (meant.known or lot.rates is None)
