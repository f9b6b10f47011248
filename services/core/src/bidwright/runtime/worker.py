"""The frame of a worker on a due queue: many looks under way at once, each in a task of its own, none left behind."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Coroutine
from typing import Any

from bidwright.runtime.service import end


class Worker(ABC):
    """
    What the workers of both queues share; each says in ``step`` what it takes and how it begins.
    """

    def __init__(self) -> None:
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
