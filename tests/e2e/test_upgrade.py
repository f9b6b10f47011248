"""An upgrade of data that the commit before wrote, with lots armed; and a whole installation that is lost, brought back from its backup."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from installation import COMMAND, Installation, until

ROOT = Path(__file__).resolve().parents[2]
BEFORE = os.environ.get("BIDWRIGHT_UPGRADE_FROM", "")
"""The commit to upgrade from; empty: the one before this."""
pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.timeout(300), pytest.mark.xdist_group("run")]
KEPT = ("maxBid", "autoBid", "strategy", "maxAllIn", "snipeSeconds")


def _git(*words):
    git = shutil.which("git")
    if git is None:
        pytest.skip("git is not on this machine")
    done = subprocess.run([git, *words], cwd=ROOT, capture_output=True, check=False)  # noqa: S603 - our own words
    if done.returncode:
        pytest.skip(f"no history of commits here: {done.stderr.decode()[-100:]}")
    return done.stdout


@pytest.fixture(scope="module")
def earlier(tmp_path_factory):
    """The source of the commit before, as Python finds it."""
    commit = BEFORE or _git("log", "-n", "1", "--skip", "1", "--first-parent", "--format=%H").decode().strip()
    folder = tmp_path_factory.mktemp("earlier")
    (folder / "tree.tar").write_bytes(_git("archive", commit, "proto", "services", "plugins", "tests/simulator"))
    with tarfile.open(folder / "tree.tar") as tar:
        tar.extractall(folder, filter="data")
    roots = [folder / "proto", *folder.glob("services/*/src"), *folder.glob("plugins/*/src"), folder / "tests/simulator/src"]
    return os.pathsep.join(map(str, roots))


def _wishes(installation):
    return {lot["id"]: {name: lot["config"].get(name) for name in KEPT} for lot in installation.auctions() if lot["status"] == "monitoring"}


def _started(installation):
    """Up, with the whole sale watched and read."""
    installation.start()
    until(lambda: re.search(r"\d+ demo lots are watched", installation.printed), 90, lambda: installation.printed, 1)
    until(lambda: all(lot["data"] is not None for lot in installation.auctions()), 60, lambda: installation.printed, 1)


def test_lots_armed_before_an_upgrade_are_armed_after_it(earlier, tmp_path):
    """
    Each with its limits and strategy; the data that the earlier code left is kept in a backup first.
    """
    options = {"BIDWRIGHT_SIMULATOR_OPTIONS": "--first-close 900", "API_RATE_LIMIT_MAX": "100000"}
    old = Installation(tmp_path, PYTHONPATH=earlier, **options)
    new = Installation(tmp_path, **options)
    try:
        _started(old)
        line = [sys.executable, "-c", "import bidwright; print(bidwright.__file__)"]
        where = subprocess.run(line, env=old._env, capture_output=True, text=True, check=True).stdout  # noqa: S603 - ours
        assert str(ROOT) not in where, "the earlier code does not run"
        before = _wishes(old)
        assert 0 == old.stop(signal.SIGINT)
        _started(new)
        after = _wishes(new)
        assert 0 == new.stop(signal.SIGINT)
    finally:
        old.kill()
        new.kill()

    assert any(wish["autoBid"] for wish in before.values())
    assert before == {name: after.get(name) for name in before}
    assert list((tmp_path / "sim" / "backups").glob("*.backup")), "nothing was kept"


def test_a_lost_installation_is_brought_back_from_its_backup(tmp_path):
    """
    Backed up while it runs, the data folder gone, restored: halted, read, resumed; the same lots, armed as they were.
    """
    options = {"BIDWRIGHT_SIMULATOR_OPTIONS": "--first-close 900", "API_RATE_LIMIT_MAX": "100000"}
    options["BIDWRIGHT_BACKUP_DIR"] = str(tmp_path / "kept")
    house = Installation(tmp_path / "data", **options)
    (tmp_path / "data").mkdir()
    try:
        _started(house)
        made = house.verb("backup")
        assert made["lots"] >= 10
        assert made["file"] in [one["file"] for one in house.verb("backup", "--list")["backups"]]
        names = {check["name"]: check["state"] for check in house.verb("doctor")["checks"]}
        assert ("ok", "ok", "ok") == (names["can bid"], names["backup"], names["epoch"])
        before = _wishes(house)
        refused = house.verb("restore", "latest", code=78)
        assert "already runs" in refused["error"]
        site = (tmp_path / "data" / "sim" / "site.json").read_bytes()
        assert 0 == house.stop(signal.SIGINT)
        shutil.rmtree(tmp_path / "data")

        (tmp_path / "data" / "sim").mkdir(parents=True)
        (tmp_path / "data" / "sim" / "site.json").write_bytes(site)  # the site is not ours, and goes on
        tried = house.verb("restore", made["file"], "--dry-run")
        assert tried["dryRun"]
        restored = house.verb("restore", made["file"])
        assert (made["lots"], made["armed"]) == (restored["lots"], restored["armed"])
        house.start()
        halt = house.api.get("/api/halt").json()
        assert halt["halted"]
        until(lambda: house.api.post("/api/resume", json={"gen": halt["gen"]}).status_code == 200, 90, lambda: house.printed, 2)
        after = _wishes(house)
    finally:
        house.kill()

    assert before == {name: after.get(name) for name in before}


def test_restore_without_a_backup_says_so(tmp_path):
    """
    One sentence, and 1.
    """
    env = {**os.environ, "BIDWRIGHT_DATA_DIR": str(tmp_path), "BIDWRIGHT_BACKUP_DIR": str(tmp_path / "b")}
    done = subprocess.run([*COMMAND, "restore", "latest", "--json"], env=env, capture_output=True, text=True, check=False)  # noqa: S603 - ours

    assert 1 == done.returncode
    assert "There is no backup" in done.stdout
