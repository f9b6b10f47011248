"""The frame of a worker on a due queue: many looks under way at once, each in a task of its own, none left behind."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Coroutine, Sequence
from typing import Any

from redis.exceptions import RedisError

from bidwright.clock import Clock
from bidwright.errors import BidwrightError, StoreDown
from bidwright.runtime import failpoints
from bidwright.runtime.logging import get_logger
from bidwright.runtime.service import end
from bidwright.trace import Trace, under
from bidwright.transitions import Taken, Ticket, Transitions
from bidwright.transitions.door import Queue

log = get_logger(__name__)
LEASE_MS = 2000
"""How long a lot stays with a worker that has died: another one takes it after that."""
RENEW_S = 0.5
MOST_IDLE_S = 60.0
"""Said of an empty queue."""
AGAIN_S = 0.25
"""How soon a look that the store broke off is made again, if the store answers by then: soon, but no loop without a pause."""


class Worker(ABC):
    """
    What the workers of both queues share; each says in ``take`` what it takes and how it begins.
    """

    def __init__(self, queue: Queue, transitions: Transitions, clock: Clock) -> None:
        self._queue: Queue = queue
        self._transitions, self._clock = transitions, clock
        self._tasks: set[asyncio.Task[None]] = set()
        self._broken_off: deque[tuple[float, Ticket]] = deque()
        self._idle_s = 0.0

    async def step(self) -> int:
        """
        Take what is due and there is room for, begin with it, and give how many lots that is.

        Also keeps the store's clock steady: call it at least once a second. Raises StoreDown and redis errors.
        """
        await self._hand_back()
        return await self.take()

    @abstractmethod
    async def take(self) -> int:
        """The part of a step that differs: take, begin, and give how many lots; one call of the store even when there is no room."""

    async def _taken(self, n: int, ahead_ms: int = 0) -> Taken:
        """TAKE, and a note of when it is worth to be asked again. Raises StoreDown."""
        taken = await self._transitions.take(self._queue, n=n, lease_ms=LEASE_MS, ahead_ms=ahead_ms)
        self._idle_s = MOST_IDLE_S if taken.next_ms is None else (taken.next_ms - ahead_ms - taken.now_ms) / 1000
        return taken

    @property
    def idle_s(self) -> float:
        """How long there is nothing to take, in seconds, as far as the last TAKE knew; 0 when something is due."""
        return max(0.0, self._idle_s)

    @property
    def under_way(self) -> int:
        """How many looks have begun and not ended."""
        return len(self._tasks)

    async def hold(self, tickets: Sequence[Ticket], look: Coroutine[Any, Any, None]) -> None:
        """
        Run *look* while the leases of its *tickets* are renewed; when all of them are lost, or done with, it stops where it is.

        What the store broke off is handed back at the next step. After any other end without DONE the lots come due with their leases.
        """
        with under(_cause(tickets)):
            looking = asyncio.create_task(look)
        broken_off = False
        try:
            tickets = await self._kept(tickets, looking)
            if tickets:
                await looking
        except (RedisError, BidwrightError) as error:
            broken_off = isinstance(error, RedisError | StoreDown)
            log.warning("look.dropped", queue=self._queue, lots=[ticket.lot_id for ticket in tickets], error=str(error))
        except Exception:
            log.exception("look.failed", queue=self._queue, lots=[ticket.lot_id for ticket in tickets])
        finally:
            await end([looking])
        if broken_off:
            again = self._clock.monotonic() + AGAIN_S
            self._broken_off.extend((again, ticket) for ticket in tickets)

    async def _kept(self, tickets: Sequence[Ticket], looking: asyncio.Task[None]) -> Sequence[Ticket]:
        """Renew until the look has ended; gives what is left of the tickets. Raises StoreDown."""
        while tickets:
            nap = asyncio.create_task(self._clock.sleep(RENEW_S))
            try:
                await asyncio.wait((looking, nap), return_when=asyncio.FIRST_COMPLETED)
            finally:
                nap.cancel()
            if looking.done():
                return tickets
            await failpoints.hit("F7")
            tickets = [ticket for ticket in tickets if await self._transitions.renew(self._queue, ticket.lot_id, ticket.fence, LEASE_MS)]
        log.info("lease.lost", queue=self._queue)
        return []

    async def _hand_back(self) -> None:
        """
        Say DONE for looks that the store broke off: in nobody's hands, a lot need not wait for the end of its lease.

        Nor has it ended its worker, which is what the script would count it for.
        """
        while self._broken_off and self._broken_off[0][0] <= self._clock.monotonic():
            ticket = self._broken_off[0][1]
            await self._transitions.done(self._queue, ticket.lot_id, ticket.fence, 0)
            self._broken_off.popleft()

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


def _cause(tickets: Sequence[Ticket]) -> Trace | None:
    """The trace of what made the lots due: the first one's that has any."""
    return next((Trace.read(ticket.trace) for ticket in tickets if ticket.trace), None)
