"""A lane: what one channel delivers. It waits for no other channel, and no other waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from bidwright import Clock, NotDelivered, Notice
from bidwright.runtime.logging import get_logger
from bidwright.runtime.notices.entries import Entry
from bidwright_notifier.bundle import bundle
from bidwright_notifier.cell import Cell, Hangs
from bidwright_notifier.channels import Channel
from bidwright_notifier.messages import Messages
from bidwright_notifier.metrics import Metrics
from bidwright_notifier.outbox import Outbox
from bidwright_notifier.rulebook import Rulebook

log = get_logger(__name__)
SEND_S = 10.0
"""How long a channel may take for one notice."""
_AT_ONCE, _IDLE_S = 5, 0.5
_WHY = 300


class Lane:
    """
    One replica's deliveries by one channel. *clean* takes secrets out of what the channel raises.
    """

    def __init__(
        self,
        channel: Channel,
        outbox: Outbox,
        messages: Messages,
        rulebook: Rulebook,
        clock: Clock,
        metrics: Metrics,
        clean: Callable[[str], str],
    ) -> None:
        self.channel = channel
        self._outbox, self._messages, self._rulebook, self._clock, self._metrics = outbox, messages, rulebook, clock, metrics
        self._clean = clean
        self._cell = Cell(channel.key)

    async def step(self) -> None:
        """Deliver what is due, or wait a moment. Raises redis errors; what was not remembered as delivered is delivered again."""
        if not await self.deliver():
            await self._clock.sleep(_IDLE_S)

    async def deliver(self) -> int:
        """Deliver what is due; how many entries that were."""
        entries = await self._outbox.lease(self.channel.key, _AT_ONCE)
        together = [entry for entry in entries if entry.bundled]
        parts = [[entry] for entry in entries if not entry.bundled] + ([together] if together else [])
        await asyncio.gather(*(self._part(part) for part in parts))
        return len(entries)

    async def send(self, notice: Notice) -> str:
        """Send one notice; why it was not delivered, without secrets, or an empty text."""
        try:
            await self._cell.run(lambda: self.channel.notifier.send(notice, self.channel.address), SEND_S)
        except (Exception, SystemExit, KeyboardInterrupt, asyncio.CancelledError) as error:  # whatever a channel raises
            if (task := asyncio.current_task()) is not None and task.cancelling():
                raise  # it is we who are to end
            return self._clean(_reason(error))[:_WHY]
        return ""

    def close(self) -> None:
        """End the channel's thread."""
        self._cell.close()

    async def _part(self, entries: Sequence[Entry]) -> None:
        key = self.channel.key
        entries = [entry for entry in entries if await self._still(entry)]
        if not entries:
            return
        if until := self._rulebook.quiet_until(urgent=any(entry.notice.urgent for entry in entries)):
            await self._outbox.later(key, entries, until)
            return
        why = await self.send(bundle([_as_told(entry, key) for entry in entries]))
        self._metrics.deliveries.labels(key, "failed" if why else "delivered").inc()
        if not why:
            await self._outbox.delivered(key, entries)
            return
        lost = await self._outbox.failed(key, entries, why)
        log.warning(
            "notice.given_up" if lost else "notice.delayed", channel=key, notices=len(entries), notice=entries[0].notice.id, why=why
        )
        for entry in entries:
            await self._escalate(entry)

    async def _still(self, entry: Entry) -> bool:
        if entry.has_it or await self._messages.stands(entry.notice):
            return True
        await self._outbox.withdrawn(entry)
        return False

    async def _escalate(self, entry: Entry) -> None:
        own = next(one for one in entry.deliveries if one.channel == self.channel.key)
        channels = self._rulebook.escalated(urgent=entry.notice.urgent)
        if channels and not own.escalated and own.attempts >= self._rulebook.patience and await self._outbox.escalate(entry, channels):
            log.warning("notice.escalated", notice=entry.notice.id, to=list(channels), instead_of=[self.channel.key])


def _reason(error: BaseException) -> str:
    return str(error) if isinstance(error, (NotDelivered, Hangs)) else f"{type(error).__name__}: {error}"


def _as_told(entry: Entry, channel: str) -> Notice:
    """The notice, with a word about the channels that it stands in for."""
    own = next((one for one in entry.deliveries if one.channel == channel), None)
    others = [one.channel for one in entry.deliveries if one.channel != channel and one.state != "delivered" and not one.escalated]
    if own is None or not own.escalated or not others:
        return entry.notice
    return replace(entry.notice, text=f"{entry.notice.text} (Not delivered by {', '.join(others)}.)")
