"""Lots to show a strategy: `make_lot(price=12, closes_in=timedelta(seconds=20))`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from bidwright.money import Money
from bidwright.strategy import LotView, OwnBid

NOW = datetime(2026, 9, 21, 14, 0, tzinfo=UTC)
"""When a lot is seen unless said otherwise; a HandClock starts then, too."""
Dollars = int | float | str | Money
"""An amount in dollars; a number or text must not have a fraction of a cent."""


def make_lot(
    *,
    price: Dollars = 10,
    next_bid: Dollars | None = None,
    cap: Dollars = 40,
    retail: Dollars | None = 100,
    now: datetime = NOW,
    closes_in: timedelta = timedelta(minutes=5),
    rested: timedelta = timedelta(minutes=1),
    war: timedelta = timedelta(0),
    leading: bool = False,
    placed: int = 0,
    **changes: Any,
) -> LotView:
    """
    A lot as a strategy is shown it at *now*; give only what the test is about.

    *next_bid* is a dollar above *price* unless given. *rested* is how long ago the price last moved, *war* how far extensions have moved
    the close. *placed* bids of ours were outbid, the newest of them not when *leading*. *changes* are fields of LotView and win over these.
    """
    at = _money(price)
    close = now + closes_in
    fields: dict[str, Any] = {
        "lot_id": "70012345",
        "title": "Lamp",
        "price": at,
        "next_bid": at + Money.whole(1) if next_bid is None else _money(next_bid),
        "cap": _money(cap),
        "retail": None if retail is None else _money(retail),
        "closes_at": close,
        "first_close": close - war,
        "extended": war > timedelta(0),
        "seen_at": now,
        "price_since": now - rested,
        "leading": leading,
        "own_bids": [
            OwnBid(max(at - Money.whole(back), Money.whole(1)), now - rested - timedelta(minutes=back), _state(back, leading=leading))
            for back in range(placed)
        ],
    }
    return LotView(**(fields | changes))


def _state(back: int, *, leading: bool) -> str:
    return "LEADING" if leading and back == 0 else "OUTBID"


def _money(amount: Dollars) -> Money:
    if isinstance(amount, int):
        return Money.whole(amount)
    return amount if isinstance(amount, Money) else Money.usd(str(amount))
