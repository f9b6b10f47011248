"""
The relay: tells clients of the new protocol every event once, with its id, and brings those that come back to where the others are.

No time is told again and again here: a client counts down to ``closeTime`` itself.
"""

from __future__ import annotations

import contextlib
from typing import Any

from redis.exceptions import RedisError

from bidwright.clock import to_ms
from bidwright.event import Event
from bidwright.records import Records
from bidwright.runtime import streams
from bidwright.runtime.site_time import SiteTime
from bidwright_gateway import messages
from bidwright_gateway.board import Board, News
from bidwright_gateway.clients import Follower
from bidwright_gateway.frames import Frame
from bidwright_gateway.hub import Hub
from bidwright_gateway.journal import MOST, Journal, Place, place
from bidwright_gateway.report import service_report
from bidwright_gateway.shape import Flavour

MOST_MISSED = MOST
"""Events that a client may have missed to be told each of them; with more it gets the list anew."""


class Relay:
    """
    Follows the board beside the hub, of which it has the sentences for people.
    """

    def __init__(self, board: Board, hub: Hub, records: Records, redis: Any, site_time: SiteTime) -> None:
        self._board, self._hub, self._records, self._redis, self._site_time = board, hub, records, redis, site_time
        self.journal = Journal()
        self._kept: Frame | None = None
        board.listeners.append(self.hear)

    def hear(self, news: News) -> None:
        """Tell what the board heard."""
        if news.anew:
            self.journal.begin(news.anew)
            for client in self._followers():
                self._anew(client, "The log was cut off or lost; this is how things are now.")
            return
        newest, followers = {event.lot_id: event.id for event in news.events}, self._followers() if news.events else []
        for event in news.events:
            notes = self._hub.notes.get(event.lot_id, []) if newest[event.lot_id] == event.id else []
            frame = self._frame(event, notes)
            self.journal.add(frame)
            for client in followers:
                client.follow(frame)

    async def welcome(self, client: Follower, last: str, reply: dict[str, Any]) -> None:
        """
        Answer an authentication with *reply* and bring the client to where the others are: by what it missed after the event *last*
        if that is known, else by the whole list.
        """
        missed = await self._missed(last) if last else None
        client.send({**reply, "resumed": missed is not None})
        if missed is None:
            self._anew(client, "Not all that came after that event is known any more; this is how things are now." if last else "")
        else:
            for frame in missed:
                client.follow(frame)
        client.following = True

    def _anew(self, client: Follower, gap: str) -> None:
        if gap:
            client.send(messages.plain(messages.Gap(reason=gap)))
        self._hub.tell_store()  # a snapshot says how it is: that is then what was told last
        client.push("snapshot", self._snapshot(client.lots))

    def _followers(self) -> list[Follower]:
        return [client for client in self._hub.clients if isinstance(client, Follower) and client.following]

    async def _missed(self, last: str) -> list[Frame] | None:
        """The events behind *last*, from memory or from the log; None when some may be missing. Never waits after the last look."""
        begin = place(last)
        if begin is None:
            return None
        older: list[Frame] = []
        while (newer := self.journal.since(begin)) is None:
            try:
                found = await self._from_log(begin, self.journal.floor)
            except RedisError:
                return None
            if found is None or len(older) + len(found) > MOST_MISSED:
                return None
            older += [self._frame(event, self._hub.ending_of(event)) for event in found]
            begin = (place(found[-1].id) if found else None) or self.journal.floor
        end = place(self.journal.end)
        if end is None or begin > end or len(older) + len(newer) > MOST_MISSED:
            return None
        return older + newer

    async def _from_log(self, begin: Place, until: Place) -> list[Event] | None:
        """What the log holds behind *begin*, up to *until*; None when it was cut off in between."""
        rows = await self._redis.xrange(f"{self._records.prefix}ev", count=1)
        first = place(str(rows[0][0])) if rows else None
        if first is None or first > begin:
            return None
        found: list[Event] = []
        async with contextlib.aclosing(streams.since(self._redis, after=_id(begin), prefix=self._records.prefix)) as batches:
            async for batch in batches:
                found += [event for event in batch if (place(event.id) or until) <= until]
                if len(found) > MOST_MISSED or (place(batch[-1].id) or until) >= until:
                    break
        return found

    # ---- frames --------------------------------------------------------------------------------------------------------------

    def _second(self) -> int:
        return to_ms(self._site_time.now()) // 1000

    def _frame(self, event: Event, notes: list[messages.Note]) -> Frame:
        lot = self._board.lots.get(event.lot_id)

        def make() -> messages.LotEvent | messages.ServiceEvent:
            if not event.lot_id:
                return messages.ServiceEvent(id=event.id, kind=event.kind, at=event.wall_ms, service=service_report(self._board))
            auction = self._hub.leaves.raw(lot, Flavour.EXTENSION) if lot else None
            return messages.LotEvent(event.id, event.kind, event.wall_ms, event.lot_id, auction, bool(lot and lot.watched), notes)

        return Frame(make, self._second, event_id=event.id, lot_id=event.lot_id, kind="" if notes else event.kind)

    def _snapshot(self, lots: frozenset[str] | None) -> Frame:
        """How things are; the same frame for all who want everything and come before the next event."""
        kept = self._kept
        if lots is None and kept and kept.id == self.journal.end:
            return kept

        def make() -> messages.Snapshot:
            listed = [lot for lot in self._board.listed() if lots is None or lot.id in lots]
            auctions = [self._hub.leaves.raw(lot, Flavour.EXTENSION) for lot in listed]
            return messages.Snapshot(id=end, auctions=auctions, service=service_report(self._board))

        end = self.journal.end
        made = Frame(make, self._second, event_id=end)
        if lots is None:
            self._kept = made
        return made


def _id(where: Place) -> str:
    return f"{where[0]}-{where[1]}"
