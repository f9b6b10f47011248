"""Replies about what the owner keeps: notes on lots, saved searches; and what a strategy would have done."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from bidwright_gateway.replies.parts import Dollars, LotId, Millis, Moment, Name, Part, Reply, Sentence, Text


class OwnNote(Part, kw_only=True):
    """The owner's words."""

    text: Text
    at: Millis | None


class NoteOfLot(Reply, kw_only=True):
    """The note on a lot."""

    auction_id: LotId
    note: OwnNote


class SavedSearch(Part, kw_only=True):
    """What is looked for now and then; *why*: what went wrong the last time, empty: nothing."""

    id: Annotated[str, Meta(examples=["0c1d2e3f4a5b"])]
    name: Name
    q: Text
    location: Text
    notify: bool
    looked_at: Moment | None
    found_at: Moment | None
    fresh: list[LotId]
    why: Text


class SavedSearches(Reply, kw_only=True):
    """All saved searches."""

    searches: list[SavedSearch]


class OneSearch(Reply, kw_only=True):
    """The search as it is now."""

    search: SavedSearch


class ReplayStep(Part, kw_only=True):
    """What a strategy would have said at a time; *price* is the hammer price then, *amount* that of a bid."""

    at: Millis
    kind: Literal["bid", "wait", "hold", "outbid", "refused"]
    price: Dollars
    amount: Dollars | None
    says: Sentence


class Replayed(Reply, kw_only=True):
    """What a strategy would have done with the prices that were seen of a lot."""

    auction_id: LotId
    strategy: Name
    version: Text
    plugin: Text
    steps: list[ReplayStep]
    leads: Annotated[bool, Meta(description="Whether its last bid still leads at the end of what was seen")]
    amount: Annotated[float | None, Meta(description="That bid, dollars")]
    sentence: Sentence
