"""Strategy ``auto``: bids at once, then answers each outbid with the next acceptable amount, with patience."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from importlib.metadata import version
from typing import ClassVar

from pydantic import Field

from bidwright import Decision, Hold, LotView, OfferParams, Params, Strategy, Wait, hookimpl


class AutoParams(OfferParams):
    """
    Settings of ``auto``.
    """

    patience: float = Field(
        3,
        alias="patienceSeconds",
        title="Patience (seconds)",
        description="Seconds to let pass after the price last moved before answering, so that a rival's burst of bids is answered once.",
        ge=0,
        le=600,
    )


class Auto:
    """
    Keeps the lead at the least price, up to the owner's limit.
    """

    name: ClassVar[str] = "auto"
    description: ClassVar[str] = "Bids at once, then answers each outbid with the next acceptable amount until your limit."
    version: ClassVar[str] = version("bidwright-strategy-auto")
    params: ClassVar[type[Params]] = AutoParams

    def decide(self, lot: LotView, now: datetime) -> Decision:
        """The first bid at once; an answer once the price has rested for the owner's patience."""
        params: AutoParams = lot.params
        if lot.leading:
            return Hold(f"you lead at {lot.price}")
        if why := params.enough(lot):
            return Hold(why)
        offer = params.offer(lot)
        if isinstance(offer, Hold) or not lot.placed:
            return offer
        answer_at = lot.answer_at(timedelta(seconds=params.patience))
        return offer if now >= answer_at else Wait(answer_at, "in answer to an outbid")


@hookimpl
def register_strategies() -> Sequence[Strategy]:
    """Offer ``auto``."""
    return [Auto()]
