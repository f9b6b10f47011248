"""Facts: what a bid was decided on, noted with its intent for the receipt. No guard looks at them."""

from __future__ import annotations

import json
from contextlib import suppress

from redis.exceptions import RedisError

from bidwright import Toggle
from bidwright.records import LotRecord
from bidwright.runtime.site_time import SiteTime
from bidwright.runtime.toggles import Toggles, subject_of
from bidwright_bidder.outlook import Outlook
from bidwright_bidder.strategies import Strategies
from bidwright_bidder.variants import Variants
from bidwright_bidder.views import Moment

_LONGEST = 300
"""Characters of a sentence; RESERVE leaves out what is longer than 1000 bytes."""


class Facts:
    """
    Gathers the facts of one decision.
    """

    def __init__(self, strategies: Strategies, toggles: Toggles, variants: Variants, site_time: SiteTime) -> None:
        self._strategies, self._toggles, self._variants, self._site_time = strategies, toggles, variants, site_time

    async def of(self, lot: LotRecord, outlook: Outlook, at: Moment) -> dict[str, str | int]:
        """The facts of a bid on *lot* at the moment *at*; those that are not known are left out."""
        with suppress(RedisError):  # RESERVE will tell that the store is away; the last known values are what was in force here
            await self._toggles.refresh()
        width = self._site_time.width
        found: dict[str, str | int] = {
            "age": max(0, at.steady_ms - lot.obs_started) if lot.obs_started else "",
            "width": f"{width.total_seconds() * 1000:.1f}" if width is not None else "",
            "toggles": json.dumps({toggle.name: self._in_force(toggle, lot) for toggle in self._toggles}, separators=(",", ":")),
            "version": self._strategies.version(self._variants.chosen(lot).strategy)[:_LONGEST],
            "reason": outlook.reason[:_LONGEST],
            "said": outlook.sentence[:_LONGEST],
            "params": lot.params,
        }
        return {name: value for name, value in found.items() if value != ""}

    def _in_force(self, toggle: Toggle, lot: LotRecord) -> bool | str:
        """Whether *toggle* is on for *lot*; of an experiment which variant."""
        verdict = self._toggles.verdict(toggle, subject_of(lot))
        return verdict.variant if toggle.variants else verdict.on
