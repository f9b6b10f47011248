"""
A strategy in one file: bids only while the price is a bargain.

Copy it to ``penny.py`` in this folder and choose "penny" for a lot; edit it while it runs.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from pydantic import Field

from bidwright import Bid, Decision, Hold, LotView, Money, OfferParams, Wait, hookimpl


class PennyParams(OfferParams):
    """
    What the owner can set; the form is drawn from it.
    """

    percent: int = Field(10, title="Bargain (percent)", description="Bid only up to this many percent of the retail price.", ge=1, le=100)


class Penny:
    """
    Waits until the last minute, then bids as long as the lot is a bargain.
    """

    name = "penny"
    description = "Bids in the last minute, and only while the price is a small part of retail."
    version = "1"
    params = PennyParams

    def decide(self, lot: LotView, now: datetime) -> Decision:
        """Look at the lot, answer, and remember nothing."""
        if lot.leading:
            return Hold(f"you lead at {lot.price}")
        if now < (start := lot.closes_at - timedelta(minutes=1)):
            return Wait(start, "a minute before the close")
        params: PennyParams = lot.params
        offer = params.offer(lot)
        if isinstance(offer, Bid) and lot.retail and offer.amount > Money(lot.retail.cents * params.percent // 100):
            return Hold(f"{offer.amount} is more than {params.percent} % of the retail price, {lot.retail}")
        return offer


@hookimpl
def register_strategies() -> list[Penny]:
    """Offer ``penny``."""
    return [Penny()]
