"""The installation every transition test starts from."""

import sys
from pathlib import Path

import pytest

from bidwright.records import Records
from bidwright.testing import HandClock
from bidwright.transitions import Transitions

sys.path.insert(0, str(Path(__file__).parent))  # house.py, beside the tests that use it
from house import House


@pytest.fixture
def house(transitions: Transitions, clock: HandClock, records: Records) -> House:
    """An empty store, on the clock moved by hand."""
    return House(transitions, clock, records)
