"""The smoke run: everything started by one command, a lot won and one lost, every part killed once, and a second start."""

import os
import signal
from collections.abc import Iterator

import httpx
import pytest
from installation import Installation, until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(200), pytest.mark.xdist_group("run")]
THIRTY = 30
ASK_EVERY_S = 2
"""The API takes 100 requests a minute."""
PARTS = ("redis", "gateway", "poller", "bidder", "nellis-proxy", "simulator")


def is_alive(pid: int) -> bool:
    """True while there is such a process."""
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def steer(installation: Installation) -> None:
    """Every verb that changes something does what it says, and refusals have their exit codes."""
    running = [lot for lot in installation.auctions() if lot["status"] == "monitoring"]
    lot = max(running, key=lambda each: each["data"]["timeRemaining"])["id"]
    assert 21 == installation.verb("watch", "set", lot, "--cap", "21", "--no-arm")["config"]["maxBid"]
    listed = {each["id"]: each for each in installation.verb("watch", "list")["lots"]}
    assert (21, False) == (listed[lot]["maxBid"], listed[lot]["autoBid"])
    assert installation.verb("stop", "a test")["halted"]
    assert {"halted": True, "why": "a test"}.items() <= installation.verb("status")["halt"].items()
    assert "topped" in installation.verb("bid", lot, "20", code=1)["error"]
    assert not installation.verb("resume")["halted"]
    assert installation.verb("watch", "remove", lot)["success"]
    assert "error" in installation.verb("watch", "add", lot, "--cap", "5000", code=1)
    assert installation.verb("watch", "add", lot, "--cap", "9")["success"]
    assert "token" in installation.verb("status", "--token", "wrong", code=4)["error"]


@pytest.fixture
def installation(tmp_path) -> Iterator[Installation]:
    """An installation that is gone after the test; its sale begins to close while parts are killed."""
    made = Installation(tmp_path, BIDWRIGHT_SIMULATOR_OPTIONS="--first-close 30")
    yield made
    made.kill()


def test_smoke(installation):
    """One command watches thirty lots, wins and loses, survives every part's death, ends cleanly and remembers, also the mode."""
    installation.start()
    until(lambda: sum(lot["data"] is not None for lot in installation.auctions()) >= THIRTY, 30, lambda: installation.printed, ASK_EVERY_S)
    assert set(PARTS) < set(installation.pids)

    for part in PARTS:
        before = installation.pids[part]
        os.kill(before, signal.SIGKILL)
        until(lambda part=part, before=before: installation.pids.get(part, before) != before, 5, lambda: installation.printed)
        until(lambda: installation.api.get("/health/ready").status_code == httpx.codes.OK, 10, lambda: installation.printed)
    until(lambda: all(f"{part} is back" in installation.printed for part in PARTS), 10, lambda: installation.printed)

    steer(installation)

    ended = until(installation.outcomes, 120, lambda: installation.printed, ASK_EVERY_S)
    shown = installation.verb("status")
    told = {lot["id"]: lot["outcome"] for lot in shown["lots"]}
    assert "won" == told[ended["won"]]
    assert "lost" == told[ended["lost"]]
    assert all(service["pssBytes"] > 0 for service in shown["services"])
    assert {*PARTS, "up"} == {service["service"] for service in shown["services"]}
    assert installation.verb("receipts", ended["won"])["receipts"]

    assert "dry-run" == installation.verb("mode", "dry-run")["mode"]

    pids = installation.pids
    known = {lot["id"] for lot in installation.auctions()}
    assert 0 == installation.stop(signal.SIGINT)
    assert [] == [name for name, pid in pids.items() if is_alive(pid)]

    installation.start()
    assert known <= {lot["id"] for lot in installation.auctions()}
    assert "dry-run" == installation.verb("mode")["mode"]
    assert 0 == installation.stop(signal.SIGTERM)
