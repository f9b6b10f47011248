"""Along: lots that are due soon anyway ride in a request that goes out for others, since one that carries many costs the site no more."""

from __future__ import annotations

from collections.abc import Collection
from random import Random
from typing import Any

from bidwright.records import LotRecord, Records
from bidwright.transitions import Ticket, Transitions

AHEAD_MS, SHARE = 150_000, 0.5
"""How much sooner than due a lot may be read: by half the pause that it is in, and by no more than this."""
_MOST, _FORGOTTEN_MS = 20_000, 60_000
_FIELDS = ("lease:poll", "obs_started", "shown_started")


class Along:
    """
    Finds the passengers of a request, and knows when they come due that they were read. They stay in the queue: nobody holds them.
    """

    def __init__(self, transitions: Transitions, records: Records, rng: Random) -> None:
        self._transitions, self._records, self._rng = transitions, records, rng
        self._redis: Any = transitions.redis
        self._due: dict[str, int] = {}
        self._read: dict[str, int] = {}

    async def passengers(self, room: int, carried: Collection[str], *, unread: int = 0) -> list[LotRecord]:
        """
        At most *room* lots that come due next, without those *carried* already; some of those *unread* where so many are.

        Raises StoreDown and redis errors.
        """
        if room <= 0:
            return []
        now = await self._transitions.stamp()
        rows = (await self._unread(room, unread) if unread else []) or await self._soon(now, room)
        due = {lot_id: at for lot_id, at in rows if lot_id not in carried}
        async with self._redis.pipeline(transaction=False) as pipe:
            for lot_id in due:
                pipe.hmget(f"{self._transitions.prefix}lot:{lot_id}", _FIELDS)
            details = await pipe.execute() if due else []
        ripe = [lot_id for lot_id, detail in zip(due, details, strict=True) if _ripe(now, due[lot_id], *detail)]
        found = await self._records.lots(ripe[:room]) if ripe else []
        self._due = {record.id: due[record.id] for record in found}
        return found

    async def _soon(self, now: int, room: int) -> list[tuple[str, int]]:
        """Lots by the time at which they come due next, the soonest first."""
        rows = await self._redis.zrangebyscore(
            f"{self._transitions.prefix}due:poll", f"({now}", now + AHEAD_MS, start=0, num=2 * room, withscores=True
        )
        return [(str(lot_id), int(score)) for lot_id, score in rows]

    async def _unread(self, room: int, unread: int) -> list[tuple[str, int]]:
        """Some lots of which nothing is known, others each time: some of them the site may not know either."""
        begin = self._rng.randrange(max(1, unread - room + 1))
        rows = await self._redis.zrange(f"{self._transitions.prefix}lots", "+inf", "+inf", byscore=True, offset=begin, num=2 * room)
        scores = await self._redis.zmscore(f"{self._transitions.prefix}due:poll", rows) if rows else []
        return [(str(lot_id), int(score)) for lot_id, score in zip(rows, scores, strict=True) if score is not None]

    def read(self, lot_id: str) -> None:
        """A passenger was read: the look that it was waiting for is done."""
        due = self._due.get(lot_id)
        if due is not None:
            if len(self._read) >= _MOST:  # another replica did the rest
                self._read = {one: at for one, at in self._read.items() if at > due - _FORGOTTEN_MS}
            self._read[lot_id] = due

    def answered(self, ticket: Ticket) -> bool:
        """Whether the look of *ticket* is done: the one that was planned, and none that somebody asked for."""
        return self._read.pop(ticket.lot_id, None) == ticket.due_ms and not ticket.asked


def _ripe(now: int, due: int, held: str | None, observed: str | None, shown: str | None) -> bool:
    """Whether a lot that nobody is looking at just now is in the last part of its pause."""
    return not held and due - now <= SHARE * (due - max(int(observed or 0), int(shown or 0)))
