"""What a strategy is shown, and what it may answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar, Protocol

from pydantic import BaseModel, ConfigDict

from bidwright.money import Money

_TAKEN = frozenset({"LEADING", "OUTBID", "MOOT", "UNKNOWN", "CLOSED"})


class Params(BaseModel):
    """
    The owner's settings for one lot; subclass it. Its JSON Schema draws the form.

    Give every field a title, a description with its unit, and bounds. Unknown keys are left out, wrong values refused.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")


@dataclass(frozen=True, slots=True)
class OwnBid:
    """
    One bid of ours on this lot. *state* as in the receipt: LEADING, OUTBID, MOOT, REJECTED, ABSENT, CANCELLED, EXPIRED, UNKNOWN …
    """

    amount: Money
    at: datetime
    state: str


@dataclass(frozen=True, slots=True)
class PricePoint:
    """
    A *price* that the lot was first seen at *at*, in site time. The site moved it somewhat earlier, between two looks.
    """

    at: datetime
    price: Money


@dataclass(frozen=True, slots=True)
class LotView:
    """
    What the site last said about a lot, and what its owner wants. All times are site time, as is the *now* of ``decide``.

    *price* is zero while nobody bid. *next_bid* is the least the site would accept. *price_since* is when the price last moved.
    *first_close* is the close as it was planned before any extension, None when not known.
    *own_bids* are newest first. *safe_lead* is the shortest time before the close at which a bid still survives a take-over.
    *history* are the prices seen while the lot was watched, oldest first, the newest 200 at most; moves between two looks are missing.
    It is empty unless the strategy says ``wants_history = True``.
    """

    lot_id: str
    title: str
    price: Money
    next_bid: Money
    cap: Money
    closes_at: datetime
    seen_at: datetime
    price_since: datetime
    leading: bool
    bid_count: int = 0
    bidder_count: int = 0
    extended: bool = False
    extension: timedelta = timedelta(seconds=30)
    first_close: datetime | None = None
    retail: Money | None = None
    safe_lead: timedelta = timedelta(seconds=3)
    own_bids: Sequence[OwnBid] = ()
    history: Sequence[PricePoint] = ()
    params: Any = field(default_factory=Params)

    @property
    def placed(self) -> int:
        """How many bids of ours the site took, or may have taken."""
        return sum(bid.state in _TAKEN for bid in self.own_bids)

    def answer_at(self, patience: timedelta) -> datetime:
        """
        When to answer a rival: *patience* after the price last moved, so that a burst of theirs passes, but never too late to matter.
        """
        return min(self.price_since + patience, self.closes_at - self.safe_lead)


@dataclass(frozen=True, slots=True)
class Bid:
    """
    Bid *amount* (whole dollars, hammer) now. A proposal: the guards decide, and nothing can lift the owner's cap.
    """

    amount: Money
    why: str = ""


@dataclass(frozen=True, slots=True)
class Hold:
    """
    Do not bid, because *why* (a sentence that goes on after "Will NOT bid, because"). Asked again when the lot changes.
    """

    why: str


@dataclass(frozen=True, slots=True)
class Wait:
    """
    Nothing to do before *until* (site time). *why* is a sentence of what will happen, shown to the owner.
    """

    until: datetime
    why: str = ""


Decision = Bid | Hold | Wait


class Strategy(Protocol):
    """
    A pure answer to what it is shown: no I/O, no clock of its own, no memory between calls.

    A class attribute ``wants_history = True`` asks for ``LotView.history``, which costs the bidder a read of the store per question.
    """

    name: ClassVar[str]
    """The word that a lot's owner chooses it by: lower case, digits and hyphens."""
    description: ClassVar[str]
    """One sentence for the picker."""
    version: ClassVar[str]
    """Goes into each receipt."""
    params: ClassVar[type[Params]]
    """The model of its settings."""

    def decide(self, lot: LotView, now: datetime) -> Decision:
        """Say what to do about an armed, open lot. Raising counts as Hold."""
        ...
