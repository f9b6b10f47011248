"""Variants: experiments that choose the strategy per lot, and the note of which one decides on which lot."""

from __future__ import annotations

from dataclasses import replace

from bidwright import Toggle
from bidwright.records import LotRecord
from bidwright.runtime.logging import get_logger
from bidwright.runtime.toggles import Toggles, subject_of
from bidwright.transitions import Transitions
from bidwright_bidder.strategies import Strategies

log = get_logger(__name__)
_NEVER_BIDS = "manual"
"""An experiment chooses among ways to bid; it never makes a lot bid that its owner wants to bid on by hand."""


class Variants:
    """
    Asks every toggle with variants about a lot. The owner's limits and settings stay those of the lot, whatever strategy reads them.
    """

    def __init__(self, toggles: Toggles, strategies: Strategies, transitions: Transitions) -> None:
        self._toggles, self._strategies, self._transitions = toggles, strategies, transitions

    def chosen(self, lot: LotRecord) -> LotRecord:
        """*lot* with the strategy that decides on it: its own, unless an experiment says another one that there is."""
        self._toggles.meet(lot)
        for toggle, variant in self._in_force(lot).items():
            strategy = next((one.strategy for one in toggle.variants if one.name == variant), "")
            if strategy and strategy != lot.strategy and self._strategies.version(strategy):
                return replace(lot, strategy=strategy)
        return lot

    async def note(self, lot: LotRecord) -> None:
        """Write down which variants decide on *lot*, if that is news and the experiment runs, or did on this lot. Raises StoreDown."""
        for toggle, variant in self._in_force(lot).items():
            noted = lot.variants.get(toggle.name)
            if noted != variant and (noted or self._toggles.may_be_on(toggle)):
                answer = await self._transitions.assign(lot.id, toggle.name, variant)
                log.info("toggle.assigned", lot=lot.id, toggle=toggle.name, variant=variant, how=answer.value)

    def _in_force(self, lot: LotRecord) -> dict[Toggle, str]:
        """The variant of each experiment that *lot* takes part in."""
        if not self._toggles.looked or not lot.armed or lot.final or lot.strategy == _NEVER_BIDS:
            return {}
        subject = subject_of(lot)
        return {toggle: self._toggles.verdict(toggle, subject).variant for toggle in self._toggles if toggle.variants}
