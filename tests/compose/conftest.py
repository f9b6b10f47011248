"""Only `make compose-test` runs these: they need a container engine and minutes. One stack serves them all."""

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # stack.py, beside this file
from stack import Stack, kept

collect_ignore_glob = [] if os.environ.get("BIDWRIGHT_COMPOSE_TEST") else ["test_*.py"]


@pytest.fixture(scope="session")
def stack(request):
    """Everything up and healthy; taken down at the end whatever happened."""
    made = Stack()
    yield from kept(made, request, made.build, made.up)
