"""The desk: events in, entries out. Each is finished before the next, so that order is kept."""

from __future__ import annotations

from bidwright import Clock, Notice
from bidwright_notifier.inbox import GROUP, Inbox
from bidwright_notifier.messages import Messages
from bidwright_notifier.metrics import Metrics
from bidwright_notifier.outbox import Draft, Outbox

_MISSED = "Some notices may be missing: the notifier was away for too long. Look at the page for how things stand."


class Desk:
    """
    One replica's reader.
    """

    def __init__(self, inbox: Inbox, messages: Messages, outbox: Outbox, clock: Clock, metrics: Metrics) -> None:
        self._inbox, self._messages, self._outbox, self._clock, self._metrics = inbox, messages, outbox, clock, metrics

    async def unread_s(self) -> float:
        """How long the oldest event waits to be read, in seconds. Raises redis errors."""
        return await self._inbox.unread_s()

    async def step(self) -> None:
        """One batch. Raises redis errors; what was not finished comes again."""
        batch = await self._inbox.read()
        if batch.lost_at:
            await self._accept(Draft(Notice(f"missed:{batch.lost_at}", "missed", "", _MISSED, urgent=True, at=self._clock.now())))
        plain: list[str] = []
        for event in batch.events:
            draft = await self._messages.draft(event)
            if draft is None:
                plain.append(event.id)
                continue
            await self._inbox.done(plain)
            plain = []
            await self._accept(draft)
        await self._inbox.done(plain)

    async def _accept(self, draft: Draft) -> None:
        if await self._outbox.accept(draft, GROUP) == "added":
            self._metrics.notices.labels(draft.notice.kind).inc()
