"""Refusals: each reason of RESERVE not to bid, in plain words, and when to ask again."""

from __future__ import annotations

from dataclasses import dataclass

from bidwright.money import Money
from bidwright.records import LotRecord

_SOON, _LATER, _LONG = 1.0, 10.0, 60.0


@dataclass(frozen=True, slots=True)
class Refusal:
    """
    *because* goes on after "Will NOT bid, because"; *again_s* is when another try makes sense, if nothing wakes the lot before.
    """

    because: str
    again_s: float


TABLE = {
    "no-epoch": Refusal("the store is empty: it was not initialised, or lost its data", _LATER),
    "halted": Refusal("the kill switch is on: all bidding is stopped", _LONG),
    "unwatched": Refusal("this lot is not watched any more", _LONG),
    "not-armed": Refusal("this lot is not armed", _LONG),
    "ask-too-old": Refusal("your order to bid now came more than 30 s ago; give it again", _LONG),
    "service-mode": Refusal("the service is in dry run, and this lot is set to real money", _LONG),
    "session": Refusal("the site does not know you as logged in; log in there and send the session again", _LONG),
    "format": Refusal("the site's pages are not understood at present", _LATER),
    "breaker": Refusal("the site fails at present and is left alone for a moment; it is tried again by itself", _LATER),
    "store": Refusal("the store does not keep its data safely enough for real money", _LONG),
    "fenced": Refusal("another worker has taken this lot over", _SOON),
    "inflight": Refusal("a bid on this lot is still under way", _SOON),
    "not-open": Refusal("the site does not have this lot open for bidding", _LATER),
    "stale-cap": Refusal("your settings changed a moment ago; it decides anew", _SOON),
    "stale-obs": Refusal("the price was read anew a moment ago; it decides anew", _SOON),
    "need-fresh-read": Refusal("the lot must be read again first", _SOON),
    "obs-too-old": Refusal("the price was read too long ago", _SOON),
    "leading": Refusal("you lead already", _LONG),
    "bad-amount": Refusal("the amount is not a whole number of dollars", _LONG),
    "no-next-bid": Refusal("the site does not say what the next bid is", _LATER),
    "not-allowed": Refusal("the site does not allow your account to bid on this lot", _LONG),
    "below-next": Refusal("the amount is below the next bid that the site accepts", _SOON),
    "no-cap": Refusal("there is no limit set for this lot", _LONG),
    "no-rates": Refusal("premium and tax of this lot are not known, so its cost cannot be reckoned", _LONG),
    "over-limit": Refusal("the amount is above your limit for a single bid (BIDWRIGHT_MAX_BID_DOLLARS)", _LONG),
    "big-step": Refusal("the amount is farther above the next bid than you allow (BIDWRIGHT_MAX_STEP_DOLLARS)", _LONG),
    "too-often": Refusal("it has bid on this lot as often within a minute as you allow (BIDWRIGHT_BIDS_PER_MINUTE)", _LATER),
    "over-cap": Refusal("the amount is above your limit for this lot", _LONG),
    "budget:none": Refusal("this lot belongs to no budget", _LONG),
    "group-full": Refusal("enough lots of its group are won, led or being bid on", _SOON),
    "group-won": Refusal("enough lots of its group are won", _LATER),
}
READ_AGAIN = frozenset({"stale-obs", "need-fresh-read", "obs-too-old"})
"""Refused only because the read was not fresh enough."""
PASSING = frozenset({"fenced", "inflight", "stale-cap"}) | READ_AGAIN
"""These pass by themselves within moments and are not worth telling."""


def explain(why: str, lot: LotRecord) -> Refusal:
    """What *why* means for *lot*; an unknown word is shown as it is."""
    if why == "below-next":
        return Refusal(f"the amount is below the next bid that the site accepts, {Money(lot.next_bid)}", _SOON)
    if why.startswith("budget:") and why not in TABLE:
        return Refusal(f"it would go over the budget {why.removeprefix('budget:')!r}", _LONG)
    return TABLE.get(why) or Refusal(f"a guard refused it ({why})", _LATER)
