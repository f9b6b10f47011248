"""Replies about money: bids and their receipts, the ledger, budgets, rates, groups."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, UnsetType

from bidwright_gateway.replies.lots import KeptWatch
from bidwright_gateway.replies.parts import (
    Cents,
    Count,
    Decimals,
    Dollars,
    LotId,
    Millis,
    Mode,
    Moment,
    Name,
    Next,
    Part,
    Percent,
    Reply,
    Sentence,
    Text,
    Title,
    Took,
    Whole,
    Word,
)

IntentId = Annotated[str, Meta(examples=["i-6f0b8a1e"])]


class PlacedData(Part, kw_only=True):
    """What a bid came to."""

    intent_id: IntentId
    state: Word
    message: Sentence
    dry_run: bool


class Placed(Reply, kw_only=True):
    """The bid leads."""

    data: PlacedData
    amount: Dollars


class Attempt(Part, kw_only=True):
    """One of our bids; *placeholder*: none was made, and this row says so to a client that would invent some."""

    amount: Dollars
    strategy: Name
    success: bool
    timestamp: Millis | None
    error: Sentence | UnsetType = UNSET
    result: Annotated[dict[str, Any], Meta(examples=[{"state": "LEADING", "mode": "live"}])] | UnsetType = UNSET
    placeholder: bool | UnsetType = UNSET


class Attempts(Reply, kw_only=True):
    """Our bids on a lot, newest first."""

    auction_id: LotId
    count: Count
    bid_history: list[Attempt]
    placeholder: bool | UnsetType = UNSET


class Step(Part, kw_only=True):
    """A step in a bid's life."""

    step: Annotated[str, Meta(examples=["submitted"])]
    at: Millis | None
    sentence: Sentence
    after_ms: Took | None


class Receipt(Part, kw_only=True):
    """The life of a bid, and what it was decided on."""

    id: IntentId
    auction_id: LotId
    amount: Dollars
    state: Annotated[str, Meta(examples=["LEADING"])]
    word: Annotated[str, Meta(examples=["winning"])]
    mode: Mode
    strategy: Name
    why: Text
    created_at: Millis | None
    sent_at: Millis | None
    ended_at: Millis | None
    steps: list[Step]
    latency_ms: Took | None
    price_age_ms: Took | None
    clock_width_ms: Took | None
    toggles: dict[str, Any]
    strategy_version: Text
    reason: Text
    sentence: Sentence
    params: dict[str, Any]


class Hold(Part, kw_only=True):
    """When and why an armed lot was held back."""

    at: Millis
    till: Millis | None
    sentence: Sentence
    price: Dollars
    next_bid: Dollars


class HoldOfLot(Hold, kw_only=True):
    """The same, with the lot."""

    auction_id: LotId


class ReceiptList(Reply, kw_only=True):
    """The life of each of our bids on a lot, newest first."""

    auction_id: LotId
    count: Count
    receipts: list[Receipt]
    holds: list[Hold]
    post_mortem: Annotated[str | None, Meta(description="How it ended", examples=["Won for $14, $26 below your max bid."])]
    next: Next


class AllReceipts(Reply, kw_only=True):
    """The receipts of all lots."""

    count: Count
    receipts: list[Receipt]
    holds: list[HoldOfLot]
    next: Next | UnsetType = UNSET


class LedgerRow(Part, kw_only=True):
    """What an ended lot cost, or went for."""

    lot: LotId
    title: Title
    inventory_number: Text
    location: Text
    pick_up_by: Text
    closed_at: Moment | None
    ended_at: Millis
    outcome: Literal["won", "lost"]
    mode: Mode
    premium_percent: Annotated[str, Meta(examples=["15.00"])]
    tax_percent: Annotated[str, Meta(examples=["8.25"])]
    strategy: Name
    max_bid: Decimals
    our_bids: list[Decimals]
    hammer: Dollars | None
    hammer_cents: Cents | None
    premium: Dollars | None
    premium_cents: Cents | None
    tax: Dollars | None
    tax_cents: Cents | None
    all_in: Dollars | None
    all_in_cents: Cents | None
    our_highest: Dollars | None
    our_highest_cents: Cents | None


class LedgerTotals(Part, kw_only=True):
    """What the won lots come to."""

    won: Count
    lost: Count
    hammer: Decimals
    hammer_cents: Cents
    premium: Decimals
    premium_cents: Cents
    tax: Decimals
    tax_cents: Cents
    all_in: Decimals
    all_in_cents: Cents


class Ledger(Reply, kw_only=True):
    """What was won and lost, by the time it ended; *totals* are of all that fits."""

    mode: Mode
    count: Count
    rows: list[LedgerRow]
    totals: LedgerTotals
    next: Next | UnsetType = UNSET


class Free(Part, kw_only=True):
    """What is left."""

    live: Dollars
    dry_run: Dollars


class Budget(Part, kw_only=True):
    """A limit on all-in money, and what is booked."""

    scope: Annotated[str, Meta(examples=["day:2026-11-26"])]
    limit: Dollars | None
    live: Dollars
    dry_run: Dollars
    free: Free | None
    lots: list[LotId]


class DefaultLimits(Part, kw_only=True):
    """What a new day and a new week begin with; null: no limit."""

    day: Dollars | None
    week: Dollars | None


class Budgets(Reply, kw_only=True):
    """All limits."""

    budgets: list[Budget]
    default: DefaultLimits


class DefaultSet(Reply, kw_only=True):
    """What new days or weeks begin with now."""

    default: Literal["day", "week"]
    limit: Dollars | None


class BudgetSet(Reply, kw_only=True):
    """A limit was set; *warning*: more than that is booked already."""

    scope: Annotated[str, Meta(examples=["total"])]
    limit: Dollars | None
    warning: Sentence | UnsetType = UNSET


class Rates(Part, kw_only=True):
    """Buyer's premium and sales tax."""

    premium: Percent
    tax: Percent


class DefaultRates(Rates, kw_only=True):
    """The rates of a location that has none of its own; assumed: not the owner's."""

    source: Literal["default", "assumed"]


class RateList(Reply, kw_only=True):
    """All rates."""

    default: DefaultRates
    locations: dict[str, Rates]


class RatesChanged(RateList, kw_only=True):
    """All rates, and the lots that have new ones or wait for them."""

    changed: list[LotId]
    waiting: list[LotId]


class Tally(Part, kw_only=True):
    """How many lots of a group are won and led."""

    won: Count
    leading: Count


class Group(Part, kw_only=True):
    """Lots of which so many are wanted."""

    id: Annotated[str, Meta(examples=["lamps"])]
    name: Annotated[str, Meta(examples=["Lamps"])]
    wanted: Whole
    over: Count
    live: Tally
    dry_run: Tally
    lots: list[LotId]


class Groups(Reply, kw_only=True):
    """Groups, by name."""

    groups: list[Group]
    next: Next | UnsetType = UNSET


class OneGroup(Reply, kw_only=True):
    """One group."""

    group: Group


class General(Part, kw_only=True):
    """What a new watch begins with."""

    default_max_bid: Whole
    default_strategy: Literal["increment", "sniping"]
    auto_bid_default: bool


class BiddingSettings(Part, kw_only=True):
    """How it is bid."""

    snipe_timing: Annotated[int, Meta(description="Seconds", examples=[10])]
    bid_buffer: Annotated[int, Meta(description="Dollars", examples=[0])]
    retry_attempts: Whole


class AllSettings(Part, kw_only=True):
    """All settings."""

    general: General
    bidding: BiddingSettings


class Settings(Reply, kw_only=True):
    """All settings, nested."""

    settings: AllSettings


class KeptRates(Part, kw_only=True):
    """The owner's rates; null: none were given."""

    default: Rates | None
    locations: dict[str, Rates]


class Export(Reply, kw_only=True):
    """What the owner set up, as ``POST /api/export`` takes it."""

    form: Literal[1]
    count: Count
    watches: list[KeptWatch]
    groups: list[Group]
    rates: KeptRates
    settings: AllSettings
