"""Reconcile: look at one lot's record and do the next right thing."""

from __future__ import annotations

import asyncio
import uuid
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import grpc.aio

from bidwright import Clock, Money
from bidwright.clock import from_ms
from bidwright.errors import StoreDown, UpstreamBusy, UpstreamError
from bidwright.records import LotRecord, Records
from bidwright.runtime import failpoints, reading, rpc
from bidwright.runtime.logging import get_logger
from bidwright.runtime.reads import SiteReads
from bidwright.runtime.site_time import SiteTime
from bidwright.runtime.turns import Turns
from bidwright.trace import part
from bidwright.transitions import Reserved, Ticket, Transitions
from bidwright_bidder import refusals
from bidwright_bidder.facts import Facts
from bidwright_bidder.forecast import Forecast
from bidwright_bidder.latency import Latency
from bidwright_bidder.metrics import Metrics
from bidwright_bidder.outlook import Outlook, Step, on_paper, wont
from bidwright_bidder.steady import Steady
from bidwright_bidder.variants import Variants
from bidwright_bidder.views import Moment
from bidwright_proto.v1 import site_pb2

log = get_logger(__name__)
AHEAD_S = 1.0
"""How long before its instant a lot is taken, so that the wait for it is exact."""
AT_ONCE = 6
CROWDED = 6
"""So many lots in line are about a second of the request budget."""
SUBMIT_S = 8.0
_VALID_MS = 5000
_LAST_MINUTE = timedelta(minutes=1)
_MAX_AGE_LAST_MS, _MAX_AGE_MS = 2000, 30_000
_MAX_AGE_ANSWER_MS = 250
"""In a war the price moves within seconds: an answer on an older read is often refused as too low. Asked for once, not in a crowd."""
_MARGIN_MS = 300
_ROUNDS = 8
_CAN_WAIT = timedelta(seconds=8)
_GIVE_WAY_S = 5.0
_NEWS_S = 0.25
_AFTER_BID_S, _UNREAD_S, _LONG_S = 1.5, 3.0, 30 * 60.0
_ORDERED = Outlook("will", "Bidding now, as ordered by the owner.", Step.BID, reason="ordered by the owner")


class Reconciler:
    """
    One ``look`` per taken lot. It never settles an intent: nellis-proxy, reads and the sweeper do.
    """

    def __init__(
        self,
        transitions: Transitions,
        *,
        records: Records,
        reads: SiteReads,
        stub: Any,
        forecast: Forecast,
        facts: Facts,
        variants: Variants,
        latency: Latency,
        clock: Clock,
        site_time: SiteTime,
        steady: Steady,
        metrics: Metrics,
    ) -> None:
        self._transitions, self._records, self._reads, self._stub = transitions, records, reads, stub
        self._forecast, self._facts, self._latency, self._metrics = forecast, facts, latency, metrics
        self._variants = variants
        self._clock, self._site_time, self._steady = clock, site_time, steady
        self._turns = Turns(AT_ONCE)

    @property
    def _crowded(self) -> bool:
        """Whether lots that can wait should."""
        return self._turns.waiting >= CROWDED

    def moment(self) -> Moment:
        """Now, in the three times there are."""
        return Moment(self._site_time.now(), self._clock.now(), self._steady.now_ms())

    async def look(self, ticket: Ticket) -> float:
        """
        Do what is due for the lot of *ticket*; give the seconds until the next look, if nothing wakes it before.

        Raises StoreDown and redis errors: then nothing is known to have happened, and the lease ends by itself.
        """
        insisted = False
        for _ in range(_ROUNDS):
            lot = await self._records.lot(ticket.lot_id)
            if lot is None:
                return _LONG_S
            if lot.ask and not lot.inflight:
                return await self._asked(lot, ticket)
            at = self.moment()
            await self._variants.note(lot)
            outlook = await self._forecast.of(lot, at)
            if outlook.step is not Step.BID:  # a bid is told once the guards have let it pass
                await self._say(lot, outlook)
            insist = outlook.step is Step.BID and outlook.answering and not insisted and not self._crowded
            insisted = insisted or insist  # once: at a slow site every read is older than that when it arrives
            after = await self._act(lot, ticket, outlook, at, _MAX_AGE_ANSWER_MS if insist else _MAX_AGE_MS)
            if after is not None:
                return after
        return AHEAD_S

    async def _act(self, lot: LotRecord, ticket: Ticket, outlook: Outlook, at: Moment, limit_ms: int) -> float | None:
        """One step. None: look at the record again at once."""
        if outlook.step is Step.READ:
            return await self._read(lot, answering=True)
        if outlook.step is Step.WAIT and outlook.at is not None:
            return await self._wait(lot, outlook, (outlook.at - at.site).total_seconds(), at)
        if outlook.step is Step.BID and outlook.amount is not None:
            if not self._fresh(lot, at, limit_ms=limit_ms):
                return await self._in_turn(lot) or await self._read(lot, answering=outlook.answering)
            return await self._bid(lot, ticket, outlook, outlook.amount)
        self._metrics.decisions.labels(outlook.kind).inc()
        return outlook.again_s + AHEAD_S

    async def _wait(self, lot: LotRecord, outlook: Outlook, left_s: float, at: Moment) -> float | None:
        """A far instant is handed back to the queue; for a near one the lot is read ahead and the rest waited out here."""
        if left_s > AHEAD_S:
            return left_s
        if not self._fresh(lot, at, ahead_ms=round(left_s * 1000) + _MARGIN_MS):
            return await self._in_turn(lot) or await self._read(lot, answering=outlook.answering)
        began, instant = self._clock.monotonic(), at.local + timedelta(seconds=left_s)
        with part("bidder.wait", until=instant.isoformat()):
            await self._clock.sleep(left_s)
        self._metrics.late.observe(max(0.0, self._clock.monotonic() - began - left_s))
        return None

    async def _in_turn(self, lot: LotRecord) -> float | None:
        """A lot that can wait gives way while many are in line: the seconds until it asks again, or None."""
        slack = from_ms(lot.close) - self._site_time.now() - self._latency.safe_lead(self._site_time.width) - _CAN_WAIT
        if not self._crowded or slack <= timedelta(0):
            return None
        await self._say(lot, Outlook("will", "Will bid in its turn: more lots want to act now than the site may be asked about."))
        return min(slack.total_seconds(), _GIVE_WAY_S) + AHEAD_S

    async def _bid(self, lot: LotRecord, ticket: Ticket, outlook: Outlook, amount: Money) -> float | None:
        intent = uuid.uuid4().hex
        answer = await self._reserve(lot, ticket, intent, amount.cents, outlook)
        if answer.ok:
            log.info("bid.reserved", lot=lot.id, intent=intent, amount=str(amount), strategy=lot.strategy, mode=lot.mode)
            await self._say(lot, outlook)
            return await self._submit(lot, intent)
        self._metrics.refusals.labels(answer.why.split(":", 1)[0]).inc()
        if answer.why in refusals.READ_AGAIN:
            return await self._read(lot)
        refusal = refusals.explain(answer.why, lot)
        if answer.why not in refusals.PASSING:
            log.info("bid.refused", lot=lot.id, amount=str(amount), why=answer.why)
            await self._say(lot, wont(refusal.because))
        return refusal.again_s + AHEAD_S

    async def _asked(self, lot: LotRecord, ticket: Ticket) -> float:
        """The owner's order to bid now: exactly that intent and amount, once; what cannot be done is said and the order dropped."""
        intent, _, cents = lot.ask.rpartition(":")
        order, why = lot.ask, ""
        for _ in range(_ROUNDS):
            if not self._fresh(lot, self.moment(), limit_ms=_MAX_AGE_LAST_MS):
                failed = await self._read(lot)
                if failed is not None:
                    return failed
            fresh = await self._records.lot(ticket.lot_id)
            if fresh is None or fresh.ask != order:
                return AHEAD_S
            lot = fresh
            if cents.isdigit() and (held := await self._forecast.held(lot, Money(int(cents)), self.moment())):
                return await self._dropped(lot, cents, held)
            answer = await self._reserve(lot, ticket, intent, int(cents) if cents.isdigit() else 0, _ORDERED)
            if answer.ok or answer.state:  # "exists": it was reserved before and its outcome is being looked for
                log.info("bid.reserved", lot=lot.id, intent=intent, by="owner", mode=lot.mode)
                return await self._submit(lot, intent)
            why = answer.why
            if why not in refusals.READ_AGAIN:
                break
        self._metrics.refusals.labels(why.split(":", 1)[0]).inc()
        refusal = refusals.explain(why, lot)
        if why in refusals.PASSING:
            return refusal.again_s + AHEAD_S
        return await self._dropped(lot, cents, refusal.because, refusal.again_s)

    async def _dropped(self, lot: LotRecord, cents: str, because: str, again_s: float = 60.0) -> float:
        """The owner's order can not be carried out: said, and forgotten."""
        log.info("bid.refused", lot=lot.id, by="owner", why=because)
        amount = f"{Money(int(cents))}{on_paper(lot)} " if cents.isdigit() else ""
        await self._transitions.note(lot.id, "say", "wont", f"Will NOT bid {amount}now, because {because.rstrip('.')}.")
        await self._transitions.configure(lot.id, {"ask": ""}, expect=lot.cap_ver)
        return again_s + AHEAD_S

    async def _reserve(self, lot: LotRecord, ticket: Ticket, intent: str, cents: int, outlook: Outlook) -> Reserved:
        return await self._transitions.reserve(
            intent,
            lot.id,
            amount=cents,
            fence=ticket.fence,
            cap_ver=lot.cap_ver,
            obs_seq=lot.obs_seq,
            valid_ms=_VALID_MS,
            max_obs_age_ms=self._max_age_ms(lot),
            facts=await self._facts.of(lot, outlook, self.moment()),
        )

    async def _submit(self, lot: LotRecord, intent: str) -> float:
        """Hand the intent to nellis-proxy. If it does not answer nothing is done here: the outcome is found by reading."""
        await failpoints.hit("F1")
        began = self._clock.monotonic()
        try:
            request = site_pb2.SubmitIntentRequest(intent_id=intent)
            reply: site_pb2.SubmitIntentReply = await rpc.ask(self._stub.SubmitIntent, request, SUBMIT_S)
        except grpc.aio.AioRpcError as error:
            self._metrics.bids.labels("no-answer").inc()
            log.warning("submit.unanswered", lot=lot.id, intent=intent, code=error.code().name, error=error.details())
            return _AFTER_BID_S + AHEAD_S
        self._latency.submits.add(self._clock.monotonic() - began)
        self._metrics.bids.labels(reply.state).inc()
        log.info("bid.submitted", lot=lot.id, intent=intent, state=reply.state, why=reply.why, site_says=reply.message)
        return _AFTER_BID_S + AHEAD_S

    async def _read(self, lot: LotRecord, *, answering: bool = False) -> float | None:
        """Read the lot afresh and tell the store. None: it may be decided on; else the seconds until another try."""
        began = self._clock.monotonic()
        try:
            async with AsyncExitStack() as place:
                if not await self._in_line(lot, place, answering=answering):
                    return None
                reply = await self._reads.lot(lot.id, urgent=True, deciding=not answering)
        except StoreDown:
            raise
        except UpstreamError as error:
            log.info("read.failed", lot=lot.id, error=str(error))
            if isinstance(error, UpstreamBusy):
                return min(error.retry_after, _UNREAD_S) + AHEAD_S
            await self._say(lot, wont(f"the lot could not be read right before bidding ({str(error).rstrip('.')})"))
            return _UNREAD_S + AHEAD_S
        self._latency.reads.add(self._clock.monotonic() - began)
        await reading.apply(self._transitions, reply.lot, reply.read_started_ms)
        await self._site_time.refresh()
        if not reply.lot.has_user_state:
            await self._say(lot, wont("the site showed this lot without your account: log in there and send the session again"))
            return _UNREAD_S + AHEAD_S
        return None

    async def _in_line(self, lot: LotRecord, place: AsyncExitStack, *, answering: bool) -> bool:
        """
        Wait for a turn and keep it in *place*: first bids before answers in a war, near closes before far ones.

        False when somebody else's read of the lot was told meanwhile: then there is no need for one of our own.
        """
        turn = asyncio.ensure_future(place.enter_async_context(self._turns.turn(answering, lot.close)))
        try:
            while True:
                nap = asyncio.ensure_future(self._clock.sleep(_NEWS_S))
                try:
                    await asyncio.wait((turn, nap), return_when=asyncio.FIRST_COMPLETED)
                finally:
                    nap.cancel()
                if turn.done():
                    return True
                now = await self._records.lot(lot.id)
                if now is None or now.obs_seq != lot.obs_seq:
                    return False
        finally:
            if not turn.done():
                turn.cancel()
                await asyncio.gather(turn, return_exceptions=True)

    def _fresh(self, lot: LotRecord, at: Moment, *, ahead_ms: int = 0, limit_ms: int = _MAX_AGE_MS) -> bool:
        """Whether what is known of *lot* may still be decided on in *ahead_ms*."""
        age = at.steady_ms - lot.obs_started + ahead_ms
        return 0 < lot.obs_started > lot.settled and age <= min(self._max_age_ms(lot), limit_ms)

    def _max_age_ms(self, lot: LotRecord) -> int:
        last_minute = from_ms(lot.close) - self._site_time.now() <= _LAST_MINUTE
        return _MAX_AGE_LAST_MS if last_minute else _MAX_AGE_MS

    async def _say(self, lot: LotRecord, outlook: Outlook) -> None:
        if (lot.say, lot.say_kind) != (outlook.sentence, outlook.kind):
            await self._transitions.note(lot.id, "say", outlook.kind, outlook.sentence)
