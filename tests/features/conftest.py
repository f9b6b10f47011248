"""Features run against the whole system in one process; steps are synchronous."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # system.py, beside the features
from system import System


@pytest.fixture
def system(engine, tmp_path):
    """Everything, started and empty."""
    made = System(engine.url, tmp_path)
    yield made
    made.close()
