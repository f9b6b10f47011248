"""The coach: one batch read under way at a time, and the next one carries every lot that came due meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from bidwright import Clock
from bidwright.records import LotRecord
from bidwright.runtime import reading
from bidwright.runtime.service import end
from bidwright.transitions import Transitions
from bidwright_poller.along import Along
from bidwright_poller.ways import MOST, Catch, Ways

KEPT = 4
"""Seats of each request for lots whose close has come: few in any second, and their ends must not stand in line behind prices."""
SEATS = MOST - KEPT


class Coach:
    """
    A request waits for its turn in the budget; lots that come due meanwhile board the next one instead of asking for a turn of their own.

    Seats left over go to lots that are due soon, or of which nothing is known while those are many, where *rides* says that a batch read
    tells enough of them. It goes ahead of single reads in the line for the budget, so it leaves only once in ``pause_s``: the other turns
    are theirs.
    """

    def __init__(self, transitions: Transitions, ways: Ways, along: Along, rides: Callable[[LotRecord], bool], clock: Clock) -> None:
        self._transitions, self._ways, self._along, self._rides, self._clock = transitions, ways, along, rides, clock
        self.pause_s, self.unread = 0.0, 0
        self._left_at = float("-inf")
        self._boarding: dict[asyncio.Task[Catch | None], dict[str, LotRecord]] = {}
        """Requests that have not left yet, in their order, and who has boarded."""
        self._road = asyncio.Lock()
        self._trips: set[asyncio.Task[Catch | None]] = set()

    @property
    def line(self) -> int:
        """How many requests are under way or wait for it."""
        return len(self._trips)

    async def ride(self, lots: Sequence[LotRecord], *, first: bool = False) -> Catch | None:
        """
        Read *lots*, at most SEATS, in the last of the requests in line. None: a batch read does not work at present, or is not worth it.

        *first*: in the next request that leaves, if it has the seats. Raises StoreDown and redis errors. Whoever stops waiting stops nobody
        else.
        """
        if not self._ways.open:
            return None
        trip = self._with_seats(len(lots), first=first)
        self._boarding[trip] |= {lot.id: lot for lot in lots}
        return await asyncio.shield(trip)

    async def close(self) -> None:
        """Drop what is under way; its lots come due again."""
        await end(self._trips)

    def _with_seats(self, number: int, *, first: bool) -> asyncio.Task[Catch | None]:
        boarding = list(self._boarding) if first else list(self._boarding)[-1:]
        for trip in boarding:
            if len(self._boarding[trip]) + number <= (MOST if first else SEATS):
                return trip
        lots: dict[str, LotRecord] = {}
        trip = asyncio.create_task(self._leave(lots))
        trip.add_done_callback(self._arrived)
        self._trips.add(trip)
        self._boarding[trip] = lots
        return trip

    async def _leave(self, lots: dict[str, LotRecord]) -> Catch | None:
        async with self._road:
            if (wait_s := self._left_at + self.pause_s - self._clock.monotonic()) > 0:
                await self._clock.sleep(wait_s)
            self._left_at = self._clock.monotonic()
            self._boarding = {trip: aboard for trip, aboard in self._boarding.items() if aboard is not lots}
            found = await self._along.passengers(MOST - len(lots), lots, unread=self.unread)
            along = [lot for lot in found if self._rides(lot)]
            caught = await self._ways.catch([*lots.values(), *along])
            if caught is not None:
                await self._set_down(caught, along)
            return caught

    async def _set_down(self, caught: Catch, along: Sequence[LotRecord]) -> None:
        for record in along:
            if lot := caught.of(record):
                await reading.apply(self._transitions, lot, caught.read_started_ms)
                self._along.read(record.id)

    def _arrived(self, task: asyncio.Task[Catch | None]) -> None:
        self._trips.discard(task)
        self._boarding.pop(task, None)  # it was dropped before it left
        if not task.cancelled():
            task.exception()  # who rode has it; it is nobody's when all of them have stopped waiting
