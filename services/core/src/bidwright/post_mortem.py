"""
Post-mortem: how a lot ended for its owner, in one sentence made of what is known.

A rival's hidden maximum never is: what would have been needed is told as "at least".
"""

from __future__ import annotations

from collections.abc import Sequence

from bidwright.money import Money, Rates
from bidwright.records import HoldRecord, IntentRecord, LotRecord

History = Sequence[tuple[int, int, str]]
_STEP = 100
_WILL_NOT = "Will NOT bid, because "
_NOT_SENT = {
    "halted": "bidding was stopped",
    "halted-here": "bidding was stopped where bids leave",
    "session": "the site's session had expired",
    "service-mode": "Bidwright was in dry run",
    "dry-run-here": "Bidwright was in dry run",
    "format": "the site's pages were not understood",
    "late": "it took too long to reach the site",
    "never claimed": "it took too long to reach the site",
    "not-connected": "the site could not be reached",
    "busy": "the site may not be asked so often",
    "below-next": "the site asked for more by then",
    "stale-cap": "the lot's settings changed meanwhile",
    "closed": "the lot had closed",
    "not-open": "the lot had closed",
}


def post_mortem(lot: LotRecord, intents: Sequence[IntentRecord], history: History, holds: Sequence[HoldRecord]) -> str:
    """How *lot* ended; empty while it is open. *intents* are newest first, *history* and *holds* oldest first."""
    if not lot.final:
        return ""
    if lot.outcome == "won":
        return _won(lot)
    if any(intent.sent for intent in intents):
        return _lost(lot, intents, history, holds)
    return _not_bid(lot, intents, holds)


def lesson(lot: LotRecord, intents: Sequence[IntentRecord], history: History, holds: Sequence[HoldRecord]) -> str:
    """What there is to learn of it beyond the price, a sentence for after the news; empty when nothing was sent or it is open."""
    if not lot.final:
        return ""
    if lot.outcome == "won":
        below = _below(lot)
        return f"{below[:1].upper()}{below[1:]}." if below else ""
    if not any(intent.sent for intent in intents):
        return ""
    most, needed = _most(lot), _needed(lot)
    if needed > most:
        return f"Your max bid was {most}, at least {needed - most} more would have been needed."
    return f"Your max bid was {most}: {_why_not_more(lot, intents[0], history, holds)}."


def _won(lot: LotRecord) -> str:
    begin = "Won" if lot.mode == "live" else "Would have won"
    all_in = f" ({Money(lot.booked)} all-in)" if lot.booked else ""
    below = f", {_below(lot)}" if _below(lot) else ""
    return f"{begin} for {Money(lot.paid)}{all_in}{below}."


def _below(lot: LotRecord) -> str:
    paid, most = Money(lot.paid), _most(lot)
    return f"{most - paid} below your max bid" if most > paid else "exactly your max bid" if most == paid else ""


def _lost(lot: LotRecord, intents: Sequence[IntentRecord], history: History, holds: Sequence[HoldRecord]) -> str:
    begin = f"{'Lost' if lot.mode == 'live' else 'Would have lost'} at {Money(lot.price)}"
    most, needed = _most(lot), _needed(lot)
    if needed > most:
        return f"{begin}: your max bid was {most}, at least {needed - most} more would have been needed."
    return f"{begin} although your max bid was {most}: {_why_not_more(lot, intents[0], history, holds)}."


def _needed(lot: LotRecord) -> Money:
    """The least that could have led at the end; the winner's maximum may be higher, nobody knows."""
    return Money(lot.next_bid if lot.next_bid > lot.price else lot.price + _STEP)


def _why_not_more(lot: LotRecord, last: IntentRecord, history: History, holds: Sequence[HoldRecord]) -> str:
    amount = Money(last.amount)
    if last.state == "REJECTED":
        return f"the site refused the last bid, {amount} ({_plain(last.why)})"
    if last.state in ("CANCELLED", "EXPIRED"):
        return f"the last bid, {amount}, did not leave ({_plain(last.why)})"
    if last.state == "ABSENT":
        return f"the last bid, {amount}, never arrived at the site"
    at = _outbid_at(last, history)
    if at is None:
        return f"the last bid, {amount}, was not enough and was not raised{_because(lot, holds, last.ended_at)}"
    return f"the last outbid was seen {_before_close(lot, at)} and was not answered{_because(lot, holds, at)}"


def _outbid_at(last: IntentRecord, history: History) -> int | None:
    """When somebody was seen to have bid more than our last bid."""
    if last.state == "OUTBID" and last.ended_at:
        return last.ended_at
    return next((at for at, cents, _ in history if at >= last.sent_at and cents > last.amount), None)


def _because(lot: LotRecord, holds: Sequence[HoldRecord], since: int) -> str:
    """Why nothing was bid from *since* to the end, where something is known."""
    if not lot.was_armed:
        return ", because the lot was not armed at the end"
    standing = next((hold for hold in reversed(holds) if hold.till is None or hold.till >= since), None)
    return f" because {_reason(standing)}" if standing else ""


def _not_bid(lot: LotRecord, intents: Sequence[IntentRecord], holds: Sequence[HoldRecord]) -> str:
    went = f" It went for {Money(lot.price)}." if lot.price else ""
    if holds and holds[-1].till is None:
        return f"Not bid on: {_reason(holds[-1])}.{went}"
    if intents and intents[0].state in ("CANCELLED", "EXPIRED"):
        return f"Not bid on: the bid of {Money(intents[0].amount)} did not leave ({_plain(intents[0].why)}).{went}"
    if not lot.was_armed:
        return f"Not bid on: it was not armed.{went}"
    return f"Not bid on, and no reason was noted.{went}"


def _most(lot: LotRecord) -> Money:
    """The most that could be bid: the owner's limit, and no more than an all-in limit leaves."""
    cap = Money.whole(max(lot.cap, 0) // 100)
    if lot.allin is None or not (lot.premium.isdigit() and lot.tax.isdigit()):
        return cap
    return min(cap, Rates(int(lot.premium), int(lot.tax)).hammer_cap(Money(lot.allin)))


def _before_close(lot: LotRecord, at: int) -> str:
    seconds = (lot.close - at) / 1000
    if seconds <= 0:
        return "at the close"
    for size, unit in ((86_400, "days"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit} before the close"
    return f"{seconds:.0f} s before the close"


def _reason(hold: HoldRecord) -> str:
    return hold.say.removeprefix(_WILL_NOT).rstrip(".") or "no reason was given"


def _plain(why: str) -> str:
    if why.startswith("budget:"):
        return f"the budget {why.removeprefix('budget:')} had no room"
    return _NOT_SENT.get(why, why.replace("-", " ")) or "no reason was given"
