"""Turns: who goes next when more want to act than there are places."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

Rank = tuple[float, ...]


class Turns:
    """
    A number of *places*; the line for them is served by rank, the smallest first, and among equals in the order they came.
    """

    def __init__(self, places: int) -> None:
        self._free = places
        self._line: list[tuple[Rank, int, asyncio.Future[None]]] = []
        self._numbers = count()

    @property
    def waiting(self) -> int:
        """How many are in line."""
        return len(self._line)

    def before(self, *rank: float) -> int:
        """How many of those in line go before a newcomer of *rank*."""
        return sum(1 for other, _, _ in self._line if other <= rank)

    @asynccontextmanager
    async def turn(self, *rank: float) -> AsyncIterator[None]:
        """Hold a place, waiting for it in the order of *rank*."""
        if self._free > 0 and not self._line:
            self._free -= 1
        else:
            await self._wait(rank)
        try:
            yield
        finally:
            self._free += 1
            self._next()

    async def _wait(self, rank: Rank) -> None:
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        entry = (rank, next(self._numbers), place)
        heapq.heappush(self._line, entry)
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():  # it was given the place in the same moment
                self._free += 1
                self._next()
            elif entry in self._line:
                self._line.remove(entry)
                heapq.heapify(self._line)
            raise

    def _next(self) -> None:
        while self._free > 0 and self._line:
            place = heapq.heappop(self._line)[2]
            if not place.done():
                self._free -= 1
                place.set_result(None)
