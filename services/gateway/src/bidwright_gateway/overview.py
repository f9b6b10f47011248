"""The overview: what plugins are shown of the gateway, as plain values that nobody can change."""

from __future__ import annotations

from dataclasses import dataclass

from bidwright import Clock, Money, Subject, Toggle, WatchedLot
from bidwright.clock import from_ms
from bidwright.records import LotRecord
from bidwright.runtime.toggles import Toggles
from bidwright_gateway import clean
from bidwright_gateway.board import Board
from bidwright_gateway.settings import GatewaySettings


@dataclass(frozen=True, slots=True)
class House:
    """
    The gateway as a plugin sees it: the time, the switches, the lots.
    """

    clock: Clock
    _settings: GatewaySettings
    _board: Board
    _toggles: Toggles

    def is_on(self, toggle: Toggle, subject: str | Subject = "") -> bool:
        """Whether *toggle* is on."""
        return self._toggles.is_on(toggle, subject)

    def may_be_on(self, toggle: Toggle) -> bool:
        """Whether *toggle* is on for any lot at all."""
        return self._toggles.may_be_on(toggle)

    def lots(self) -> tuple[WatchedLot, ...]:
        """The lots that clients see, from memory."""
        return tuple(self._shown(lot) for lot in self._board.listed())

    def _shown(self, lot: LotRecord) -> WatchedLot:
        return WatchedLot(
            id=lot.id,
            title=clean.text(lot.shown.get("title")) or f"Lot {lot.id}",
            url=clean.lot_address(lot.shown.get("url"), lot.id, site=self._settings.site, real=self._settings.real),
            location=clean.text(lot.shown.get("location_name"), 100),
            closes_at=from_ms(lot.close) if lot.close > 0 else None,
            price=Money(lot.price),
            next_bid=Money(lot.next_bid),
            cap=lot.hammer_cap,
            armed=lot.armed,
            leading=lot.leading,
            ended=lot.final,
            outcome=lot.outcome,
            says=clean.text(lot.say, 300),
        )
