"""Live events for many subscribers over few connections: one per lot, shared, kept a while after the last one left."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager
from typing import Protocol

from bidwright import Clock
from bidwright.errors import StoreDown, UpstreamBusy
from bidwright.runtime import service
from bidwright.runtime.logging import get_logger
from bidwright_nellis_proxy.feed import FeedLost
from bidwright_nellis_proxy.fields import is_lot_id
from bidwright_nellis_proxy.gate import Gate, Purpose
from bidwright_nellis_proxy.metrics import Metrics
from bidwright_nellis_proxy.replies import DEFAULT_WAIT_S, Reply
from bidwright_proto.v1 import site_pb2

log = get_logger(__name__)
LINGER_S = 5.0
_FIRST_PAUSE_S, _LONGEST_PAUSE_S, _STABLE_S = 1.0, 30.0, 10.0
_ERRORS = {"silent": "timeout", "refused-401": "auth", "refused-403": "auth"}
_CONNECTED, _LOST = site_pb2.LiveEvent.KIND_CONNECTED, site_pb2.LiveEvent.KIND_LOST


class Follow(Protocol):
    """
    Opens one lot's live events; see ``feed.follow``.
    """

    def __call__(self, lot_id: str) -> AsyncIterator[site_pb2.LiveEvent]:
        """Events until FeedLost."""
        ...


class Subscription:
    """
    One subscriber: the lots it wants, and what it has not heard yet. A slow reader costs at most one event of each kind per lot.
    """

    def __init__(self, live: Live) -> None:
        self.lots: dict[str, None] = {}
        self._live = live
        self._unheard: dict[tuple[str, int], tuple[site_pb2.LiveEvent, float]] = {}
        self._bell = asyncio.Event()

    def want(self, lot_ids: Iterable[str]) -> None:
        """Listen to exactly these lots from now on."""
        before = self.lots
        self.lots = dict.fromkeys(lot_ids)
        for lot_id in self.lots:
            if lot_id not in before:
                self.tell(site_pb2.LiveEvent(lot_id=lot_id, kind=_CONNECTED if lot_id in self._live.up else _LOST))
        self._unheard = {key: event for key, event in self._unheard.items() if key[0] in self.lots}
        if before and not self.lots:  # switched off, not changed for others: nothing to linger for
            self._live.let_go(before)
        self._live.plan()

    def tell(self, event: site_pb2.LiveEvent) -> None:
        """Something happened on a lot."""
        if event.lot_id in self.lots:
            if event.kind in (_CONNECTED, _LOST):
                for kind in (_CONNECTED, _LOST):
                    self._unheard.pop((event.lot_id, kind), None)
            self._unheard.pop((event.lot_id, event.kind), None)
            self._unheard[event.lot_id, event.kind] = event, time.monotonic()
            self._bell.set()

    async def events(self) -> AsyncIterator[site_pb2.LiveEvent]:
        """What happens, as it happens."""
        while True:
            while self._unheard:
                event, at = self._unheard.pop(next(iter(self._unheard)))
                self._live.metrics.sse.latency.observe(time.monotonic() - at)
                yield event
            self._bell.clear()
            await self._bell.wait()


class Live:
    """
    Keeps the connections that somebody wants, at most *limit* of them; lots beyond that are told as lost.
    """

    def __init__(self, follow: Follow | None, gate: Gate, clock: Clock, *, metrics: Metrics, limit: int) -> None:
        self.up: set[str] = set()
        """Lots whose events arrive."""
        self._follow = follow
        self._gate = gate
        self._clock = clock
        self.metrics = metrics
        self._limit = limit if follow is not None else 0
        self._subscribers: set[Subscription] = set()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._unwanted: dict[str, float] = {}
        self._changed = asyncio.Event()

    @property
    def offered(self) -> bool:
        """Whether there are live events to listen to at all."""
        return self._limit > 0

    @contextmanager
    def subscribe(self) -> Iterator[Subscription]:
        """A subscriber for as long as the block lasts."""
        subscription = Subscription(self)
        self._subscribers.add(subscription)
        try:
            yield subscription
        finally:
            self._subscribers.discard(subscription)
            self.plan()

    def let_go(self, lot_ids: Iterable[str]) -> None:
        """Keep no connection of these lots on, unless somebody else wants it."""
        self._unwanted |= {lot_id: float("-inf") for lot_id in lot_ids if lot_id in self._tasks}

    def plan(self) -> None:
        """What is wanted has changed."""
        self._changed.set()

    async def run(self) -> None:
        """Open and close connections as they are wanted, for ever."""
        async with asyncio.TaskGroup() as group:
            while True:
                self._arrange(group)
                self._changed.clear()
                changed = asyncio.ensure_future(self._changed.wait())
                waits = [changed, asyncio.ensure_future(self._clock.sleep(LINGER_S / 2))] if self._unwanted else [changed]
                try:
                    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    await service.end(waits)

    def _arrange(self, group: asyncio.TaskGroup) -> None:
        wanted = {lot_id: None for subscription in self._subscribers for lot_id in subscription.lots if is_lot_id(lot_id)}
        now = self._clock.monotonic()
        self._tasks = {lot_id: task for lot_id, task in self._tasks.items() if not task.done()}
        for lot_id in list(self._tasks):
            if lot_id in wanted:
                self._unwanted.pop(lot_id, None)
            elif now - self._unwanted.setdefault(lot_id, now) >= LINGER_S or len(self._tasks) >= self._limit:
                self._unwanted.pop(lot_id)
                self._tasks.pop(lot_id).cancel()
        for lot_id in wanted:
            if lot_id not in self._tasks and len(self._tasks) < self._limit:
                self._tasks[lot_id] = group.create_task(self._keep(lot_id))

    async def _keep(self, lot_id: str) -> None:
        """One lot's connection, opened again with growing pauses."""
        pause, again = _FIRST_PAUSE_S, False
        try:
            while True:
                began = self._clock.monotonic()
                if again:
                    self.metrics.sse.reconnects.inc()
                again = True
                why, wait_s = await self._listen(lot_id)
                self._down(lot_id, why)
                pause = _FIRST_PAUSE_S if self._clock.monotonic() - began >= _STABLE_S else pause
                await self._clock.sleep(max(pause * random.uniform(0.8, 1.2), wait_s))  # noqa: S311 - spreads reconnects, hides nothing
                pause = min(pause * 2, _LONGEST_PAUSE_S)
        finally:
            self._down(lot_id, "unwanted")

    async def _listen(self, lot_id: str) -> tuple[str, float]:
        """Follow the lot's events until they end; why, and how long the site wants to be left alone."""
        assert self._follow is not None  # noqa: S101 - without it the limit is 0 and nothing is kept
        try:
            await self._gate.admit(Purpose.POLL)
            async for event in self._follow(lot_id):
                self._tell(event)
        except FeedLost as lost:
            wait_s = 0.0
            if lost.retry_after:
                wait_s = Reply(429, headers={"retry-after": lost.retry_after}).retry_after_s(self._clock.now()) or DEFAULT_WAIT_S
            self.metrics.requests.labels("live", lost.why).inc()
            self.metrics.sse.errors.labels(_ERRORS.get(lost.why, "network")).inc()
            if lot_id not in self.up:
                self.metrics.sse.connections.labels("failed").inc()
            return lost.why, wait_s
        except UpstreamBusy as busy:
            return "busy", busy.retry_after
        except StoreDown:
            return "store", 0.0
        except Exception:
            log.exception("live.failed", lot=lot_id)
            return "failed", 0.0
        return "ended", 0.0

    def _tell(self, event: site_pb2.LiveEvent) -> None:
        if event.kind == _CONNECTED:
            self.up.add(event.lot_id)
            self.metrics.sse.connections.labels("success").inc()
            self._count()
            log.debug("live.connected", lot=event.lot_id)
        for subscription in self._subscribers:
            subscription.tell(event)

    def _down(self, lot_id: str, why: str) -> None:
        if lot_id in self.up:
            self.up.discard(lot_id)
            self._count()
            log.debug("live.lost", lot=lot_id, why=why)
            self._tell(site_pb2.LiveEvent(lot_id=lot_id, kind=_LOST))

    def _count(self) -> None:
        self.metrics.streams.set(len(self.up))
        self.metrics.sse.active.set(len(self.up))
