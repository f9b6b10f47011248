"""The switch: a strategy that is asked only while its toggle is on."""

from __future__ import annotations

from datetime import datetime

from bidwright import Around, Decision, Hold, LotView, Strategy, Toggle


class Switched:
    """
    Stands in for *strategy*. A percentage decides lot by lot, always the same for the same lot.
    """

    def __init__(self, strategy: Strategy, around: Around, toggle: Toggle) -> None:
        self._strategy, self._around, self._toggle = strategy, around, toggle
        self.name, self.description, self.version, self.params = strategy.name, strategy.description, strategy.version, strategy.params

    def decide(self, lot: LotView, now: datetime) -> Decision:
        """As the strategy, or a hold that says what to switch on."""
        if self._around.is_on(self._toggle, lot.lot_id):
            return self._strategy.decide(lot, now)
        return Hold(f"the strategy {self.name} is switched off; {self._toggle.env} or feature:{self._toggle.name} switches it on")
