"""The sorter: each entry is given to its channels, or waits, or ends untold; and what was not delivered in time goes a second way."""

from __future__ import annotations

from datetime import timedelta

from bidwright import Clock
from bidwright.runtime.logging import get_logger
from bidwright.runtime.notices.plan import Later, Muted
from bidwright_notifier.messages import Messages
from bidwright_notifier.outbox import Outbox
from bidwright_notifier.rulebook import Rulebook

log = get_logger(__name__)
_WAIT = timedelta(minutes=1)


class Sorter:
    """
    One replica's part; any number of them may sort the same entry.
    """

    def __init__(self, outbox: Outbox, messages: Messages, rulebook: Rulebook, clock: Clock) -> None:
        self._outbox, self._messages, self._rulebook, self._clock = outbox, messages, rulebook, clock

    async def sort(self) -> int:
        """Sort what is due; how many that were. Raises redis errors."""
        entries = await self._outbox.unsorted()
        for entry in entries:
            if not entry.has_it and not await self._messages.stands(entry.notice):
                await self._outbox.withdrawn(entry)
                continue
            planned = self._rulebook.plan(entry.notice, bundled=entry.bundled)
            if isinstance(planned, Muted):
                await self._outbox.muted(entry)
            elif isinstance(planned, Later):
                await self._outbox.hold(entry, planned.until, planned.why)
            elif planned.channels:
                await self._outbox.route(entry, planned.channels, planned.watch)
            else:  # no plugin offers a channel: it waits for one
                await self._outbox.hold(entry, self._clock.now() + _WAIT, "channel")
        return len(entries)

    async def look_after(self) -> None:
        """Escalate what was not delivered in time. Raises redis errors."""
        for entry in await self._outbox.late():
            channels = self._rulebook.escalated(urgent=entry.notice.urgent)
            if await self._outbox.escalate(entry, channels):
                log.warning("notice.escalated", notice=entry.notice.id, to=list(channels), instead_of=list(entry.lacks_it))
