"""One system for all tests of this folder: its start costs a quarter of a minute."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from plantation import Watched, program


def pytest_collection_modifyitems(items):
    """What needs the running system waits for closes of lots; no more than two whole systems run at once."""
    for item in items:
        if "tests/observability" in str(item.path) and "watched" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.timeout(300))
            item.add_marker(pytest.mark.xdist_group("run"))


@pytest.fixture(scope="session")
def watched(tmp_path_factory):
    """The running system."""
    made = Watched(tmp_path_factory.mktemp("watched"))
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="session")
def prometheus(watched):
    """The same with a Prometheus that watches it. Skips where there is none to be found."""
    binary = program("prometheus")
    if not binary:
        pytest.skip("there is no prometheus on this machine, neither on the path nor as an image (Debian: apt install prometheus)")
    watched.watch_with(binary)
    return watched
