"""Looks: one due lot, or many at once, read and told to the store."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from random import Random
from typing import Any

from bidwright import Clock, Schedule
from bidwright.errors import BidwrightError, StoreDown
from bidwright.records import LotRecord, Records
from bidwright.runtime import reading
from bidwright.runtime.logging import get_logger
from bidwright.runtime.reads import SiteReads
from bidwright.runtime.site_time import SiteTime
from bidwright.runtime.turns import Turns
from bidwright.transitions import Ticket, Transitions
from bidwright_poller.along import Along
from bidwright_poller.coach import Coach
from bidwright_poller.demand import GATE, Demand
from bidwright_poller.metrics import Metrics
from bidwright_poller.needs import Needs, bid_since, unknown
from bidwright_poller.pauses import JUST_AFTER_S, LAST_S, LATEST_S, Pauses
from bidwright_poller.troubles import Troubles
from bidwright_poller.urgency import PROOF_S, deadline_s
from bidwright_poller.ways import FEWEST, MOST, Ways
from bidwright_proto.v1 import site_pb2

log = get_logger(__name__)
AT_ONCE = 8
"""Reads of single lots that can wait, under way at once; the gate sets their rate. Those that cannot wait do not stand behind them."""
_IN_LINE = 8
"""Single reads of nearer deadlines that a lot waits behind; with more before it, it is put back for a moment unless its own is near."""
_AT_ONCE_S = 5.0
_EARLY_S = 2.0
_TRIPS = 4
"""Batch reads that are waited for at once. What they can not carry is put back: who waits has a lease renewed twice a second."""
_MANY_NEW = 8
"""From so many lots on of which nothing is known, one request first tells when each closes, until all have been told of; fewer are read in
full at once."""
_EVERY_OTHER = 2
"""A request for many leaves with every second turn of the gate at most."""
_MET_MS = 1500
"""A lot that is watched comes due at once; a read that began so little before is the one that its watcher had made."""
_SOONEST_S, _CONFIRM_S = 0.5, 1.1
_FADE = 0.98
_ROUND_AFTER_BID_S = 4.0


class Looks:
    """
    Answers tickets of the poll queue: read, OBSERVE or SHOW, and DONE with the time of the next look.
    """

    def __init__(
        self,
        transitions: Transitions,
        *,
        records: Records,
        reads: SiteReads,
        clock: Clock,
        site_time: SiteTime,
        schedule: Schedule,
        demand: Demand,
        metrics: Metrics,
        live: set[str],
        meet: Callable[[LotRecord], None],
        rng: Random | None = None,
    ) -> None:
        self._transitions, self._records, self._reads = transitions, records, reads
        self._clock, self._site_time = clock, site_time
        self._demand, self._metrics, self._live = demand, metrics, live
        rng = rng or Random()  # noqa: S311 - spreads load, guards nothing
        self._turns = Turns(AT_ONCE)
        self.asked = asyncio.Event()
        """Set when a look is due at once because somebody asked for it."""
        self._troubles = Troubles()
        self._redis: Any = transitions.redis
        self.ways = Ways(reads, clock, self._count)
        self.needs = Needs(site_time, demand, self.ways)
        self._pauses = Pauses(transitions, site_time=site_time, schedule=schedule, demand=demand, live=live, meet=meet, rng=rng)
        self._along = Along(transitions, records, rng)
        self._coach = Coach(transitions, self.ways, self._along, self._rides, clock)
        self.total, self.errors, self.seconds = 0, 0, 0.0
        self._asked, self._lots = 1.0, float(MOST)  # while nothing is known: too few would put all lots back for half an hour
        self._many_new, self._unread = False, 0

    @property
    def cover(self) -> float:
        """How many open lots one request covers, as of late; ends take pages of their own, which are planned for by themselves."""
        return min(max(1.0, self._lots / self._asked), float(MOST))

    @property
    def crowded(self) -> bool:
        """Whether more lots end than the budget has two pages for."""
        return self._demand.stretch.crowded

    def keep_to(self, requests_per_second: float) -> None:
        """Every other request that the gate lets through may be one that reads many lots."""
        self._coach.pause_s = _EVERY_OTHER * GATE / requests_per_second

    async def want(self, lot_id: str, after_ms: int = 0) -> bool:
        """Have a lot read in *after_ms*, however lately it was. False when it is not watched. Raises StoreDown."""
        there = await self._transitions.put("poll", lot_id, after_ms)
        if after_ms <= 0:
            self.asked.set()
        return there

    async def close(self) -> None:
        """Drop what is under way for many lots at once; those come due again."""
        await self._coach.close()

    async def bring_forward(self) -> None:
        """Put lots forward that are due later than the schedule in force wants; none is put off. Raises StoreDown and redis errors."""
        ids = [str(lot_id) for lot_id in await self._redis.zrange(f"{self._transitions.prefix}due:poll", 0, -1)]
        for record in await self._records.lots(ids) if ids else []:
            if not record.final and record.close > 0:
                pause_s = min(await self._pauses.planned_s(record), LATEST_S)
                await self._transitions.put("poll", record.id, round(pause_s * 1000))

    async def look(self, tickets: Sequence[Ticket]) -> None:
        """
        Look at the lots of *tickets* and say DONE for each. A ticket whose look fails inside is left to come due again with its lease.

        Raises StoreDown and redis errors.
        """
        known = {record.id: record for record in await self._records.lots([ticket.lot_id for ticket in tickets])}
        await self._site_time.refresh()
        pending = {ticket.lot_id: ticket for ticket in tickets}
        self._lots = self._lots * _FADE + sum(not self.needs.over(record) for record in known.values())
        self._asked *= _FADE
        read = [
            record
            for ticket in tickets
            if (record := known.get(ticket.lot_id))
            and (self._met(ticket, record) or (self._along.answered(ticket) and self.needs.listed(record)))
        ]
        now = await self._transitions.stamp() if read else 0
        for record in read:
            aged_s = (now - max(record.obs_started, record.shown_started)) / 1000
            await self._done(pending.pop(record.id), await self._pauses.next_s(record, aged_s=aged_s))
        new = {lot_id for lot_id in pending if lot_id in known and unknown(known[lot_id])}
        if new:
            self._unread = await self._redis.zcount(f"{self._transitions.prefix}lots", "+inf", "+inf")
            self._many_new = self._unread >= (FEWEST if self._many_new else _MANY_NEW)
            self._coach.unread = self._unread if self._many_new else 0
        if not self._many_new:
            new.clear()
        needs = self.needs
        wanted = [record for lot_id in pending if (record := known.get(lot_id)) and (lot_id in new or needs.listed(record))]
        soon = {record.id: record for record in wanted if needs.closes_next(record)}
        wanted = await self._with_room(pending, [record for record in wanted if record.id not in soon])
        gone = [record for lot_id in pending if (record := known.get(lot_id)) and needs.may_be_gone(record)]
        many = [
            self._together({record.id: pending.pop(record.id) for record in some}, some, new, first=first)
            for some, first in ((wanted, False), (list(soon.values()), True), (gone, True))
        ]
        singles = (self._single(ticket, known.get(lot_id)) for lot_id, ticket in pending.items())
        for result in await asyncio.gather(*many, *singles, return_exceptions=True):
            if isinstance(result, BaseException):
                raise result

    async def _with_room(self, pending: dict[str, Ticket], wanted: Sequence[LotRecord]) -> list[LotRecord]:
        """Those of *wanted* that have a place in the next requests, or were asked for; the others are put back, near closes for less."""
        if not self.ways.open or self._coach.line < _TRIPS:
            return list(wanted)
        for record in wanted:
            if not pending[record.id].asked:
                known, left_s = record.close > 0, self.needs.left_s(record)
                pause_s = self._pauses.crowded_s(left_s) if known else self._pauses.unread_s(self._unread)
                await self._done(pending.pop(record.id), pause_s)
        return [record for record in wanted if record.id in pending]

    async def _together(
        self, pending: dict[str, Ticket], wanted: Sequence[LotRecord], new: Collection[str], *, first: bool = False
    ) -> None:
        """Read in one request what one request can bring; those that it does not tell enough of, one by one."""
        if wanted and (caught := await self._coach.ride(wanted, first=first)):
            for record in wanted:
                lot = caught.lots.get(record.id) if record.id in new else caught.of(record)
                if lot and record.id in new and record.armed:  # nothing is decided by a list: it is read in full once its turn comes
                    await reading.apply(self._transitions, lot, caught.read_started_ms)
                    await self._done(pending.pop(record.id), _SOONEST_S)
                elif lot:
                    await self._tell(pending.pop(record.id), record, lot, caught.read_started_ms)
                elif record.id in caught.gone and self.needs.may_be_gone(record):
                    await self._transitions.hear_end(record.id)
                    await self._done(pending.pop(record.id), _CONFIRM_S)
        left = (self._single(pending[record.id], record) for record in wanted if record.id in pending)
        for result in await asyncio.gather(*left, return_exceptions=True):
            if isinstance(result, BaseException):
                raise result

    async def _single(self, ticket: Ticket, record: LotRecord | None) -> None:
        if record is None or record.final:
            self._troubles.over(ticket.lot_id)
            await self._done(ticket, LATEST_S)
            return
        if not ticket.asked and (most_s := await self._answered(ticket, record)):
            await self._done(ticket, min(await self._pauses.next_s(record), most_s))
            return
        left_s = deadline_s(record, self._site_time.now(), listed=self.needs.rounds_alive)
        if left_s <= _AT_ONCE_S:
            await self._read(ticket, record, urgent=True)
            return
        until = self._clock.monotonic() + left_s
        if self._turns.before(until) >= _IN_LINE:
            pause_s = min(self._pauses.crowded_s(left_s), left_s - _AT_ONCE_S / 2)
            await self._done(ticket, pause_s)
            if ticket.asked:  # it still is
                await self._transitions.put("poll", ticket.lot_id, round(pause_s * 1000))
            return
        async with self._turns.turn(until):
            left_s = self.needs.left_s(record)
            if 0 < left_s < LAST_S and not record.armed and not ticket.asked:  # it stood in line until then
                await self._done(ticket, left_s + JUST_AFTER_S)
                return
            await self._read(ticket, record, urgent=self.needs.end_goes_first(record))

    def _met(self, ticket: Ticket, record: LotRecord) -> bool:
        """Whether the lot came due because it was watched just now, with the read that its watcher had made: it needs no second one."""
        first = record.obs_seq == "1" and not record.shown_started and not bid_since(record) and not ticket.asked
        return first and ticket.due_ms - record.obs_started < _MET_MS and not self.needs.urgent(record)

    async def _answered(self, ticket: Ticket, record: LotRecord) -> float:
        """
        For how many seconds at most another read answers this look, 0 when it is to be made.

        One that began after the lot was due does, or a round within the lot's own pause; after a bid the next round does, if it comes soon.
        A bid that ended while another look had the lot leaves it due since before that look, of which it is no answer.
        """
        read_ms = max(record.obs_started, record.shown_started)
        if (0 < ticket.due_ms < read_ms and not bid_since(record)) or self._proof_can_wait(record):
            return LATEST_S
        if not self.needs.carried(record) or self.needs.urgent(record):
            return 0.0
        now = await self._transitions.stamp()
        if bid_since(record):
            return max(0.0, _ROUND_AFTER_BID_S - (now - record.settled) / 1000)
        return LATEST_S if now - read_ms < await self._pauses.planned_s(record) * 1000 else 0.0

    def _proof_can_wait(self, record: LotRecord) -> bool:
        """When the budget is short, a lot that we lead by the site's own answer is read only while an outbid can still be answered."""
        led = record.armed and record.exposure > 0 and not record.inflight and record.settled > 0
        proof_s = 0.0 if record.id in self._live else PROOF_S  # live events tell an outbid without a look
        return led and self._demand.stretch.shortfall > 0 and self.needs.left_s(record) > proof_s + _EARLY_S

    async def _read(self, ticket: Ticket, record: LotRecord, *, urgent: bool) -> None:
        stamp = await self._transitions.stamp()
        began = self._clock.monotonic()
        self._count("single", open_=not self.needs.over(record))
        try:
            first = record.armed and not record.obs_started  # nothing can be decided before it
            reply = await self._reads.lot(record.id, urgent=urgent, deciding=urgent and first)
        except StoreDown:
            raise
        except BidwrightError as error:
            await self._failed(ticket, record, error, stamp)
            return
        took = self._clock.monotonic() - began
        self.seconds += took
        self._metrics.seconds.observe(took)
        self._metrics.polling.duration.observe(took)
        await self._tell(ticket, record, reply.lot, reply.read_started_ms)

    async def _tell(self, ticket: Ticket, record: LotRecord, lot: site_pb2.Lot, read_started_ms: int) -> None:
        await reading.apply(self._transitions, lot, read_started_ms)
        self._troubles.over(record.id)
        self.total += 1
        self._metrics.looks.labels("read").inc()
        self._metrics.polling.requests.labels("success").inc()
        await self._done(ticket, _CONFIRM_S if lot.closed else await self._pauses.next_s(record, lot))

    async def _failed(self, ticket: Ticket, record: LotRecord, error: BidwrightError, stamp: int) -> None:
        self.errors += 1
        self._metrics.looks.labels(type(error).__name__).inc()
        self._metrics.polling.requests.labels("failed").inc()
        trouble = self._troubles.met(record, error, now=self._clock.monotonic(), past_close=self.needs.over(record))
        if trouble.sentence and await self._transitions.note(record.id, "trouble", trouble.kind, trouble.sentence):
            log.warning("lot.unreadable", lot=record.id, kind=trouble.kind, error=str(error))
        if trouble.ended:
            await self._transitions.show(record.id, read_started=stamp, status=reading.CLOSED, close=record.close, price=record.price)
        await self._done(ticket, trouble.again_s)

    async def _done(self, ticket: Ticket, after_s: float) -> None:
        after = min(max(after_s, _SOONEST_S), LATEST_S)
        await self._transitions.done("poll", ticket.lot_id, ticket.fence, round(after * 1000))

    def _rides(self, record: LotRecord) -> bool:
        """Whether a seat left over in a request for many lots is well used for it."""
        return self.needs.listed(record) or (unknown(record) and self._many_new)

    def _count(self, way: str, *, open_: bool = True) -> None:
        self._asked += open_
        self._metrics.requests.labels(way).inc()
