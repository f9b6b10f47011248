"""Along: lots that are due soon anyway ride in a request that goes out for others, since one that carries many costs the site no more."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from bidwright.clock import to_ms
from bidwright.records import LotRecord, Records
from bidwright.runtime.site_time import SiteTime
from bidwright.transitions import Ticket, Transitions

AHEAD_MS = 10_000
"""How much sooner than due a lot may be read: little for one that is looked at once in minutes."""
_FAR = timedelta(minutes=10)
_MOST, _FORGOTTEN_MS = 2000, 60_000


class Along:
    """
    Finds the passengers of a request, and knows when they come due that they were read. They stay in the queue: nobody holds them.
    """

    def __init__(self, transitions: Transitions, records: Records, site_time: SiteTime) -> None:
        self._transitions, self._records, self._site_time = transitions, records, site_time
        self._redis: Any = transitions.redis
        self._due: dict[str, int] = {}
        self._read: dict[str, int] = {}

    async def passengers(self, room: int, carried: Collection[str]) -> list[LotRecord]:
        """At most *room* lots that close far off and come due next, without those *carried* already. Raises StoreDown and redis errors."""
        if room <= 0:
            return []
        now = await self._transitions.stamp()
        rows = await self._redis.zrangebyscore(
            f"{self._transitions.prefix}due:poll", f"({now}", now + AHEAD_MS, start=0, num=room, withscores=True
        )
        due = {str(lot_id): int(score) for lot_id, score in rows if str(lot_id) not in carried}
        far = to_ms(self._site_time.now() + _FAR)
        found = [record for record in await self._records.lots(list(due)) if record.close > far] if due else []
        self._due = {record.id: due[record.id] for record in found}
        return found

    def read(self, lot_id: str) -> None:
        """A passenger was read: the look that it was waiting for is done."""
        due = self._due.get(lot_id)
        if due is not None:
            if len(self._read) >= _MOST:  # another replica did the rest
                self._read = {one: at for one, at in self._read.items() if at > due - _FORGOTTEN_MS}
            self._read[lot_id] = due

    def answered(self, ticket: Ticket) -> bool:
        """Whether the look of *ticket* is done: the one that was planned, and no other that somebody asked for since."""
        return self._read.pop(ticket.lot_id, None) == ticket.due_ms
