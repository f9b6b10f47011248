"""The post: one lane per channel, each at its own pace; and the owner's trials."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from redis.asyncio import Redis

from bidwright import Clock, Notice
from bidwright.clock import to_ms
from bidwright.runtime import service
from bidwright.runtime.notices import lanes, trial
from bidwright.runtime.notices.secrecy import cleaner
from bidwright_notifier.channels import Channel
from bidwright_notifier.lane import Lane
from bidwright_notifier.metrics import Metrics
from bidwright_notifier.outbox import Outbox
from bidwright_notifier.rulebook import Rulebook
from bidwright_notifier.sorter import Sorter

_SORT_S, _KEEP_S, _SWEEP_S = 0.5, 1.0, 60.0
_TRIAL = "This is a test. Bidwright reaches you on this channel."


class Post:
    """
    One replica's delivery.
    """

    def __init__(
        self,
        redis: Redis,
        outbox: Outbox,
        sorter: Sorter,
        rulebook: Rulebook,
        make_lane: Callable[[Channel, Callable[[str], str]], Lane],
        clock: Clock,
        metrics: Metrics,
    ) -> None:
        self._redis, self._outbox, self._sorter, self._rulebook = redis, outbox, sorter, rulebook
        self._make_lane, self._clock, self._metrics = make_lane, clock, metrics
        self._lanes: dict[str, Lane] = {}
        self._jobs: dict[str, asyncio.Future[None]] = {}
        self._trials: set[asyncio.Future[None]] = set()
        self._swept = clock.monotonic()
        self._aside = service.Pulse(clock)
        self.unwell: list[str] = []
        """Channels that do not deliver at present, as sentences."""

    @property
    def channels(self) -> list[Channel]:
        """Where notices go."""
        return [lane.channel for lane in self._lanes.values()]

    def use(self, channels: Sequence[Channel]) -> None:
        """From now on these are the channels. A delivery under way ends on the one it began with."""
        clean = cleaner([channel.address for channel in channels])
        wanted = {channel.key: channel for channel in channels}
        for key in [key for key, lane in self._lanes.items() if wanted.get(key) != lane.channel]:
            self._drop(key)
        self._lanes = {key: self._lanes.get(key) or self._make_lane(channel, clean) for key, channel in wanted.items()}
        self._rulebook.channels = list(self._lanes)

    async def sort(self) -> None:
        """Sort what is due and look after what is late, then wait a moment. Raises redis errors."""
        self._metrics.waiting.set(await self._outbox.waiting())
        await self._sorter.look_after()
        if not await self._sorter.sort():
            await self._clock.sleep(_SORT_S)

    async def keep(self) -> None:
        """Keep every lane running, follow the owner's wishes, and tell how the channels fare. Raises redis errors."""
        await self._clock.sleep(_KEEP_S)
        await self.follow()
        for key, lane in self._lanes.items():
            if key not in self._jobs:
                self._jobs[key] = asyncio.ensure_future(service.supervise(f"lane {key}", lane.step, self._aside))
        fare = await lanes.lanes(self._redis, [channel.told for channel in self.channels])
        self.unwell = [f"channel {one.told.name} does not deliver: {one.why}" for one in fare if one.down]
        for one in fare:
            self._metrics.down.labels(one.told.name).set(int(one.down))
        if self._clock.monotonic() - self._swept >= _SWEEP_S:
            self._swept = self._clock.monotonic()
            while await self._outbox.sweep(list(self._lanes)):
                pass

    async def follow(self) -> None:
        """Read the owner's wishes again; what is held is sorted anew when they have changed. Raises redis errors."""
        if await self._rulebook.refresh(list(self._lanes)):
            await self._outbox.unhold()

    async def round(self) -> None:
        """Sort and deliver once what is due now: for tests, whose clock does not go by itself. Raises redis errors."""
        await self.follow()
        await self._sorter.look_after()
        await self._sorter.sort()
        await asyncio.gather(*(lane.deliver() for lane in self._lanes.values()))

    async def try_out(self) -> None:
        """Begin the next trial that the owner asks for; none waits for another. Raises redis errors."""
        wish = await trial.next_ask(self._redis)
        if wish is not None and wish.until_ms > to_ms(self._clock.now()):
            job = asyncio.ensure_future(self._try(wish))
            self._trials.add(job)
            job.add_done_callback(self._trials.discard)

    async def close(self) -> None:
        """End all lanes."""
        await service.end([*self._jobs.values(), *self._trials])
        for lane in self._lanes.values():
            lane.close()

    async def _try(self, wish: trial.Ask) -> None:
        began = self._clock.monotonic()
        lane = self._lanes.get(wish.channel)
        if lane is None:
            why = f"this notifier has no channel {wish.channel!r}"
        else:
            why = await lane.send(Notice(f"test:{wish.id}", "test", "", _TRIAL, urgent=False, at=self._clock.now()))
            if not why:  # it is known to be back: what waits for it goes at once
                await self._outbox.delivered(wish.channel, [])
        took = round((self._clock.monotonic() - began) * 1000)
        await trial.answer(self._redis, wish, trial.Outcome(delivered=not why, why=why, took_ms=took))

    def _drop(self, key: str) -> None:
        if job := self._jobs.pop(key, None):
            job.cancel()
        self._lanes.pop(key).close()
