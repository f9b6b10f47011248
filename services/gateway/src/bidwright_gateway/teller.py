"""The teller: tells plugins what happened, beside everything else; however slow or broken one is, nobody waits for it."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from contextlib import aclosing, suppress
from dataclasses import replace
from typing import Any, Literal

from redis.asyncio import Redis

from bidwright import Clock, Event
from bidwright.plugins import Plugins, where
from bidwright.runtime import streams
from bidwright.runtime.logging import get_logger

log = get_logger(__name__)
MOST_WAITING = 1000
_NOBODY_S, _GOODBYE_S = 60.0, 1.0
Outcome = Literal["told", "failed", "dropped"]
Count = Callable[[str, Outcome], None]


class Ear:
    """
    One plugin that listens, in a thread of its own behind a bounded queue. Overflow is dropped and counted.
    """

    def __init__(self, plugin: str, ask: Callable[..., Any], count: Count, *, room: int = MOST_WAITING) -> None:
        self._plugin, self._ask, self._count = plugin, ask, count
        self._waiting: queue.Queue[Event | None] = queue.Queue(room)
        self._thread: threading.Thread | None = None
        self._dropping = self._failing = False

    def tell(self, event: Event) -> None:
        """Hand over a copy of *event*, or drop it; never waits."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._listen, name=f"events {self._plugin}", daemon=True)
            self._thread.start()
        own = replace(event, changes={key: dict(fields) for key, fields in event.changes.items()})
        try:
            self._waiting.put_nowait(own)
        except queue.Full:
            self._count(self._plugin, "dropped")
            if not self._dropping:
                log.warning("event.dropped", plugin=self._plugin, waiting=self._waiting.maxsize)
            self._dropping = True
        else:
            self._dropping = False

    async def close(self) -> None:
        """Let it hear what still waits, for a second at most; a thread that hangs is left behind."""
        if self._thread is not None:
            with suppress(queue.Full):
                self._waiting.put_nowait(None)
            await asyncio.to_thread(self._thread.join, _GOODBYE_S)

    def _listen(self) -> None:
        while (event := self._waiting.get()) is not None:
            try:
                self._ask(event=event)
            except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a plugin raises, it hears the next one
                self._count(self._plugin, "failed")
                if not self._failing:
                    log.error("event.failed", plugin=self._plugin, kind=event.kind, why=where(error))  # noqa: TRY400 - file and line are enough
                self._failing = True
            else:
                self._count(self._plugin, "told")
                if self._failing:
                    log.info("event.recovered", plugin=self._plugin)
                self._failing = False


class Teller:
    """
    Follows the event log by itself, so that a break in the connection loses nothing of it, and tells every ear.
    """

    def __init__(self, plugins: Plugins, redis: Redis, clock: Clock, count: Count, *, prefix: str = "bw:") -> None:
        self._redis, self._clock, self._prefix = redis, clock, prefix
        self._ears = [Ear(name, ask, count) for name, ask in plugins.implementations("on_event")]
        self._after = ""

    async def step(self) -> None:
        """Tell one batch of events, or a moment of silence. Raises redis errors; the next step goes on where this one was."""
        if not self._ears:
            await self._clock.sleep(_NOBODY_S)
            return
        if not self._after:
            self._after = await streams.last_id(self._redis, self._prefix)
        async with aclosing(streams.tail(self._redis, after=self._after, prefix=self._prefix)) as batches:
            events = await anext(batches)
        for event in events:
            for ear in self._ears:
                ear.tell(event)
        if events:
            self._after = events[-1].id

    async def close(self) -> None:
        """The end: all at once, a second each at most."""
        await asyncio.gather(*(ear.close() for ear in self._ears))
