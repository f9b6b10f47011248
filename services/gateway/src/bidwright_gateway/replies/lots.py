"""Replies about lots: the Auction of the contract, lists of them, what is found and what was watched."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, UnsetType, field

from bidwright_gateway.replies.parts import (
    Address,
    Count,
    Dollars,
    LotId,
    Millis,
    Mode,
    Moment,
    Name,
    Next,
    Part,
    Percent,
    Ratio,
    Reply,
    Seconds,
    Sentence,
    Text,
    Title,
    Whole,
    Word,
)


class Config(Part, kw_only=True):
    """A watch's settings; never null."""

    max_bid: Annotated[float, Meta(description="The most to bid, whole dollars of hammer price", examples=[40])]
    increment_amount: Dollars
    strategy: Annotated[str, Meta(description="In the words of the client that asks", examples=["sniping"])]
    auto_bid: Annotated[bool, Meta(description="Armed: bids by itself")]
    strategy_name: Annotated[str, Meta(description="In our words", examples=["sniping"])]
    version: Annotated[str, Meta(description="Changes with every change; `expectVersion` names it", examples=["7"])]
    params: Annotated[dict[str, Any], Meta(description="The strategy's settings that differ from its defaults")]
    max_all_in: Dollars | UnsetType = UNSET
    snipe_seconds: Whole | UnsetType = UNSET
    min_bid_amount: Dollars | UnsetType = UNSET
    buffer: Whole | UnsetType = UNSET


class Location(Part, kw_only=True):
    """Where the lot can be picked up."""

    id: Whole
    name: Annotated[str, Meta(examples=["Phoenix"])]


class LotData(Part, kw_only=True):
    """What the site said about the lot."""

    id: Annotated[int, Meta(examples=[70012345])]
    title: Title
    current_bid: Dollars
    next_bid: Dollars
    minimum_bid: Dollars
    bid_count: Count
    bidder_count: Count
    is_winning: bool
    is_watching: bool
    is_closed: bool
    market_status: Annotated[str, Meta(examples=["open"])]
    close_time: Moment | None
    first_close: Annotated[str | None, Meta(description="The close as it was planned, ISO 8601", examples=["2026-09-21T14:53:20.000Z"])]
    time_remaining: Seconds
    extension_interval: Annotated[int, Meta(description="Seconds by which a bid moves the close", examples=[30])]
    retail_price: Dollars
    inventory_number: Annotated[str, Meta(examples=["1900000001"])]
    location: Location | None
    extended: bool
    notes: Text
    seen_at: Millis
    update_source: Annotated[Literal["sse", "polling"], Meta(description="sse: heard by live events and not yet read")]
    last_sse_update: Annotated[Moment | UnsetType | None, Meta(description="When it was heard")] = field(
        name="lastSSEUpdate", default=UNSET
    )
    status: Word | UnsetType = UNSET
    final_bid: Dollars | UnsetType = UNSET
    closed_at: Moment | UnsetType | None = UNSET


class Outlook(Part, kw_only=True):
    """What will happen to the lot."""

    kind: Literal["will", "wont", "idle", "trouble", "ended"]
    sentence: Sentence


class AllIn(Part, kw_only=True):
    """What amounts cost out the door: hammer, premium and tax."""

    current: Dollars
    cap: Dollars
    next: Dollars
    final: Dollars | UnsetType = UNSET


class Caps(Part, kw_only=True):
    """The most to pay, as hammer price and out the door."""

    hammer: Dollars
    all_in: Dollars


class LotRates(Part, kw_only=True):
    """The rates that the lot is reckoned with."""

    premium: Percent
    tax: Percent
    source: Literal["location", "default", "dearest", "assumed", "earlier"]


class LotGroup(Part, kw_only=True):
    """The group that the lot is in."""

    id: Annotated[str, Meta(examples=["lamps"])]
    name: Annotated[str, Meta(examples=["Lamps"])]
    wanted: Whole
    over: Count
    won: Count
    leading: Count


class Auction(Part, kw_only=True):
    """A lot as clients see it."""

    id: LotId
    title: Title
    url: Address
    image_url: Address | None
    status: Literal["monitoring", "ended", "error"]
    config: Config
    data: Annotated[LotData | None, Meta(description="null until the site was read")]
    last_update: Millis
    is_closed: bool
    mode: Mode
    forecast: Outlook
    outcome: Word | None
    standing: Annotated[bool, Meta(description="Let go, but our bid stands on the site")]
    in_doubt: Annotated[str | None, Meta(description="The bid that is under way")]
    all_in: AllIn
    caps: Caps
    rates: LotRates
    group: LotGroup | None
    exposure: Dollars
    own_high: Dollars
    ended_at: Millis | None
    post_mortem: Annotated[str | None, Meta(description="How it ended")]
    error: Sentence | UnsetType = UNSET


class AuctionList(Reply, kw_only=True):
    """Lots."""

    auctions: list[Auction]
    standing: list[Auction] | UnsetType = UNSET
    next: Next | UnsetType = UNSET


class Watched(Reply, kw_only=True):
    """The watch as it is now; *warning*: the site could not be asked yet."""

    config: Config
    message: Sentence | UnsetType = UNSET
    warning: Sentence | UnsetType = UNSET


class Told(Reply, kw_only=True):
    """It was done."""

    message: Annotated[str, Meta(examples=["Stopped monitoring auction 70012345"])]


class Cleared(Reply, kw_only=True):
    """No lot is watched any more."""

    message: Annotated[str, Meta(examples=["Cleared 3 auctions"])]
    cleared: Count


class LotRead(Reply, kw_only=True):
    """What the site says now; *auction* is there when the lot is known here."""

    data: LotData
    auction: Auction | UnsetType = UNSET


class Refreshed(Reply, kw_only=True):
    """The lot after another look; *fresh*: the look has come back in time."""

    data: LotData | None
    auction: Auction
    fresh: bool


class Check(Part, kw_only=True):
    """One thing that is checked before the close."""

    name: Name
    ok: bool
    sentence: Sentence


class Forecast(Reply, kw_only=True):
    """What will happen to the lot, and what a check before the close finds now."""

    auction_id: LotId
    sentence: Sentence
    will_bid: bool
    checks: list[Check]


class PricePoint(Part, kw_only=True):
    """A price that was seen."""

    at: Millis
    price: Dollars
    source: Annotated[str, Meta(examples=["read"])]


class History(Reply, kw_only=True):
    """Prices seen, oldest first."""

    auction_id: LotId
    history: list[PricePoint]
    next: Next | UnsetType = UNSET


class Hit(Part, kw_only=True):
    """A lot of the site's index, which knows no prices."""

    id: LotId
    title: Title
    retail_price: Dollars
    location: Text
    close_time: Moment | None
    time_remaining: Seconds
    image_url: Address | None
    auction_url: Address


class Similar(Reply, kw_only=True):
    """Lots that are called alike."""

    auction_id: LotId
    query: Annotated[str, Meta(examples=["cordless lamp"])]
    count: Count
    lots: list[Hit]


class Pagination(Part, kw_only=True):
    """Which page this is."""

    page: Whole
    limit: Whole
    total_items: Count
    total_pages: Count
    has_more: bool


class Found(Reply, kw_only=True):
    """What the index lists."""

    search_query: Text
    location: Text
    count: Count
    lots: list[Hit]
    pagination: Pagination


class Deal(Part, kw_only=True):
    """A lot that costs little of its retail price."""

    id: LotId
    title: Title
    current_bid: Dollars
    current_price: Dollars
    all_in: Dollars
    retail_price: Dollars
    discount_percentage: Annotated[int, Meta(examples=[79])]
    location: Text
    close_time: Moment | None
    time_remaining: Seconds
    bid_count: Count
    image_url: Address | None
    auction_url: Address


class HotDeals(Reply, kw_only=True):
    """Deals, the best first; of *candidates* in the index *priced* could be read."""

    location: Text
    search_query: Text
    max_discount_ratio: Ratio
    max_price: Dollars | None
    count: Count
    deals: list[Deal]
    pagination: Pagination
    last_updated: Moment | None
    data_source: Literal["live"]
    total_search_results: Count
    candidates: Count
    priced: Count


class Skipped(Part, kw_only=True):
    """A lot that was left as it is, and why."""

    id: LotId
    why: Sentence


class AccountLot(Part, kw_only=True):
    """A lot of the account."""

    id: LotId
    title: Title
    current_bid: Dollars
    is_winning: bool
    close_time: Moment | None
    time_remaining: Seconds
    auction_url: Address


class Imported(Reply, kw_only=True):
    """What became of the account's lots."""

    dry_run: bool
    max_bid: Dollars
    found: Count
    added: list[LotId]
    already: list[LotId]
    skipped: list[Skipped]
    with_bids: list[LotId]
    lots: list[AccountLot]


class KeptWatch(Part, kw_only=True):
    """A watch as an export keeps it."""

    auction_id: LotId
    config: Annotated[dict[str, Any], Meta(description="As a new watch takes it", examples=[{"maxBid": 40, "strategy": "sniping"}])]
    group: Annotated[str | None, Meta(examples=["lamps"])]


class NotRestored(Part, kw_only=True):
    """What was not brought back, and why: a lot, a group, or a lot of a group."""

    why: Sentence
    auction_id: LotId | UnsetType = UNSET
    id: Annotated[str, Meta(description="The group", examples=["lamps"])] | UnsetType = UNSET


class RestoredGroups(Part, kw_only=True):
    """Groups by id."""

    added: list[str]
    already: list[str]
    skipped: list[NotRestored]


class Restored(Reply, kw_only=True):
    """What was brought back, or with *dryRun* would be."""

    dry_run: bool
    added: list[LotId]
    already: list[LotId]
    skipped: list[NotRestored]
    groups: RestoredGroups
    rates: Annotated[list[str], Meta(description="Those that were set", examples=[["default", "Phoenix"]])]
    settings: Annotated[list[str], Meta(description="Those that were set", examples=[["general.defaultMaxBid"]])]
