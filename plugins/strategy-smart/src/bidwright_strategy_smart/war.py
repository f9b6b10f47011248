"""The war on a lot so far, read off our own bids, the close and the prices seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import ceil, floor

from bidwright import LotView, OfferParams

_TAKEN_BUT_BEATEN = "OUTBID"


@dataclass(frozen=True, slots=True)
class War:
    """
    How rivals have answered us on *lot*, and how much longer the owner's *limits* let us answer them.
    """

    lot: LotView
    limits: OfferParams

    @property
    def on(self) -> bool:
        """Whether the closing has begun for us: we bid, and somebody moved the close."""
        return self.lot.placed > 0 and self.lot.extended

    @property
    def stands(self) -> int:
        """How many of our newest bids in a row were outbid as they came in: somebody's hidden maximum stands above them."""
        bids = self.lot.own_bids
        return next((number for number, bid in enumerate(bids) if bid.state != _TAKEN_BUT_BEATEN), len(bids))

    @property
    def rise(self) -> float | None:
        """By how many dollars the price has risen per answer of ours; None while there is no answer or no price from before it."""
        lot = self.lot
        if lot.placed == 0:
            return None
        first = lot.own_bids[-1].at
        before = [point.price for point in lot.history if point.at <= first]
        return (lot.price - before[-1]).cents / 100 / lot.placed if before else None

    @property
    def answers_left(self) -> int:
        """How many more times the owner's limits let us bid, by number and by how long each answer has made the war; at least one."""
        lot, longest = self.lot, timedelta(minutes=self.limits.war)
        left = self.limits.rebids + 1 - lot.placed
        moved = lot.closes_at - lot.first_close if lot.first_close else timedelta(0)
        each = moved / lot.placed if lot.placed else lot.extension
        if each > timedelta(0):
            left = min(left, floor((longest - moved) / each))
        return max(1, left)

    def falls_short(self, dollars: int) -> int:
        """What an answer has to be good for, in whole dollars, to come *dollars* further in time; 0 when the present pace will do."""
        pace = self.rise
        if pace is not None and pace * self.answers_left >= dollars:
            return 0
        return ceil(dollars / self.answers_left)
