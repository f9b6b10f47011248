"""Cases: many different lots to try a strategy on, first a fixed grid, then as many as Hypothesis finds (where it is installed)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import product
from typing import TYPE_CHECKING

from bidwright.strategy import LotView, Params
from bidwright.testing.lot import make_lot

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

MOST = 1_000_000_000
"""Dollars: far beyond any lot, so that sums which only fit small numbers are noticed."""
_SHARE = 4
"""A test draws a quarter of the examples that a property has by the profile in use: a contract is several tests on the same lots."""
_SOON = timedelta(seconds=20)
_CLOSES_IN = (timedelta(seconds=-1), timedelta(seconds=1), _SOON, timedelta(minutes=5), timedelta(days=7))
_OURS = ((0, False), (2, False), (60, False), (1, True), (0, True))
"""(bids of ours, whether we lead); the last is a lead from a bid that the owner made on the site."""
_WARS = (timedelta(0), timedelta(seconds=30), timedelta(hours=2))


def grid(params: Params) -> Iterator[LotView]:
    """Lots on either side of every edge we know of, each with the owner's settings *params*."""
    for price, step, cap, closes_in, (placed, leading) in product((0, 39, MOST), (1, 5), (0, 1, 44, MOST), _CLOSES_IN, _OURS):
        if price or not (leading or placed):  # nobody leads a lot that nobody bid on
            yield make_lot(price=price, next_bid=price + step, cap=cap, closes_in=closes_in, placed=placed, leading=leading, params=params)
    for retail, war, rested in product((None, 0, 0.01, 9, MOST), _WARS, (timedelta(0), timedelta(days=30))):
        for placed, closes_in in ((0, timedelta(hours=1)), (3, _SOON)):
            yield make_lot(retail=retail, war=war, rested=rested, placed=placed, closes_in=closes_in, params=params)
    for title in ("", "Lamp " * 1000, "💡\n"):
        yield make_lot(title=title, first_close=None, bid_count=MOST, bidder_count=MOST, params=params)


def each_lot(params: Params, check: Callable[[LotView], None]) -> None:
    """
    Call *check* with every lot of the grid, then with lots drawn by Hypothesis, which names the simplest one that *check* raises for.

    The same lots are drawn each time.
    """
    for lot in grid(params):
        check(lot)
    try:
        from hypothesis import HealthCheck, given, settings  # noqa: PLC0415 - a strategy's author may do without it
    except ModuleNotFoundError:
        return
    drawn = given(_lots(params))(check)
    examples = max(1, settings().max_examples // _SHARE)
    settings(max_examples=examples, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])(drawn)()


def _lots(params: Params) -> SearchStrategy[LotView]:
    from hypothesis import strategies as st  # noqa: PLC0415 - as above

    dollars, seconds = st.integers(0, MOST), st.integers(-2, 700_000)

    @st.composite
    def lot(draw: st.DrawFn) -> LotView:
        price = draw(st.integers(0, 200) | dollars)
        next_bid = price + draw(st.integers(1, 50))
        return make_lot(
            price=price,
            next_bid=next_bid,
            cap=max(0, draw(dollars | st.integers(next_bid - 60, next_bid + 60))),
            retail=draw(st.none() | st.integers(0, MOST)),
            closes_in=timedelta(seconds=draw(st.integers(-2, 60) | seconds)),
            rested=timedelta(seconds=draw(st.integers(0, 700_000))),
            war=draw(st.sampled_from(_WARS)),
            leading=price > 0 and draw(st.booleans()),
            placed=draw(st.integers(0, 30)) if price else 0,
            bid_count=draw(st.integers(0, 100)),
            safe_lead=timedelta(seconds=draw(st.integers(1, 30))),
            params=params,
        )

    return lot()
