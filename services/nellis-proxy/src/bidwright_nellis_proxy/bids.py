"""
The last hop of a bid: connect, wait for a token, CLAIM, check the clock, write once, read, settle.

Nothing here sends twice: CLAIM is a compare-and-set on the intent's id, and there is no other way to the wire.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Callable
from dataclasses import dataclass

from pydantic import SecretStr
from redis.exceptions import RedisError

from bidwright import Clock
from bidwright.errors import NotFound, StoreDown, UpstreamBusy
from bidwright.records import IntentRecord, Records
from bidwright.runtime import failpoints
from bidwright.runtime.logging import get_logger
from bidwright.trace import part
from bidwright.transitions import Claimed, Transitions
from bidwright_nellis_proxy.classify import Verdict, classify
from bidwright_nellis_proxy.gate import Purpose
from bidwright_nellis_proxy.replies import http_date
from bidwright_nellis_proxy.session import NAME, Session
from bidwright_nellis_proxy.site import Site
from bidwright_nellis_proxy.wire import Lost, NotConnected, Wire

log = get_logger(__name__)
WRITE_WITHIN_S = 0.25
"""Longest time from asking CLAIM to the first byte; part of the quarantine's sum. Later, nothing is written."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    The state an intent is in now, why, and what the site said.
    """

    state: str
    why: str
    message: str = ""
    next_bid_cents: int = 0


class Bids:
    """
    Submits intents, each to its end even when the caller goes away.
    """

    def __init__(
        self,
        site: Site,
        session: Session,
        transitions: Transitions,
        *,
        records: Records,
        clock: Clock,
        tls: ssl.SSLContext,
        user_agent: str,
        replica: str,
        dry_only: bool = False,
        halted_here: Callable[[], bool] = lambda: False,
    ) -> None:
        self._site = site
        self._session = session
        self._transitions = transitions
        self._records = records
        self._clock = clock
        self._tls = tls
        self._user_agent = user_agent
        self._replica = replica
        self._dry_only = dry_only
        self._halted_here = halted_here
        self._running: set[asyncio.Task[Outcome]] = set()

    @property
    def halted_here(self) -> bool:
        """Whether this replica lets no bid out."""
        return self._halted_here()

    @property
    def dry_only(self) -> bool:
        """Whether this replica lets no real bid out."""
        return self._dry_only

    async def submit(self, intent_id: str) -> Outcome:
        """
        Bring a RESERVED intent to its end, or give the state it was found in.

        Raises NotFound, and StoreDown when the store did not answer: then ask by id what became of it.
        """
        task = asyncio.ensure_future(self._submit(intent_id))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)  # a caller that hangs up must not cut the reading of an answer short

    async def finish(self) -> None:
        """Wait for what is under way; each is over within seconds."""
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _submit(self, intent_id: str) -> Outcome:
        try:
            intent = await self._records.intent(intent_id)
        except RedisError as error:
            raise StoreDown(f"Redis did not answer (intent): {type(error).__name__}") from error
        if intent is None:
            raise NotFound(f"There is no intent {intent_id[:60]!r}.")
        if intent.state != "RESERVED":
            return Outcome(intent.state, intent.why)
        if self._halted_here():
            return await self._cancel(intent, "halted-here")
        with part("site.bid", lot=intent.lot_id, intent=intent.id, mode=intent.mode):
            outcome = await (self._live(intent) if intent.mode == "live" else self._paper(intent))
        self._site.metrics.bids.labels(outcome.state).inc()
        log.info("bid.ended", intent=intent.id, lot=intent.lot_id, state=outcome.state, why=outcome.why)
        return outcome

    # ---- real money ----------------------------------------------------------------------------------------------------------

    async def _live(self, intent: IntentRecord) -> Outcome:
        if self._dry_only:
            return await self._cancel(intent, "dry-run-here")
        cookie = await self._session.cookie(fresh=True)
        if cookie is None:
            return await self._cancel(intent, "session")
        try:
            wire = await Wire.open(self._site.base, self._tls)
        except NotConnected as error:
            log.warning("bid.not_connected", intent=intent.id, lot=intent.lot_id, error=str(error))
            return await self._cancel(intent, "not-connected")
        try:
            return await self._claim_and_write(intent, wire, cookie)
        finally:
            wire.abort()

    async def _claim_and_write(self, intent: IntentRecord, wire: Wire, cookie: SecretStr) -> Outcome:
        try:
            await self._site.gate.admit(Purpose.BID)
        except UpstreamBusy:
            return await self._cancel(intent, "busy")
        asked = self._clock.monotonic()
        claimed = await self._transitions.claim(intent.id, self._replica)  # StoreDown: nothing is written, reading settles it
        if claimed.action != "send":
            return await self._not_claimed(intent, claimed)
        await failpoints.hit("F2")
        whole = claimed.amount_cents > 0 and claimed.amount_cents % 100 == 0
        in_time = self._clock.monotonic() - asked <= WRITE_WITHIN_S
        if not (whole and in_time and wire.usable):
            why = "not-whole-dollars" if not whole else "not-connected" if in_time else "stalled"
            return await self._settle(intent, Verdict("CANCELLED", why))
        return await self._write_and_read(intent, claimed, wire, cookie)

    async def _write_and_read(self, intent: IntentRecord, claimed: Claimed, wire: Wire, cookie: SecretStr) -> Outcome:
        """From here on the bid may stand, whatever happens. Nothing is awaited before the write."""
        sent = self._clock.monotonic()
        headers, body = self._headers(claimed.lot_id, cookie), _body(claimed)
        http = wire.write("/api/bids", headers, body) if not failpoints.is_on("F3") else await wire.write_halves("/api/bids", headers, body)
        await failpoints.hit("F4")
        try:
            with part("site.answer", lot=claimed.lot_id):
                reply = (await wire.read(http)).without(cookie.get_secret_value())
        except Lost as lost:
            self._site.metrics.requests.labels("bid", lost.why).inc()
            return await self._settle(intent, Verdict("UNKNOWN", lost.why))
        answered = self._clock.monotonic()
        await failpoints.hit("F5")
        self._site.metrics.requests.labels("bid", f"{reply.status // 100}xx").inc()
        self._site.metrics.seconds.labels("bid").observe(answered - sent)
        date = http_date(reply.headers.get("date", ""))
        if date is not None and "age" not in reply.headers:
            self._site.site_clock.sample(sent, answered, date)
        verdict = classify(reply, self._clock.now())
        outcome = await self._settle(intent, verdict)
        await failpoints.hit("F6")
        await self._heed(verdict, cookie)
        return outcome

    def _headers(self, lot_id: str, cookie: SecretStr) -> list[tuple[str, str]]:
        return [
            ("User-Agent", self._user_agent),
            ("Accept", "*/*"),
            ("Accept-Encoding", "identity"),
            ("Content-Type", "text/plain;charset=UTF-8"),
            ("Origin", self._site.base),
            ("Referer", f"{self._site.base}/p/lot/{lot_id}"),
            ("Cache-Control", "no-cache"),
            ("Cookie", f"{NAME}={cookie.get_secret_value()}"),
        ]

    async def _heed(self, verdict: Verdict, cookie: SecretStr) -> None:
        """What the answer says beyond this bid."""
        if verdict.block_s is not None:
            await self._site.block(verdict.block_s, verdict.why)
        if verdict.session == "expired":
            await self._session.lost(cookie, "the site did not take us for logged in when a bid was sent")
        elif verdict.session == "doubtful":
            await self._session.doubt(cookie, "the site answered a bid with a page instead of a result")

    # ---- paper ---------------------------------------------------------------------------------------------------------------

    async def _paper(self, intent: IntentRecord) -> Outcome:
        """A dry run goes the same way up to CLAIM; the site never hears of it."""
        claimed = await self._transitions.claim(intent.id, self._replica)
        if claimed.action != "simulate":
            return await self._not_claimed(intent, claimed)
        try:
            lot = await self._records.lot(claimed.lot_id)
        except RedisError as error:
            raise StoreDown(f"Redis did not answer (lot): {type(error).__name__}") from error
        enough = lot is not None and 0 < lot.next_bid <= claimed.amount_cents
        return await self._settle(intent, Verdict("LEADING", "paper") if enough else Verdict("OUTBID", "paper"))

    # ---- the record ----------------------------------------------------------------------------------------------------------

    async def _not_claimed(self, intent: IntentRecord, claimed: Claimed) -> Outcome:
        if claimed.action == "cancel":
            return Outcome("CANCELLED", claimed.why)
        if claimed.action == "no":
            return Outcome(claimed.why if claimed.why.isupper() else intent.state, "not-claimed")
        return await self._settle(intent, Verdict("CANCELLED", "mode"))

    async def _cancel(self, intent: IntentRecord, why: str) -> Outcome:
        """End an intent that was never claimed; if somebody else claimed it meanwhile, say what it is now."""
        settled = await self._transitions.settle(intent.id, "CANCELLED", why, frm="RESERVED")
        return Outcome(settled.state, why if settled.ok else "not-claimed")

    async def _settle(self, intent: IntentRecord, verdict: Verdict) -> Outcome:
        settled = await self._transitions.settle(intent.id, verdict.state, verdict.why)
        if not settled.ok:
            log.warning("bid.settled_before", intent=intent.id, lot=intent.lot_id, state=settled.state, answer=verdict.state)
        return Outcome(settled.state, verdict.why, verdict.message, verdict.next_bid_cents)


def _body(claimed: Claimed) -> bytes:
    """Exactly what the site takes: a whole number of dollars for a lot."""
    return json.dumps({"productId": int(claimed.lot_id), "bid": claimed.amount_cents // 100}, separators=(",", ":")).encode("ascii")
