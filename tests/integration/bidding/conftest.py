"""Poller and bidder with their real neighbours: the system of the features."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # guests.py
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "features"))
from guests import PATIENT_S, Bench
from system import System


@pytest.fixture
def system(engine, tmp_path):
    """Everything, started, empty, and the owner logged in."""
    made = System(engine.url, tmp_path)
    made.log_in()
    yield made
    made.close()


@pytest.fixture
async def make(tmp_path, transitions):
    """Makes benches over one folder, and ends their processes."""
    made = []

    def bench(limit_s: float = PATIENT_S) -> Bench:
        made.append(Bench(tmp_path, transitions, limit_s))
        return made[-1]

    yield bench
    for bench in made:
        await bench.foreign.close()
