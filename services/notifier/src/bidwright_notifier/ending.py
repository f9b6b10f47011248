"""Lots that close soon, for an owner who asked to be told: no event says that, so the list is looked at."""

from __future__ import annotations

from datetime import timedelta

from bidwright import Clock
from bidwright.clock import to_ms
from bidwright.records import Records
from bidwright.runtime.pace import pause
from bidwright.runtime.site_time import SiteTime
from bidwright_notifier.inbox import GROUP
from bidwright_notifier.messages import Messages
from bidwright_notifier.outbox import Outbox
from bidwright_notifier.rulebook import Rulebook

_EVERY_S = 10.0


class Ending:
    """
    Looks while ``endingMinutes`` is set, and not at all otherwise. Any number of replicas may.
    """

    def __init__(self, records: Records, messages: Messages, site_time: SiteTime, outbox: Outbox, rulebook: Rulebook, clock: Clock) -> None:
        self._records, self._messages, self._site_time = records, messages, site_time
        self._outbox, self._rulebook, self._clock = outbox, rulebook, clock

    async def step(self) -> None:
        """Wait a moment, then look. Raises redis errors."""
        await pause(self._clock, _EVERY_S)
        await self.look()

    async def look(self) -> None:
        """Tell of each watched lot that closes soon and was not told of yet. Raises redis errors."""
        minutes = self._rulebook.wishes.ending_minutes
        if not minutes:
            return
        await self._site_time.refresh()
        now = self._site_time.now()
        last = to_ms(now + timedelta(minutes=minutes))
        ids = await self._records.open_ids()
        for lot in await self._records.lots(ids) if ids else []:
            if lot.watched and not lot.final and to_ms(now) < lot.close <= last:
                await self._outbox.accept(self._messages.ending(lot, now), GROUP)
