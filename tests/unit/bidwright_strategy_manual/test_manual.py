"""The strategy that leaves it to the owner."""

from bidwright import Hold
from bidwright.testing import StrategyContract
from bidwright_strategy_manual import register_strategies

(MANUAL,) = register_strategies()


class TestContract(StrategyContract):
    """
    What every strategy keeps to.
    """

    strategy = MANUAL


def test_never_bids():
    """
    Whatever the lot, whatever the time.
    """
    assert isinstance(MANUAL.decide(None, None), Hold)
    assert "manual" == MANUAL.name
