"""Guard ``retail``: holds back bids above a share of the retail price, whoever wants them."""

from __future__ import annotations

import os

from bidwright import Bid, LotView, Money, hookimpl

PERCENT = "BIDWRIGHT_HOLD_ABOVE_RETAIL_PERCENT"


@hookimpl
def hold_bid(bid: Bid, lot: LotView) -> str | None:
    """
    Hold a bid (hammer) above ``BIDWRIGHT_HOLD_ABOVE_RETAIL_PERCENT`` of the lot's retail price.

    Unset, or where the site gives no retail price, every bid passes. A value that is no number holds them all: it was meant to hold some.
    """
    given = os.environ.get(PERCENT, "").strip()
    if not given:
        return None
    if not given.isdecimal():
        return f"{PERCENT} is {given!r} and has to be a whole number of percent"
    if lot.retail is None or lot.retail.cents <= 0:
        return None
    most = Money(lot.retail.cents * int(given) // 100)
    return f"{bid.amount} is more than {given} % of the retail price, {lot.retail}" if bid.amount > most else None
