"""Receipts: the life of each intent in steps that a person can follow."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import msgspec
from redis.asyncio import Redis

from bidwright.money import Money
from bidwright.post_mortem import post_mortem
from bidwright.records import IntentRecord, LotRecord, Records
from bidwright_gateway import bidding, clean
from bidwright_gateway.ledger import Ledger
from bidwright_gateway.shape import whole

_ON_ITS_WAY = frozenset({"RESERVED", "SENDING", "UNKNOWN"})
_TOOK = frozenset({"LEADING", "OUTBID", "MOOT", "CLOSED"})
_STATE_WORDS = {
    "RESERVED": "decided",
    "SENDING": "sent",
    "UNKNOWN": "in doubt",
    "LEADING": "winning",
    "OUTBID": "outbid",
    "MOOT": "outbid",
    "REJECTED": "refused",
    "ABSENT": "never arrived",
    "CANCELLED": "not sent",
    "EXPIRED": "not sent",
    "CLOSED": "closed",
}


class Receipts:
    """
    Reads the receipts of a lot, also those that outlive it.
    """

    def __init__(self, redis: Redis, records: Records) -> None:
        self._redis: Any = redis
        self._records = records
        self._ledger = Ledger(redis, records)

    async def of(self, lot_id: str, limit: int = 1000) -> list[dict[str, Any]]:
        """The newest *limit* receipts of a lot, newest first; times in Unix ms. Raises redis errors."""
        lot = await self._records.lot(lot_id)
        intents = await self._records.intents(lot_id, limit)
        kept = await self._ledger.kept(lot_id)
        shift = await self.wall_shift()
        history = await self._records.history(lot_id)
        seen = {intent.id for intent in intents}
        ended = await self._ledger.forgotten(lot_id) if kept else None
        alive = [receipt(intent, lot, shift, history, newest=n == 0) for n, intent in enumerate(intents)]
        old = [intent for intent in reversed(kept) if intent.id not in seen]
        return [*alive, *(receipt(intent, ended, shift, [], newest=n == 0) for n, intent in enumerate(old))][:limit]

    async def holds(self, lot_id: str) -> list[dict[str, Any]]:
        """When and why a lot was held back while it was armed, newest first. Raises redis errors."""
        return [
            {
                "at": hold.at,
                "till": hold.till,
                "sentence": clean.text(hold.say, 500),
                "price": whole(hold.price),
                "nextBid": whole(hold.next_bid),
            }
            for hold in reversed(await self._records.holds(lot_id))
        ]

    async def ending(self, lot_id: str) -> str:
        """How the lot ended, in a sentence; empty while it is open or nothing is known of it. Raises redis errors."""
        lot = await self._records.lot(lot_id)
        if lot is None:
            lot, intents = await self._ledger.forgotten(lot_id), (await self._ledger.kept(lot_id))[::-1]
        else:
            intents = await self._records.intents(lot_id)
        if lot is None:
            return ""
        history, holds = await self._records.history(lot_id), await self._records.holds(lot_id)
        return clean.text(post_mortem(lot, intents, history, holds), 500)

    async def lots(self) -> list[str]:
        """Every lot that may have receipts or holds, by number. Raises redis errors."""
        found = {*await self._records.open_ids(), *await self._records.gone_ids()}
        for kind in ("kept", "holds"):
            prefix = f"{self._records.prefix}{kind}:"
            found |= {key.removeprefix(prefix) async for key in self._redis.scan_iter(f"{prefix}*", count=200)}
        return sorted(found, key=lambda lot_id: (len(lot_id), lot_id))

    async def wall_shift(self) -> int:
        """Wall time minus steady time, in ms."""
        wall, now = await self._redis.hmget(f"{self._records.prefix}steady", ["wall", "now"])
        return round(float(wall) - float(now)) if wall and now else 0


def receipt(
    intent: IntentRecord, lot: LotRecord | None, shift: int, history: list[tuple[int, int, str]], *, newest: bool
) -> dict[str, Any]:
    """One receipt with its steps."""
    paper = intent.mode != "live"
    created, sent, ended = times(intent, shift)
    steps = [_step("armed", created, f"Decided to bid {Money(intent.amount)}" + (f" by {intent.strategy}" if intent.strategy else ""))]
    if sent:
        steps.append(_step("submitted", sent, "Written to the paper ledger (dry run)" if paper else "Sent to the site"))
    if ended and sent:
        steps.append(_step("acknowledged", ended, _answer_words(intent)))
    if sent and intent.state in _TOOK and not paper:  # no read can see what was only written on paper
        at = next((at for at, cents, source in history if at >= sent and source == "read" and cents > 0), None)
        if at or (lot and lot.final):
            steps.append(_step("seen", at or (lot.ended_at if lot else None), "Seen when the lot was read again"))
    steps.sort(key=lambda step: step["at"] or float("inf"))  # a read may see the bid before the site's answer is in
    outcome = _outcome(intent, lot, newest=newest)
    told = _outcome_at(outcome, intent, ended, lot, history)
    last = max((step["at"] for step in steps if step["at"]), default=0)
    steps.append(_step(outcome, max(told, last) if told else None, _final_words(intent, lot, outcome)))
    for before, step in pairwise(steps):
        step["afterMs"] = step["at"] - before["at"] if step["at"] and before["at"] else None
    return {
        "id": intent.id,
        "auctionId": intent.lot_id,
        "amount": whole(intent.amount),
        "state": intent.state,
        "word": outcome,
        "mode": "live" if intent.mode == "live" else "dry-run",
        "strategy": intent.strategy,
        "why": clean.text(intent.why, 200),
        "createdAt": created,
        "sentAt": sent,
        "endedAt": ended,
        "steps": steps,
        "latencyMs": ended - sent if ended and sent and intent.state not in _ON_ITS_WAY and intent.why != "read" else None,
        "priceAgeMs": intent.age,
        "clockWidthMs": intent.width,
        "toggles": _object(intent.toggles),
        "strategyVersion": clean.text(intent.version, 60),
        "reason": clean.text(intent.reason, 500),
        "sentence": clean.text(intent.said, 500),
        "params": _object(intent.params),
    }


def _object(text: str) -> dict[str, Any]:
    """A JSON object kept as text; empty when it is none."""
    try:
        return msgspec.json.decode(text, type=dict[str, Any]) if text else {}
    except (msgspec.DecodeError, msgspec.ValidationError):
        return {}


def times(intent: IntentRecord, shift: int) -> tuple[int | None, int | None, int | None]:
    """When the intent was decided, sent and ended, in Unix ms and never running backwards; *shift* serves records without wall times."""
    pairs = ((intent.created_at, intent.created), (intent.sent_at, intent.sent), (intent.ended_at, intent.ended))
    found: list[int | None] = []
    latest = 0
    for wall, steady in pairs:
        at = wall or (steady + shift if steady else None)
        latest = max(latest, at or 0)
        found.append(latest if at else None)
    return found[0], found[1], found[2]


def _step(name: str, at: int | None, sentence: str) -> dict[str, Any]:
    return {"step": name, "at": at, "sentence": sentence, "afterMs": None}


def _outcome(intent: IntentRecord, lot: LotRecord | None, *, newest: bool) -> str:
    if lot and lot.final and intent.state in _TOOK:
        return lot.outcome if newest and lot.outcome in ("won", "lost") else "outbid"
    if intent.state == "LEADING" and lot is None:  # forgotten, and not in the ledger: somebody else got it
        return "outbid"
    if intent.state == "LEADING" and lot and not lot.leading and newest and lot.obs_started > intent.ended:
        return "outbid"
    if intent.state == "LEADING" and not newest:
        return "outbid"
    return _STATE_WORDS.get(intent.state, intent.state.lower())


def _outcome_at(
    outcome: str, intent: IntentRecord, ended: int | None, lot: LotRecord | None, history: list[tuple[int, int, str]]
) -> int | None:
    if outcome in ("won", "lost") and lot:
        return lot.ended_at or ended
    if outcome == "outbid" and intent.state == "LEADING" and ended:
        return next((at for at, cents, _ in history if at >= ended and cents > intent.amount), ended)
    return ended


def _answer_words(intent: IntentRecord) -> str:
    if intent.why == "read":
        return "The answer was lost; reading the lot settled it"
    if intent.state in _TOOK:
        return "The site took the bid" if intent.mode == "live" else "Counts on paper; nothing went to the site"
    return "The site refused the bid" if intent.state == "REJECTED" else "Settled"


def _final_words(intent: IntentRecord, lot: LotRecord | None, outcome: str) -> str:
    paper = "Dry run: " if intent.mode != "live" else ""
    if outcome == "won" and lot:
        return f"{paper}{'would have won' if paper else 'Won'} at {Money(lot.paid)}"
    plain = {
        "lost": "The lot went to somebody else",
        "winning": f"{paper}leading with {Money(intent.amount)}",
        "outbid": "Somebody bid more",
        "in doubt": "Sent, outcome not known yet; it is never sent again",
        "decided": "About to be sent",
        "sent": "Waiting for the site's answer",
        "never arrived": "The site shows no trace of it",
        "closed": "The lot closed",
    }
    if outcome in plain:
        return plain[outcome][:1].upper() + plain[outcome][1:]
    if intent.state in _ON_ITS_WAY:
        return "On its way"
    return bidding.explain(intent)[1]
