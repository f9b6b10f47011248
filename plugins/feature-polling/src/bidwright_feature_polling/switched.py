"""Which plan is asked about which lot."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from bidwright import Around, Glance, Schedule, Toggle
from bidwright_feature_polling.plans import Even, Minimal


class Switched:
    """
    Asks the plan that is switched on for the lot; a share of a hundred is always the same lots.
    """

    name: ClassVar[str] = "switched"
    description: ClassVar[str] = "The plan that the switches say, lot by lot."

    def __init__(self, schedule: Schedule, around: Around, *, queue: Toggle, minimal: Toggle) -> None:
        self._around, self._queue, self._minimal = around, queue, minimal
        self._plain, self._even, self._few = schedule, Even(), Minimal(schedule)

    def next_look(self, glance: Glance) -> timedelta:
        """The pause until the next look."""
        if not self._around.is_on(self._queue, glance.lot_id):
            return self._even.next_look(glance)
        chosen = self._few if self._around.is_on(self._minimal, glance.lot_id) else self._plain
        return chosen.next_look(glance)
