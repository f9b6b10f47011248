"""Strategy ``sniping``: bids in the closing seconds, then follows the soft-close war within the owner's limits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from importlib.metadata import version
from typing import ClassVar

from pydantic import Field

from bidwright import Decision, Hold, LotView, OfferParams, Params, Strategy, Wait, hookimpl


class SnipeParams(OfferParams):
    """
    Settings of ``sniping``.
    """

    lead: int = Field(
        10,
        alias="snipeSeconds",
        title="Lead (seconds)",
        description="Seconds before the close at which to bid; raised where that would be too late to be safe.",
        ge=1,
        le=60,
    )
    patience: float = Field(
        2,
        alias="warPatienceSeconds",
        title="Patience in a war (seconds)",
        description="Seconds to let pass after the price last moved before answering an outbid.",
        ge=0,
        le=25,
    )
    rebids: int = Field(
        20, alias="maxRebids", title="Re-bid limit", description="How many times to answer an outbid on one lot.", ge=0, le=500
    )
    war: float = Field(
        15,
        alias="maxWarMinutes",
        title="Longest war (minutes)",
        description="Stop answering once extensions have moved the close by this many minutes.",
        gt=0,
        le=240,
    )


class Snipe:
    """
    Silent until the closing seconds.
    """

    name: ClassVar[str] = "sniping"
    description: ClassVar[str] = "Waits for the closing seconds, bids the next acceptable amount, then answers outbids until your limit."
    version: ClassVar[str] = version("bidwright-strategy-snipe")
    params: ClassVar[type[Params]] = SnipeParams

    def decide(self, lot: LotView, now: datetime) -> Decision:
        """One bid at the lead before the close; in the war that follows, answers with patience while the limits allow."""
        params: SnipeParams = lot.params
        if lot.leading:
            return Hold(f"you lead at {lot.price}")
        if why := params.enough(lot):
            return Hold(why)
        offer = params.offer(lot)
        if isinstance(offer, Hold):
            return offer
        answering = lot.placed > 0
        if not (answering and lot.extended):
            lead = timedelta(seconds=params.lead)
            if now < (strike := lot.closes_at - max(lead, lot.safe_lead)):
                return Wait(strike, _lead(lead, lot.safe_lead))
        if answering and now < (answer_at := lot.answer_at(timedelta(seconds=params.patience))):
            return Wait(answer_at, "in answer to an outbid")
        return offer


def _lead(wanted: timedelta, safe: timedelta) -> str:
    if safe > wanted:
        return f"{safe.total_seconds():.0f} s before the close; {wanted.total_seconds():.0f} s would be too late to be safe"
    return f"{wanted.total_seconds():.0f} s before the close"


@hookimpl
def register_strategies() -> Sequence[Strategy]:
    """Offer ``sniping``."""
    return [Snipe()]
