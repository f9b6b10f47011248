"""The strategy that leaves it to the owner."""

from bidwright import Hold
from bidwright_strategy_manual import register_strategies


def test_never_bids():
    """
    Whatever the lot, whatever the time.
    """
    (manual,) = register_strategies()

    assert isinstance(manual.decide(None, None), Hold)
    assert "manual" == manual.name
