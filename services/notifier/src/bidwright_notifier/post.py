"""The post: entries that are due go to every channel that does not have them yet."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bidwright import Clock
from bidwright.runtime.logging import get_logger
from bidwright_notifier.channels import Channel
from bidwright_notifier.messages import Messages
from bidwright_notifier.metrics import Metrics
from bidwright_notifier.outbox import Entry, Outbox

log = get_logger(__name__)
_AT_ONCE, _IDLE_S = 10, 0.5
_SEND_S = 10.0


class Post:
    """
    One replica's delivery. A channel that fails or hangs keeps only its own notices waiting.
    """

    def __init__(self, outbox: Outbox, messages: Messages, channels: Sequence[Channel], clock: Clock, metrics: Metrics) -> None:
        self._outbox, self._messages, self._clock, self._metrics = outbox, messages, clock, metrics
        self.channels = channels
        """Where notices go; a delivery under way ends on those it began with."""

    async def step(self) -> None:
        """Deliver what is due, or wait a moment. Raises redis errors; what was not remembered as delivered is delivered again."""
        entries = await self._outbox.lease(_AT_ONCE)
        self._metrics.waiting.set(await self._outbox.waiting())
        if not entries:
            await self._clock.sleep(_IDLE_S)
        await asyncio.gather(*(self._deliver(entry) for entry in entries))

    async def _deliver(self, entry: Entry) -> None:
        if not entry.sent and not await self._messages.stands(entry.notice):
            await self._outbox.withdrawn(entry)
            return
        sent, whys = list(entry.sent), []
        for channel in self.channels:
            if channel.key in sent:
                continue
            try:
                async with asyncio.timeout(_SEND_S):
                    await channel.notifier.send(entry.notice, channel.address)
            except (Exception, SystemExit, asyncio.CancelledError) as error:  # whatever a channel raises means "not delivered"
                if (task := asyncio.current_task()) is not None and task.cancelling():
                    raise  # it is we who are to end
                whys.append(f"{channel.notifier.name}: {type(error).__name__}: {error}"[:300])
                self._metrics.deliveries.labels(channel.notifier.name, "failed").inc()
            else:
                sent.append(channel.key)
                self._metrics.deliveries.labels(channel.notifier.name, "delivered").inc()
        if not whys:
            await self._outbox.delivered(entry, sent)
            return
        state = await self._outbox.failed(entry, sent, "; ".join(whys))
        log.warning("notice.given_up" if state == "failed" else "notice.delayed", notice=entry.notice.id, why="; ".join(whys))
