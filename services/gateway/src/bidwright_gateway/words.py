"""Why something was refused, in a sentence that says what to do."""

from __future__ import annotations

from bidwright.errors import BadInput, BidHeld, BidwrightError, Conflict, NotFound
from bidwright_gateway.errors import LotClosed

REFUSED = {
    "bad-cap": "Max bid must be a whole number of dollars above zero.",
    "no-cap": "Give a max bid above zero before arming: without a cap nothing is bid.",
    "no-rates": "Premium and tax are not known for this lot; give them with PUT /api/rates or `bidwright rates set`.",
    "bad-rate": "Premium and tax must be between 0 and 100 percent.",
    "over-limit": "That is above your limit for a single bid (BIDWRIGHT_MAX_BID_DOLLARS).",
    "big-step": "That is farther above the next bid than you allow (BIDWRIGHT_MAX_STEP_DOLLARS); nothing was bid.",
    "too-often": "Too many bids on this lot within a minute (BIDWRIGHT_BIDS_PER_MINUTE); nothing was bid.",
    "over-cap": "That is above this lot's max bid; raise the max bid first.",
    "halted": "Everything is stopped. Resume first; nothing was bid.",
    "service-mode": "This lot is for real money, but Bidwright is in dry run. Go live first; nothing was bid.",
    "session": "The site's session has expired. Log in to the site and sync the cookies again; nothing was bid.",
    "not-armed": "The lot is not armed; nothing was bid.",
    "unwatched": "The lot is not watched. Watch the lot first; nothing was bid.",
    "not-open": "The site says the lot is not open for bids; nothing was bid.",
    "leading": "You already lead this lot; nothing was bid.",
    "below-next": "The site asks for more than that by now; look at the next bid and try again. Nothing was bid.",
    "bad-amount": "Bids are whole dollars above zero.",
    "group-full": "You lead as many lots of this group as you want; nothing was bid.",
    "budget:none": "The lot belongs to no budget; nothing was bid.",
    "ask-too-old": "The bid waited longer than 30 seconds and was dropped; nothing was bid. Try again.",
    "stale-cap": "The lot's settings changed meanwhile; nothing was bid. Try again.",
    "stale-obs": "The price moved meanwhile; nothing was bid. Try again.",
    "late": "It took too long to reach the site; nothing was bid. Try again.",
    "never claimed": "It took too long to reach the site; nothing was bid. Try again.",
    "inflight": "Another bid on this lot is still on its way; try again when its result is known.",
    "exposed": "A bid of ours on this lot leads or could lead again, so its mode stays until the lot has ended.",
    "no-epoch": "The store was not initialised; start Bidwright again.",
    "stale-version": "Somebody changed the lot meanwhile; look at it again.",
    "unknown-field": "There is no such setting.",
    "bad-number": "How many lots are wanted must be a whole number.",
}


def sentence(why: str) -> str:
    """The sentence for a short machine word; the word itself when there is none."""
    if why.startswith("budget:") and why not in REFUSED:
        return f"The budget {why.removeprefix('budget:')!r} has no room for that; raise it or wait. Nothing was bid."
    return REFUSED.get(why, f"Refused: {why or 'no reason given'}.")


def refusal(why: str, lot_id: str) -> BidwrightError:  # noqa: PLR0911 - a table read from the top
    """The error for an owner's command that a transition refused."""
    if why == "watched":
        return Conflict("Auction already being monitored")
    if why == "unwatched":
        return NotFound("Auction not being monitored")
    if why == "closed":
        return LotClosed(f"Lot {lot_id} has closed; it cannot be watched any more.")
    if why == "conflict":
        return Conflict("This Idempotency-Key was used for something else; use a new one.")
    if why in ("inflight", "exposed", "stale-version"):
        return Conflict(sentence(why))
    if why in ("over-limit", "over-cap"):
        return BadInput(sentence(why), "config.maxBid")
    if why in ("no-cap", "bad-cap"):
        return BadInput(sentence(why), "config.maxBid")
    if why in ("halted", "service-mode", "session"):
        return BidHeld(sentence(why), why)
    return BadInput(sentence(why))
