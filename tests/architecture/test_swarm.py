"""The stack for Swarm: made of the same files, in Swarm's words, with what it leaves out said."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import swarm  # noqa: E402 - beside the path that leads to it


@pytest.fixture(scope="module")
def made(merged):
    """The stack and its sentences."""
    return swarm.stack(merged)


def test_what_has_a_volume_stays_where_the_volume_is(made):
    """
    A service that starts on another machine would find an empty one.
    """
    for name, one in made[0]["services"].items():
        kept = [volume["source"] for volume in one.get("volumes", []) if volume["type"] == "volume"]
        pinned = "node.labels.bidwright.store==true" in one["deploy"]["placement"].get("constraints", [])
        assert pinned == (name in swarm.PINNED), name
        assert pinned or not kept, name


def test_there_is_one_store_and_several_of_what_works(made):
    """
    Limits, restarts and a way to update go with each.
    """
    services = made[0]["services"]

    assert (1, 2, 2, 2) == tuple(services[name]["deploy"]["replicas"] for name in ("redis", "gateway", "poller", "bidder"))
    for name, one in services.items():
        assert "dnsrr" == one["deploy"]["endpoint_mode"], name  # a caller sees every replica
        assert {"cpus", "memory", "pids"} == set(one["deploy"]["resources"]["limits"]), name
        assert one["read_only"], name
        assert ["ALL"] == one["cap_drop"], name


def test_what_swarm_has_no_word_for_is_said(made):
    """
    Not left out in silence.
    """
    said = " ".join(made[1])

    assert "no-new-privileges" in said
    assert "port 443 is open" in said
    assert made[0]["networks"]["inside"]["internal"]


def test_docker_takes_it(made, tmp_path):
    """
    As Docker's own reader of such files says.
    """
    (tmp_path / "stack.yml").write_text(json.dumps(made[0]))
    done = subprocess.run(["docker", "stack", "config", "-c", str(tmp_path / "stack.yml")], capture_output=True, text=True, check=False)  # noqa: S603, S607 - ours
    if "unknown command" in done.stderr or "is not a docker command" in done.stderr:
        pytest.skip("this Docker has no `stack config`")

    assert 0 == done.returncode, done.stderr
