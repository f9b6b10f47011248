"""Poller and bidder with their real neighbours: the system of the features."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "features"))
from system import System


@pytest.fixture
def system(engine, tmp_path):
    """Everything, started, empty, and the owner logged in."""
    made = System(engine.url, tmp_path)
    made.log_in()
    yield made
    made.close()
