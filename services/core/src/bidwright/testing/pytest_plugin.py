"""
Fixtures for a strategy's tests. Load them with one line in the test file: ``pytest_plugins = ["bidwright.testing.pytest_plugin"]``.

Not an entry point of pytest: that would import the library into every run of pytest in its environment, before coverage looks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from bidwright.errors import SetupError
from bidwright.strategy import LotView, Params, Strategy
from bidwright.testing import lot
from bidwright.testing.clock import HandClock

if TYPE_CHECKING:
    from bidwright.testing.sale import Result


@pytest.fixture
def clock() -> HandClock:
    """A clock moved by hand."""
    return HandClock()


@pytest.fixture
def make_lot(clock: HandClock) -> Callable[..., LotView]:
    """Makes a lot as it is shown now, by the clock: ``make_lot(price=12, closes_in=timedelta(seconds=20))``; see ``testing/lot.py``."""

    def make(**changes: Any) -> LotView:
        return lot.make_lot(**({"now": clock.now()} | changes))

    return make


@pytest.fixture
def sale() -> Callable[..., Result]:
    """
    Runs a simulated sale: ``sale(strategy, lots=100, seed=1, params=None)`` gives its Result, the same for the same seed.

    Without *params* it bids with its default settings. The test is skipped where the simulated site is not installed.
    """

    def run(strategy: Strategy, *, lots: int = 100, seed: int = 1, params: Params | None = None, **options: Any) -> Result:
        from bidwright.testing.sale import Contestant, run_sale  # noqa: PLC0415 - most tests do without a sale

        contestant = Contestant(strategy, strategy.params() if params is None else params, "test")
        try:
            (result,) = run_sale([contestant], lots=lots, seed=seed, **options)
        except SetupError as error:
            pytest.skip(str(error))
        return result

    return run
