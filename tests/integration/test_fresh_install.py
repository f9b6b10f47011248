"""A fresh install on a site that is not simulated bids nothing, whatever is asked of its API."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "e2e"))  # an installation as a person starts it
from installation import Installation, until

pytestmark = [pytest.mark.integration, pytest.mark.timeout(120), pytest.mark.xdist_group("run")]
OWNERS_WORD = "/api/mode"
"""Going live is the one thing that the API offers to make money move: it is the owner's, and not tried here."""
SLOW = ["/api/site/probe"]
HIGH = {
    "API_RATE_LIMIT_MAX": "1000000",
    "AUTH_RATE_LIMIT_MAX": "1000000",
    "BID_RATE_LIMIT_MAX": "1000000",
    "BIDWRIGHT_BID_WAIT_SECONDS": "2",
}


@pytest.fixture
def site() -> Iterator[str]:
    """An auction site; nobody tells the installation that it is simulated."""
    line = (sys.executable, "-m", "bidwright_simulator", "--port", "0", "--lots", "0")
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own
        assert process.stdout is not None
        said = process.stdout.readline()
        yield next(word.rstrip("/.,") for word in said.split() if word.startswith("http"))
        process.terminate()


@pytest.fixture
def installation(tmp_path, site) -> Iterator[Installation]:
    """A fresh install beside it, that is gone after the test."""
    made = Installation(tmp_path, NELLIS_BASE_URL=site, BIDWRIGHT_NOTIFY_URLS="", **HIGH)
    yield made
    made.kill()


def bids(site: str) -> int:
    """Requests to bid that the site saw."""
    entries = httpx.get(f"{site}/__sim/ledger", params={"kind": "bids", "limit": 1000}).raise_for_status().json()["entries"]
    return len(entries)


def test_fuzzed_through_its_api_it_bids_nothing(installation, site, tmp_path):
    """Logged in, its lots armed, some closing meanwhile, and every operation asked for at random: on paper only."""
    installation.start()
    installation.api.post("/api/auth", json={"cookies": httpx.post(f"{site}/__sim/session", json={}).json()["cookie"]})
    assert installation.api.get("/api/auth/status").json()["authenticated"]
    opened = httpx.post(f"{site}/__sim/lots", json={"count": 5, "first_close_s": 20, "spacing_s": 30}).raise_for_status().json()["lots"]
    lots = [str(lot["id"]) for lot in opened]
    for lot in lots:
        config = {"maxBid": 900, "strategy": "auto", "autoBid": True}
        installation.api.post(f"/api/auctions/{lot}/monitor", json={"config": config}).raise_for_status()

    left_out = [part for path in (OWNERS_WORD, *SLOW) for part in ("--exclude-path", path)]
    line = [str(Path(sys.executable).parent / "schemathesis"), "run", f"{installation.url}/openapi.json"]
    line += ["-H", f"Authorization: {installation.token}", "--checks", "response_schema_conformance", "--phases", "fuzzing"]
    line += ["-n", "3", "--seed", "7", "--max-time", "8", *left_out]
    done = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603 - a tool of ours
    assert "test cases" in done.stdout.lower(), done.stdout[-3000:]

    installation.api.post(
        "/api/resume", json={"gen": installation.api.get("/api/halt").json()["gen"]}
    )  # it may have been stopped at random
    installation.api.post(f"/api/auctions/{lots[-1]}/bid", json={"amount": 50})
    decided = until(lambda: installation.api.get("/api/receipts/export").json()["receipts"], 20, lambda: installation.printed)
    assert {"dry-run"} == {receipt["mode"] for receipt in decided}
    assert "dry-run" == installation.api.get("/api/mode").json()["mode"]
    assert 0 == bids(site)
