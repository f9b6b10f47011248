"""The kill switch with real processes: found as a file or a variable by what `bidwright up` runs, and there after every restart."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "e2e"))  # an installation as a person starts it
from installation import Installation, until

pytestmark = [pytest.mark.integration, pytest.mark.timeout(120), pytest.mark.xdist_group("run")]
PARTS = ("redis", "nellis-proxy", "bidder", "poller", "gateway")


@pytest.fixture
def installation(tmp_path) -> Iterator[Installation]:
    """An installation that is gone after the test."""
    made = Installation(tmp_path)
    yield made
    made.kill()


def halt(installation):
    """What the API says of the switch."""
    return installation.api.get("/api/halt").raise_for_status().json()


def test_a_halt_outlives_every_part(installation, tmp_path):
    """A file stops it; every part is killed, all ends and starts again without the file: still stopped, and a variable keeps it so."""
    installation.start()
    assert not halt(installation)["halted"]
    (tmp_path / "HALT").touch()
    told = until(lambda: (found := halt(installation))["halted"] and found, 10, lambda: installation.printed)
    assert ("file", f"the file {tmp_path / 'HALT'}") == (told["by"], told["why"])
    assert 1 == installation.api.post("/api/resume", json={"gen": told["gen"]}).json()["error"].count(str(tmp_path / "HALT"))

    before = installation.pids
    for part in PARTS:
        os.kill(before[part], signal.SIGKILL)
    until(lambda: all(installation.pids.get(part, before[part]) != before[part] for part in PARTS), 20, lambda: installation.printed)
    until(lambda: halt(installation)["halted"], 20, lambda: installation.printed)
    assert 0 == installation.stop(signal.SIGTERM)

    (tmp_path / "HALT").unlink()
    again = Installation(tmp_path, BIDWRIGHT_HALT="1")
    try:
        again.start()
        assert halt(again)["halted"]  # the file is gone, the halt is not
        until(lambda: "the variable BIDWRIGHT_HALT" in halt(again)["here"], 10, lambda: again.printed)
        assert "BIDWRIGHT_HALT" in again.verb("resume", code=1)["error"]
    finally:
        again.kill()
