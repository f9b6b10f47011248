"""Only `make chaos-short` and `make chaos` run these: they start the whole system and wait for real quarantines."""

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
collect_ignore_glob = [] if os.environ.get("BIDWRIGHT_CHAOS_TEST") else ["test_*.py"]


def pytest_collection_modifyitems(items):
    """A quarantine is 12 s, a start of everything 10 s."""
    for item in items:
        if "tests/chaos" in str(item.path):
            item.add_marker(pytest.mark.chaos)
            item.add_marker(pytest.mark.timeout(180))
