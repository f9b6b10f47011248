"""Offers: how much to bid, for strategies that go with the next acceptable amount."""

from __future__ import annotations

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
