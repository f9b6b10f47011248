"""Bid now: a wish in the lot's record that the bidder carries out, followed until its outcome is known."""

from __future__ import annotations

import hashlib
import secrets
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from redis.exceptions import RedisError

from bidwright.clock import Clock
from bidwright.errors import BadInput, BidwrightError, StoreDown
from bidwright.money import Money
from bidwright.records import IntentRecord, LotRecord, Records
from bidwright.transitions import Command, Transitions
from bidwright_gateway import clean, wishes, words
from bidwright_gateway.board import Board, ring
from bidwright_gateway.calls import Calls
from bidwright_gateway.errors import STORE_AWAY, may_be_done
from bidwright_gateway.settings import GatewaySettings

_LOOK_S = 0.5
STATUS = {
    "DUPLICATE_BID_AMOUNT": 409,
    "BID_TOO_LOW": 400,
    "AUCTION_ENDED": 410,
    "AUTHENTICATION_ERROR": 401,
    "OUTBID": 409,
    "CONNECTION_ERROR": 503,
    "SERVER_ERROR": 502,
    "UNKNOWN_ERROR": 500,
    "POLICY_DENIED": 403,
    "BID_IN_DOUBT": 504,
    "NOT_FOUND": 404,
    "VALIDATION_ERROR": 400,
    "CONFLICT": 409,
}
_AGAIN = frozenset({"CONNECTION_ERROR", "SERVER_ERROR"})
_OPEN = frozenset({"RESERVED", "SENDING", "UNKNOWN"})
_ENDED = ("closed", "ended", "not-open", "gone")
_AUTH = ("session", "auth", "login", "logged-out", "expired-session")


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    What a bid came to: the contract's body and its HTTP status.
    """

    status: int
    body: dict[str, Any]


class Bidding:
    """
    Places the owner's bid through the record and waits for its receipt. Every money limit applies, and nothing is sent twice.
    """

    def __init__(
        self, settings: GatewaySettings, transitions: Transitions, records: Records, board: Board, calls: Calls, clock: Clock
    ) -> None:
        self._settings, self._transitions, self._records = settings, transitions, records
        self._board, self._calls, self._clock = board, calls, clock

    async def place(self, lot_id: str, raw_amount: object, key: str = "") -> Outcome:
        """Bid *raw_amount* dollars now. With *key* (Idempotency-Key) the same bid is placed once, however often it is asked for."""
        try:
            amount = wishes.dollars(raw_amount, "Bid amount", "amount", limit=10**6)
        except BadInput as error:
            return Outcome(400, {"success": False, "error": str(error), "code": error.code, "field": error.field})
        intent_id = f"now-{hashlib.sha256(f'{lot_id} {key}'.encode()).hexdigest()[:32] if key else secrets.token_hex(16)}"
        try:
            return await self._place(lot_id, amount, intent_id, named=bool(key))
        except (RedisError, StoreDown):
            return failed("CONNECTION_ERROR", STORE_AWAY, amount, code="STORE_DOWN")

    async def _place(self, lot_id: str, amount: int, intent_id: str, *, named: bool) -> Outcome:
        known = await self._records.intent(intent_id) if named else None
        if known and (known.amount != amount * 100 or known.lot_id != lot_id):
            return failed("CONFLICT", "This Idempotency-Key was used for another bid; use a new one.", amount)
        async with self._board.bell(lot_id) as bell:
            if known is None and (refused := await self._ask(lot_id, amount, intent_id, named=named)):
                return refused
            try:
                return await self._follow(lot_id, amount, intent_id, bell)
            except (RedisError, StoreDown):
                return _in_doubt(amount, intent_id)

    async def _ask(self, lot_id: str, amount: int, intent_id: str, *, named: bool) -> Outcome | None:
        """Put the wish into the lot's record; what became of that when it is not there now."""
        lot = await self._records.lot(lot_id)
        if refused := self._refuse(lot, amount):
            return refused
        command = Command.of(intent_id, [lot_id, amount]) if named else Command("", "")
        try:
            answer = await self._transitions.configure(lot_id, {"ask": f"{intent_id}:{amount * 100}"}, command=command)
        except StoreDown as error:
            if may_be_done(error):
                return _in_doubt(amount, intent_id)
            raise
        if answer.why == "conflict":
            return failed("CONFLICT", "This Idempotency-Key was used for another bid; use a new one.", amount)
        if not answer.ok:
            return failed("POLICY_DENIED", words.sentence(answer.why), amount)
        with suppress(BidwrightError):  # else the bidder finds it when it next looks
            await self._calls.wake_bidder()
        return None

    async def _follow(self, lot_id: str, amount: int, intent_id: str, bell: Any) -> Outcome:
        ask = f"{intent_id}:{amount * 100}"
        end = self._clock.monotonic() + self._settings.bid_wait_s
        told = None
        while (left := end - self._clock.monotonic()) > 0:
            intent = await self._records.intent(intent_id)
            if intent and intent.state not in _OPEN:
                return self._outcome(intent, amount)
            if intent is None:
                lot = await self._records.lot(lot_id)
                if lot is None or lot.ask != ask:  # taken back, or refused for good, unless it became an intent just now
                    intent = await self._records.intent(intent_id)
                    if intent is None:
                        return self._not_taken(lot, amount)
                    continue
                told = lot
            await ring(bell, min(_LOOK_S, left))
        return await self._give_up(lot_id, amount, intent_id, told)

    async def _give_up(self, lot_id: str, amount: int, intent_id: str, told: LotRecord | None) -> Outcome:
        """Time is over: take the wish back if nobody took it, else say that the outcome is not known."""
        if await self._records.intent(intent_id) is None:
            await self._transitions.configure(lot_id, {"ask": ""})
        intent = await self._records.intent(intent_id)
        if intent is None:
            why = told.say if told and told.say_kind == "wont" else ""
            sentence = clean.text(why, 400) or "The bidder did not take the bid up in time; it was withdrawn."
            return failed("CONNECTION_ERROR", f"{sentence} Nothing was bid.", amount)
        if intent.state not in _OPEN:
            return self._outcome(intent, amount)
        sentence = "The bid was sent and its outcome is not known yet. It is never sent again; its receipt shows what became of it."
        return failed("BID_IN_DOUBT", sentence, amount, intentId=intent_id)

    def _refuse(self, lot: LotRecord | None, amount: int) -> Outcome | None:  # noqa: PLR0911 - a table read from the top
        service = self._board.service
        if lot is None or not lot.watched:
            return failed("NOT_FOUND", "Watch the lot first; nothing was bid.", amount)
        if lot.final:
            return failed("AUCTION_ENDED", "The lot has closed; nothing was bid.", amount)
        if amount > self._settings.max_bid_dollars:
            limit = Money.whole(self._settings.max_bid_dollars)
            return failed(
                "POLICY_DENIED", f"{Money.whole(amount)} is above your limit of {limit} for a single bid; nothing was bid.", amount
            )
        if amount * 100 > lot.cap:
            return failed(
                "POLICY_DENIED", f"{Money.whole(amount)} is above this lot's max bid of {Money(lot.cap)}; nothing was bid.", amount
            )
        if service.halted:
            return failed("POLICY_DENIED", words.sentence("halted"), amount)
        if lot.mode == "live" and not service.live:
            return failed("POLICY_DENIED", words.sentence("service-mode"), amount)
        if lot.mode == "live" and service.session.get("state") != "ok":
            return failed("AUTHENTICATION_ERROR", words.sentence("session"), amount)
        if lot.inflight:
            return failed("POLICY_DENIED", words.sentence("inflight"), amount)
        return None

    def _not_taken(self, lot: LotRecord | None, amount: int) -> Outcome:
        if lot is None or not lot.watched:
            return failed("NOT_FOUND", words.sentence("unwatched"), amount)
        if lot.final or lot.status == "closed":
            return failed("AUCTION_ENDED", "The lot has closed; nothing was bid.", amount)
        if lot.next_bid and amount * 100 < lot.next_bid:
            return failed("BID_TOO_LOW", f"The next bid is {Money(lot.next_bid)}; nothing was bid.", amount)
        if lot.leading:
            return failed("POLICY_DENIED", words.sentence("leading"), amount)
        said = clean.text(lot.say, 400) if lot.say_kind == "wont" else ""
        return failed("POLICY_DENIED", said or "The bidder refused the bid; nothing was bid.", amount)

    def _outcome(self, intent: IntentRecord, amount: int) -> Outcome:
        lot = self._board.lots.get(intent.lot_id)
        next_bid = f" The next bid is {Money(lot.next_bid)}." if lot and lot.next_bid else ""
        if intent.state in ("LEADING", "CLOSED") and not (intent.state == "CLOSED" and lot and lot.outcome != "won"):
            paper = intent.mode != "live"
            message = "Dry run: the bid would lead." if paper else "The bid leads."
            data = {"intentId": intent.id, "state": intent.state, "message": message, "dryRun": paper}
            return Outcome(200, {"success": True, "data": data, "amount": amount})
        if intent.state in ("OUTBID", "MOOT"):
            return failed("OUTBID", f"Outbid by a higher maximum.{next_bid}", amount, intentId=intent.id)
        if intent.state == "CLOSED":
            return failed("AUCTION_ENDED", "The lot closed; the bid did not win.", amount, intentId=intent.id)
        if intent.state == "ABSENT":
            return failed("SERVER_ERROR", "The site never took the bid: reading the lot shows no trace of it.", amount, intentId=intent.id)
        kind, sentence = explain(intent)
        return failed(kind, sentence + (next_bid if kind in ("BID_TOO_LOW", "OUTBID") else ""), amount, intentId=intent.id)


def explain(intent: IntentRecord) -> tuple[str, str]:  # noqa: C901, PLR0911 - a table read from the top
    """The contract's error type and a sentence for an intent that was REJECTED, CANCELLED or EXPIRED."""
    why = intent.why.lower()
    if any(word in why for word in _AUTH):
        return "AUTHENTICATION_ERROR", words.sentence("session")
    if intent.state == "REJECTED":
        if "outbid" in why:
            return "OUTBID", "Outbid by a higher maximum."
        if "low" in why or "next" in why:
            return "BID_TOO_LOW", "The site refused the bid as too low."
        if "duplicate" in why or "already" in why:
            return "DUPLICATE_BID_AMOUNT", "The site has a bid of that amount already."
        if any(word in why for word in _ENDED):
            return "AUCTION_ENDED", "The lot has closed; the site refused the bid."
        return "UNKNOWN_ERROR", f"The site refused the bid: {clean.text(intent.why, 200) or 'it gave no reason'}."
    if why in ("not-open", "closed"):
        return "AUCTION_ENDED", words.sentence("not-open")
    if why == "below-next":
        return "BID_TOO_LOW", words.sentence("below-next")
    if intent.state == "EXPIRED" or why in ("late", "fenced", "not-inflight"):
        return "CONNECTION_ERROR", words.sentence("late")
    if why in words.REFUSED or why.startswith("budget:"):
        return "POLICY_DENIED", words.sentence(why)
    return "CONNECTION_ERROR", f"The bid did not leave ({clean.text(intent.why, 200) or 'no reason given'}); nothing was bid."


def failed(kind: str, sentence: str, amount: int, *, code: str = "", **more: object) -> Outcome:
    """A bid that did not succeed, in the contract's body."""
    body = {"success": False, "error": sentence, "errorType": kind, "retryable": kind in _AGAIN, "code": code or kind, "amount": amount}
    return Outcome(STATUS[kind], {**body, **more})


def _in_doubt(amount: int, intent_id: str) -> Outcome:
    """Redis went away after it was asked to have the bid made, or while it was."""
    sentence = "Redis stopped answering, so it is not known yet whether the bid is made. Look at the lot's receipts before you bid again."
    return failed("BID_IN_DOUBT", sentence, amount, intentId=intent_id)
