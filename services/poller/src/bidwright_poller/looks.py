"""Looks: one due lot, or many at once, read and told to the store."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from random import Random
from typing import Any

from bidwright import Clock, Glance, Schedule
from bidwright.clock import from_ms, to_ms
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
from bidwright_poller.rounds import covered
from bidwright_poller.troubles import Troubles
from bidwright_poller.urgency import PROOF_S, deadline_s
from bidwright_poller.ways import FEWEST, Ways
from bidwright_proto.v1 import site_pb2

log = get_logger(__name__)
AT_ONCE = 8
"""Reads of single lots that can wait, under way at once; the gate sets their rate. Those that cannot wait do not stand behind them."""
_IN_LINE = 8
"""Single reads of nearer deadlines that a lot waits behind; with more before it, it is put back for a moment unless its own is near."""
_AT_ONCE_S = 5.0
_EARLY_S = 2.0
_CROWDED_S, _CROWDED_PART, _CROWDED_MOST_S = 1.5, 0.1, 15.0
"""A look for which there is no place is put back for a part of the time until it comes too late, within these bounds."""
_TRIPS = 4
"""Batch reads that are waited for at once. What they can not carry is put back: who waits has a lease renewed twice a second."""
_MANY_NEW = 8
"""From so many lots on of which nothing is known, one request first tells when each closes, until all have been told of; fewer are read in
full at once."""
_NEW_PER_S = 40.0
"""So many of those that were put back come due again in a second, however many there are: enough that one request follows the other."""
_EVERY_OTHER = 2
"""A request for many leaves with every second turn of the gate at most."""
_MET_MS = 1500
"""A lot that is watched comes due at once; a read that began so little before is the one that its watcher had made."""
_SOONEST_S, _LATEST_S = 0.5, 35 * 60.0
_JITTER = 0.1
_CONFIRM_S = 1.1
_FADE = 0.98
_ROUND_AFTER_BID_S = 4.0
_JUST_AFTER_S, _LAST_S = 0.35, 1.0
"""A lot that nobody bids on is left alone in its last second: what it ended at is read right after it. The second witness may come a second
after the first, so an end is told within a second and a half also without live events; sooner than this the site's clock is not known well
enough for the first to count."""


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
        self._schedule, self._demand, self._metrics = schedule, demand, metrics
        self._live, self._meet = live, meet
        self._rng = rng or Random()  # noqa: S311 - spreads load, guards nothing
        self._turns = Turns(AT_ONCE)
        self.asked = asyncio.Event()
        """Set when a look is due at once because somebody asked for it."""
        self._troubles = Troubles()
        self._redis: Any = transitions.redis
        self.ways = Ways(reads, clock, self._count)
        self._along = Along(transitions, records, self._rng)
        self._coach = Coach(transitions, self.ways, self._along, self._rides, clock)
        self.total, self.errors, self.seconds = 0, 0, 0.0
        self._asked, self._lots = 1.0, 1.0
        self.rounds_alive = False
        self._many_new, self._unread = False, 0

    @property
    def cover(self) -> float:
        """How many open lots one request covers, as of late; ends take pages of their own, which are planned for by themselves."""
        return max(1.0, self._lots / self._asked)

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
                extended = record.shown.get("extended") == "1"
                pause_s = self._pause_s(await self._glance(record, record.close, extended))
                await self._transitions.put("poll", record.id, round(min(pause_s, _LATEST_S) * 1000))

    async def look(self, tickets: Sequence[Ticket]) -> None:
        """
        Look at the lots of *tickets* and say DONE for each. A ticket whose look fails inside is left to come due again with its lease.

        Raises StoreDown and redis errors.
        """
        known = {record.id: record for record in await self._records.lots([ticket.lot_id for ticket in tickets])}
        await self._site_time.refresh()
        pending = {ticket.lot_id: ticket for ticket in tickets}
        self._lots = self._lots * _FADE + sum(not self._over(record) for record in known.values())
        self._asked *= _FADE
        read = [
            record
            for ticket in tickets
            if (record := known.get(ticket.lot_id))
            and (self._met(ticket, record) or (self._along.answered(ticket) and self._listed(record)))
        ]
        now = await self._transitions.stamp() if read else 0
        for record in read:
            extended, aged_s = record.shown.get("extended") == "1", (now - max(record.obs_started, record.shown_started)) / 1000
            await self._rest(pending.pop(record.id), record, record.close, extended=extended, aged_s=aged_s)
        new = {lot_id for lot_id in pending if lot_id in known and _new(known[lot_id])}
        if new:
            self._unread = await self._redis.zcount(f"{self._transitions.prefix}lots", "+inf", "+inf")
            self._many_new = self._unread >= (FEWEST if self._many_new else _MANY_NEW)
            self._coach.unread = self._unread if self._many_new else 0
        if not self._many_new:
            new.clear()
        wanted = [known[lot_id] for lot_id in pending if lot_id in new or (lot_id in known and self._batched(known[lot_id]))]
        wanted = await self._with_room(pending, wanted)
        together = {record.id: pending.pop(record.id) for record in wanted}
        singles = (self._single(ticket, known.get(lot_id)) for lot_id, ticket in pending.items())
        for result in await asyncio.gather(self._together(together, wanted, new), *singles, return_exceptions=True):
            if isinstance(result, BaseException):
                raise result

    async def _with_room(self, pending: dict[str, Ticket], wanted: Sequence[LotRecord]) -> list[LotRecord]:
        """Those of *wanted* that have a place in the next requests, or were asked for; the others are put back, near closes for less."""
        if not self.ways.open or self._coach.line < _TRIPS:
            return list(wanted)
        for record in wanted:
            if not pending[record.id].asked:
                left_s = self._left_s(record)
                pause_s = self._crowded_s(left_s) if record.close > 0 else self._new_again_s()
                await self._done(pending.pop(record.id), pause_s)
        return [record for record in wanted if record.id in pending]

    async def _together(self, pending: dict[str, Ticket], wanted: Sequence[LotRecord], new: Collection[str]) -> None:
        """Read in one request what one request can bring; those that it does not tell enough of, one by one."""
        if wanted and (caught := await self._coach.ride(wanted)):
            for record in wanted:
                lot = caught.lots.get(record.id) if record.id in new else caught.of(record)
                if lot and record.id in new and record.armed:  # nothing is decided by a list: it is read in full once its turn comes
                    await reading.apply(self._transitions, lot, caught.read_started_ms)
                    await self._done(pending.pop(record.id), _SOONEST_S)
                elif lot:
                    await self._tell(pending.pop(record.id), record, lot, caught.read_started_ms)
                elif record.id in caught.gone and self._may_be_gone(record):
                    await self._transitions.hear_end(record.id)
                    await self._done(pending.pop(record.id), _CONFIRM_S)
        left = (self._single(pending[record.id], record) for record in wanted if record.id in pending)
        for result in await asyncio.gather(*left, return_exceptions=True):
            if isinstance(result, BaseException):
                raise result

    async def _single(self, ticket: Ticket, record: LotRecord | None) -> None:
        if record is None or record.final:
            self._troubles.over(ticket.lot_id)
            await self._done(ticket, _LATEST_S)
            return
        if not ticket.asked and (most_s := await self._answered(ticket, record)):
            await self._rest(ticket, record, record.close, extended=record.shown.get("extended") == "1", most_s=most_s)
            return
        left_s = deadline_s(record, self._site_time.now(), listed=self.rounds_alive)
        if left_s <= _AT_ONCE_S:
            await self._read(ticket, record, urgent=True)
            return
        until = self._clock.monotonic() + left_s
        if self._turns.before(until) >= _IN_LINE:
            pause_s = min(self._crowded_s(left_s), left_s - _AT_ONCE_S / 2)
            await self._done(ticket, pause_s)
            if ticket.asked:  # it still is
                await self._transitions.put("poll", ticket.lot_id, round(pause_s * 1000))
            return
        async with self._turns.turn(until):
            left_s = self._left_s(record)
            if 0 < left_s < _LAST_S and not record.armed and not ticket.asked:  # it stood in line until then
                await self._done(ticket, left_s + _JUST_AFTER_S)
                return
            await self._read(ticket, record, urgent=self._over(record) and (record.ending or not self.crowded))

    def _met(self, ticket: Ticket, record: LotRecord) -> bool:
        """Whether the lot came due because it was watched just now, with the read that its watcher had made: it needs no second one."""
        first = record.obs_seq == "1" and not record.shown_started and not _bid_since(record) and not ticket.asked
        return first and ticket.due_ms - record.obs_started < _MET_MS and not self._urgent(record)

    async def _answered(self, ticket: Ticket, record: LotRecord) -> float:
        """
        For how many seconds at most another read answers this look, 0 when it is to be made.

        One that began after the lot was due does, or a round within the lot's own pause; after a bid the next round does, if it comes soon.
        """
        read_ms = max(record.obs_started, record.shown_started)
        if 0 < ticket.due_ms < read_ms or self._proof_can_wait(record):
            return _LATEST_S
        if not (self.rounds_alive and covered(record)) or self._urgent(record):
            return 0.0
        now = await self._transitions.stamp()
        if _bid_since(record):
            return max(0.0, _ROUND_AFTER_BID_S - (now - record.settled) / 1000)
        pause_s = self._pause_s(await self._glance(record, record.close, record.shown.get("extended") == "1"))
        return _LATEST_S if now - read_ms < pause_s * 1000 else 0.0

    def _proof_can_wait(self, record: LotRecord) -> bool:
        """When the budget is short, a lot that we lead by the site's own answer is read only while an outbid can still be answered."""
        left_s = self._left_s(record)
        led = record.armed and record.exposure > 0 and not record.inflight and record.settled > 0
        proof_s = 0.0 if record.id in self._live else PROOF_S  # live events tell an outbid without a look
        return led and self._demand.stretch.shortfall > 0 and left_s > proof_s + _EARLY_S

    async def _read(self, ticket: Ticket, record: LotRecord, *, urgent: bool) -> None:
        stamp = await self._transitions.stamp()
        began = self._clock.monotonic()
        self._count("single", open_=not self._over(record))
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
        if lot.closed:
            await self._done(ticket, _CONFIRM_S)
            return
        await self._rest(ticket, record, lot.close_ms, extended=lot.extended)

    async def _rest(
        self, ticket: Ticket, record: LotRecord, close_ms: int, *, extended: bool, aged_s: float = 0.0, most_s: float = _LATEST_S
    ) -> None:
        """Put the lot, read *aged_s* ago, back until its schedule wants the next look, or for *most_s* seconds if that is less."""
        lead = record.armed and (record.exposure > 0 or record.high > 0)
        pause_s = self._pause_s(await self._glance(record, close_ms, extended), lead=lead, aged_s=aged_s)
        await self._done(ticket, min(pause_s, most_s))

    async def _glance(self, record: LotRecord, close_ms: int, extended: bool) -> Glance:  # noqa: FBT001 - as the site says
        self._meet(record)
        return Glance(
            to_close=from_ms(close_ms) - self._site_time.now(),
            armed=record.armed,
            extended=extended,
            decides_in=await self._decides_in(record),
            live=record.id in self._live,
            lot_id=record.id,
        )

    def _pause_s(self, glance: Glance, *, lead: bool = False, aged_s: float = 0.0) -> float:
        pause_s = self._jittered(self._demand.stretch(self._schedule.next_look(glance).total_seconds())) - aged_s
        if glance.to_close is not None and glance.to_close > timedelta(0):
            left_s = glance.to_close.total_seconds()
            over_s = left_s + _JUST_AFTER_S  # no pause reaches farther over a close
            last = pause_s > left_s - _LAST_S and not glance.armed
            pause_s = over_s if last else min(pause_s, over_s)
            if lead and left_s > PROOF_S:  # one look while an outbid can still be answered; when the budget is short, no other
                pause_s = min(pause_s, left_s - PROOF_S)
                if self._demand.stretch.shortfall > 0:
                    pause_s = left_s + _JUST_AFTER_S if glance.live else left_s - PROOF_S
        return pause_s

    async def _failed(self, ticket: Ticket, record: LotRecord, error: BidwrightError, stamp: int) -> None:
        self.errors += 1
        self._metrics.looks.labels(type(error).__name__).inc()
        self._metrics.polling.requests.labels("failed").inc()
        trouble = self._troubles.met(record, error, now=self._clock.monotonic(), past_close=self._over(record))
        if trouble.sentence and await self._transitions.note(record.id, "trouble", trouble.kind, trouble.sentence):
            log.warning("lot.unreadable", lot=record.id, kind=trouble.kind, error=str(error))
        if trouble.ended:
            await self._transitions.show(record.id, read_started=stamp, status=reading.CLOSED, close=record.close, price=record.price)
        await self._done(ticket, trouble.again_s)

    async def _decides_in(self, record: LotRecord) -> timedelta | None:
        """The time to the lot's planned bid: the bidder puts the lot into its own queue for that instant."""
        if not (record.armed and record.say_kind == "will"):
            return None
        due = await self._redis.zscore(f"{self._transitions.prefix}due:bid", record.id)
        return None if due is None else timedelta(milliseconds=due - await self._transitions.stamp())

    async def _done(self, ticket: Ticket, after_s: float) -> None:
        after = min(max(after_s, _SOONEST_S), _LATEST_S)
        await self._transitions.done("poll", ticket.lot_id, ticket.fence, round(after * 1000))

    def _new_again_s(self) -> float:
        """For how long a new lot is put back: they come due at an even pace, so that one always sets the next request going."""
        return self._rng.uniform(_CROWDED_S, max(2 * _CROWDED_S, self._unread / _NEW_PER_S))

    def _crowded_s(self, left_s: float) -> float:
        """For how long a look is put back for which there is no place, when it comes too late, or its lot closes, in *left_s* seconds."""
        return self._jittered(min(max(_CROWDED_S, left_s * _CROWDED_PART), _CROWDED_MOST_S))

    def _jittered(self, pause_s: float) -> float:
        return pause_s * self._rng.uniform(1 - _JITTER, 1 + _JITTER)

    def _rides(self, record: LotRecord) -> bool:
        """Whether a seat left over in a request for many lots is well used for it."""
        return self._listed(record) or (_new(record) and self._many_new)

    def _batched(self, record: LotRecord) -> bool:
        """Whether it is read together with others."""
        return self._listed(record) or self._may_be_gone(record)

    def _listed(self, record: LotRecord) -> bool:
        """Lots for which a price without user state is news enough, and that no round keeps fresh."""
        return record.seen and not record.final and not self._urgent(record) and not (self.rounds_alive and covered(record))

    def _may_be_gone(self, record: LotRecord) -> bool:
        """
        Whether one request shall ask for many lots whose close has come: while the budget is short, and for those with nothing of ours on
        them, that a list of open lots leaves out what it told before is one of the two witnesses of an end, and saves a page.
        """
        ours = record.armed or record.exposure > 0 or record.inflight or record.ask or _bid_since(record)
        return self._over(record) and not (ours or record.final or record.ending) and self.crowded and self.ways.tells(record.id)

    def _over(self, record: LotRecord) -> bool:
        """Whether its close has come, as far as is known."""
        return record.close > 0 and self._left_s(record) <= 0

    def _left_s(self, record: LotRecord) -> float:
        return (record.close - to_ms(self._site_time.now())) / 1000

    def _urgent(self, record: LotRecord) -> bool:
        """Worth a read of its own: a bid of which nothing is known yet, a close to confirm, an armed lot never read in full."""
        after_bid = bool(record.inflight) or _bid_since(record)
        if after_bid and not self._over(record) and self.rounds_alive and covered(record):
            return False  # the next round will tell
        return after_bid or self._over(record) or (record.armed and not record.obs_started)

    def _count(self, way: str, *, open_: bool = True) -> None:
        self._asked += open_
        self._metrics.requests.labels(way).inc()


def _new(record: LotRecord) -> bool:
    """Nothing is known of it, not even when it closes."""
    return not record.seen and not record.final and record.close <= 0


def _bid_since(record: LotRecord) -> bool:
    """A bid has ended that no read tells of yet."""
    return 0 < record.settled >= record.obs_started
