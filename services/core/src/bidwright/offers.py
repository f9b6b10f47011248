"""Offers: how much to bid, for strategies that go with the next acceptable amount."""

from __future__ import annotations

from datetime import timedelta
from math import ceil

from pydantic import ConfigDict, Field

from bidwright.money import Money
from bidwright.strategy import Bid, Hold, LotView, Params


class OfferParams(Params):
    """
    The owner's settings about the amount. A strategy's own model inherits them and asks ``offer`` once it wants to bid.
    """

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)

    increment: float = Field(
        1,
        alias="incrementAmount",
        title="Step (dollars)",
        description="Least step above the present price, in dollars; a fraction counts as a whole dollar.",
        gt=0,
        le=1000,
    )
    buffer: int = Field(
        0,
        title="Buffer (dollars)",
        description="Whole dollars on top of the next acceptable bid; never above your limit.",
        ge=0,
        le=1000,
    )
    least: float | None = Field(
        None,
        alias="minBidAmount",
        title="Smallest bid (dollars)",
        description="Never bid less than this many dollars, even if the site would take less; never above your limit.",
        gt=0,
        le=999_999,
    )

    walk_away: float | None = Field(
        None,
        alias="walkAwayDollars",
        title="Walk-away price (dollars)",
        description="Once you were outbid, stop when the next bid is above this; unset: your limit for the lot.",
        gt=0,
        le=999_999,
    )
    rebids: int = Field(
        50, alias="maxRebids", title="Re-bid limit", description="How many times to answer an outbid on one lot.", ge=0, le=500
    )
    war: float = Field(
        60,
        alias="maxWarMinutes",
        title="Longest war (minutes)",
        description="Stop answering once extensions have moved the close by this many minutes.",
        gt=0,
        le=1440,
    )

    def enough(self, lot: LotView) -> str:
        """Why a war on *lot* has gone on long enough: too many answers, too long, or too dear; empty when it has not."""
        if lot.placed > self.rebids:
            return f"it has answered {self.rebids} outbids here, your limit for one lot"
        if lot.placed and lot.first_close and lot.closes_at - lot.first_close > timedelta(minutes=self.war):
            return f"extensions have moved the close by more than {self.war:g} minutes, your limit for a war"
        if lot.placed and self.walk_away is not None and lot.next_bid > Money.whole(int(self.walk_away)):
            return f"the next bid, {lot.next_bid}, is above your walk-away price of {Money.whole(int(self.walk_away))}"
        return ""

    def offer(self, lot: LotView) -> Bid | Hold:
        """The amount to bid on *lot* now, within its cap; or why there is none."""
        if lot.next_bid.cents <= 0:
            return Hold("the site does not say what the next bid is")
        if lot.next_bid > lot.cap:
            return Hold(f"the next bid, {lot.next_bid}, is above your limit of {lot.cap}")
        amount = max(lot.next_bid, lot.price + Money.whole(ceil(self.increment))) + Money.whole(self.buffer)
        if self.least is not None:
            amount = max(amount, Money.whole(ceil(self.least)))
        return Bid(min(amount, lot.cap))
