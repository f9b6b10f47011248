"""The storm beside this file, and one engine per worker for all seeds it runs."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # the package storm
from storm.run import Engines, engines


@pytest.fixture(scope="session")
def storms() -> Iterator[Engines]:
    """Servers for seeds, started when first needed."""
    with engines() as made:
        yield made
