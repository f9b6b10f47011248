"""
What tests and strategy authors stand on: a clock moved by hand, lots to show, the contract of a strategy, the simulated site in process.
"""

from bidwright.testing.clock import HandClock
from bidwright.testing.contract import StrategyContract
from bidwright.testing.dropin import strategy_in
from bidwright.testing.lot import make_lot

__all__ = ["HandClock", "StrategyContract", "make_lot", "strategy_in"]
