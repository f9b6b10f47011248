"""The frame of a worker on a due queue: many looks under way at once, each in a task of its own, none left behind."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Coroutine, Sequence
from typing import Any

from redis.exceptions import RedisError

from bidwright.clock import Clock
from bidwright.errors import BidwrightError
from bidwright.runtime import failpoints
from bidwright.runtime.logging import get_logger
from bidwright.runtime.service import end
from bidwright.transitions import Ticket, Transitions
from bidwright.transitions.door import Queue

log = get_logger(__name__)
LEASE_MS = 2000
"""How long a lot stays with a worker that has died: another one takes it after that."""
RENEW_S = 0.5


class Worker(ABC):
    """
    What the workers of both queues share; each says in ``step`` what it takes and how it begins.
    """

    def __init__(self, queue: Queue, transitions: Transitions, clock: Clock) -> None:
        self._queue: Queue = queue
        self._transitions, self._clock = transitions, clock
        self._tasks: set[asyncio.Task[None]] = set()

    @abstractmethod
    async def step(self) -> int:
        """
        Take what is due and there is room for, begin with it, and give how many lots that is.

        Also keeps the store's clock steady: call it at least once a second. Raises StoreDown and redis errors.
        """

    @property
    def under_way(self) -> int:
        """How many looks have begun and not ended."""
        return len(self._tasks)

    async def hold(self, tickets: Sequence[Ticket], look: Coroutine[Any, Any, None]) -> None:
        """Run *look* while the leases of its *tickets* are renewed; when all of them are lost, or done with, it stops where it is."""
        looking = asyncio.create_task(look)
        try:
            while tickets:
                nap = asyncio.create_task(self._clock.sleep(RENEW_S))
                try:
                    await asyncio.wait((looking, nap), return_when=asyncio.FIRST_COMPLETED)
                finally:
                    nap.cancel()
                if looking.done():
                    return
                await failpoints.hit("F7")
                tickets = [
                    ticket for ticket in tickets if await self._transitions.renew(self._queue, ticket.lot_id, ticket.fence, LEASE_MS)
                ]
            log.info("lease.lost", queue=self._queue)
        except (RedisError, BidwrightError) as error:
            log.warning("lease.not_renewed", queue=self._queue, error=str(error))
        finally:
            await end([looking])

    def begin(self, look: Coroutine[Any, Any, None]) -> None:
        """Run *look* in a task of its own, kept until it ends."""
        task = asyncio.create_task(look)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def run_due(self) -> int:
        """Do everything that is due now, wait for the end of it, and give how many looks that took."""
        total = 0
        while True:
            total += await self.step()
            if not self._tasks:
                return total
            await asyncio.wait(self._tasks)

    async def settle(self, within_s: float) -> bool:
        """Wait up to *within_s* for what is under way. True when nothing is left."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=within_s)
        return not self._tasks

    async def close(self) -> None:
        """Drop what is under way; each lot comes due again when its lease ends."""
        await end(self._tasks)
