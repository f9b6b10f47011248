"""Strategy ``smart``: stays out until the close, then answers rivals with headroom that follows from how they have bid so far."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from importlib.metadata import version
from typing import ClassVar, cast

from pydantic import Field

from bidwright import Around, Bid, Decision, Hold, LotView, Money, OfferParams, Params, Strategy, Toggle, Wait, hookimpl
from bidwright_strategy_smart.headroom import headroom
from bidwright_strategy_smart.switch import Switched
from bidwright_strategy_smart.war import War

SMART_BIDDING = Toggle(
    name="smart_bidding",
    env="USE_SMART_BIDDING",
    default=False,
    kind="experiment",
    description="The strategy smart is asked; while it is off its lots hold and say so.",
    owner="bidder",
    review=date(2027, 6, 1),
    money=True,
)


class SmartParams(OfferParams):
    """
    Settings of ``smart``.
    """

    lead: int = Field(
        20,
        alias="leadSeconds",
        title="Lead (seconds)",
        description="Seconds before the close at which to bid first; raised where that would be too late to be safe.",
        ge=1,
        le=120,
    )
    patience: float = Field(
        2,
        alias="patienceSeconds",
        title="Patience (seconds)",
        description="Seconds to let pass after the price last moved before answering an outbid.",
        ge=0,
        le=25,
    )
    most: int = Field(
        50,
        alias="maxHeadroomDollars",
        title="Most headroom (dollars)",
        description="Never offer more than this many dollars above the next acceptable bid and your buffer; 0: none.",
        ge=0,
        le=1000,
    )


class Smart:
    """
    Lets the others bid against each other, then answers each in the way that suits how they bid.
    """

    name: ClassVar[str] = "smart"
    description: ClassVar[str] = "Waits for the close, then bids what suits how the rivals have bid so far, until your limit."
    version: ClassVar[str] = version("bidwright-strategy-smart")
    params: ClassVar[type[Params]] = SmartParams
    wants_history: ClassVar[bool] = True

    def decide(self, lot: LotView, now: datetime) -> Decision:
        """One bid at the lead before the close, then answers with patience, each with headroom above the next acceptable bid."""
        params: SmartParams = lot.params
        if lot.leading:
            return Hold(f"you lead at {lot.price}")
        if why := params.enough(lot):
            return Hold(why)
        offer = params.offer(lot)
        if isinstance(offer, Hold):
            return offer
        war = War(lot, params)
        lead = max(timedelta(seconds=params.lead), lot.safe_lead)
        if not war.on and now < (strike := lot.closes_at - lead):
            return Wait(strike, f"{lead.total_seconds():.0f} s before the close")
        if lot.placed and now < (answer_at := lot.answer_at(timedelta(seconds=params.patience))):
            return Wait(answer_at, "in answer to an outbid")
        return _with_headroom(lot, war, offer.amount, params)


def _with_headroom(lot: LotView, war: War, amount: Money, params: SmartParams) -> Bid:
    """The bid of *amount* and headroom. Headroom stops at the walk-away price, too."""
    top = lot.cap if params.walk_away is None else min(lot.cap, Money.whole(int(params.walk_away)))
    room = headroom(lot, war, top=top, most=params.most)
    offered = max(amount, min(amount + Money.whole(room.dollars), top))
    return Bid(offered, f"{offered - lot.next_bid} above the next bid, {room.why}" if offered > amount else "")


@hookimpl
def register_strategies() -> Sequence[Strategy]:
    """Offer ``smart``."""
    return [Smart()]


@hookimpl
def register_toggles() -> Sequence[Toggle]:
    """Declare the switch."""
    return [SMART_BIDDING]


@hookimpl
def wrap_strategy(strategy: Strategy, around: Around) -> Strategy | None:
    """Ask ``smart`` only about lots for which its switch is on."""
    return cast("Strategy", Switched(strategy, around, SMART_BIDDING)) if strategy.name == Smart.name else None
