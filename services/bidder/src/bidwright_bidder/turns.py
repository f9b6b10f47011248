"""Turns: who reads next when more lots want to act than the request budget lets through."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

AT_ONCE = 6
CROWDED = 6
"""So many lots in line are about a second of the request budget."""


class Turns:
    """
    A few places. First bids go before answers in a war, and among equals whoever's close comes first: every lot gets its one bid.
    """

    def __init__(self) -> None:
        self._free = AT_ONCE
        self._line: list[tuple[bool, int, int, asyncio.Future[None]]] = []
        self._numbers = count()

    @property
    def crowded(self) -> bool:
        """Whether lots that can wait should."""
        return len(self._line) >= CROWDED

    @asynccontextmanager
    async def turn(self, close_ms: int, *, answering: bool) -> AsyncIterator[None]:
        """Hold a place, in the order of *answering* and *close_ms* (Unix ms)."""
        if self._free > 0 and not self._line:
            self._free -= 1
        else:
            await self._wait(close_ms, answering=answering)
        try:
            yield
        finally:
            self._free += 1
            self._next()

    async def _wait(self, close_ms: int, *, answering: bool) -> None:
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        entry = (answering, close_ms, next(self._numbers), place)
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
            place = heapq.heappop(self._line)[3]
            if not place.done():
                self._free -= 1
                place.set_result(None)
