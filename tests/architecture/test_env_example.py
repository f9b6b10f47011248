"""`.env.example` names every variable that the containers know, each with its sentence, and no other."""

import sys
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import env_file  # noqa: E402 - beside the path that leads to it

LINES = (ROOT / ".env.example").read_text("utf-8").splitlines()
NAMES = [line[1:].split("=")[0] for line in LINES if line.startswith("#") and not line.startswith("# ")]


def test_every_variable_is_named_once():
    """
    What compose hands on and what it puts in itself; what compose itself reads besides is its own.
    """
    assert len(NAMES) == len(set(NAMES))
    assert env_file.handed_on() | env_file.used() == set(NAMES) - {"COMPOSE_FILE"}


def test_every_variable_is_explained():
    """
    A sentence stands before each.
    """
    for before, line in pairwise(LINES):
        if line[1:].split("=")[0] in NAMES and not line.startswith("# "):
            assert before.startswith("# "), line
            assert before.rstrip().endswith((".", "…")), before


def test_it_changes_nothing_as_it_is():
    """
    Copied without a change it sets nothing.
    """
    assert all(line.startswith("#") or not line for line in LINES)


@pytest.mark.parametrize("module", env_file.MODULES)
def test_every_setting_of_a_service_reaches_its_container_or_is_settled_there(module):
    """
    A new setting that no container is handed would be a setting that does nothing.
    """
    inside = {
        "REDIS_URL", "NELLIS_PROXY_ADDR", "BIDDER_ADDR", "POLLER_ADDR", "BIDWRIGHT_PLUGINS_DIR", "BIDWRIGHT_GATEWAY_METRICS_PORT",
        "BIDWRIGHT_SIMULATED", "BIDWRIGHT_BACKUP_DIR", "BIDWRIGHT_BIND", "BIDWRIGHT_DATA_DIR", "BIDWRIGHT_FAILPOINTS",
        "BIDWRIGHT_GRPC_PORT",
        "BIDWRIGHT_HALT_FILE", "BIDWRIGHT_LAN_BIND", "BIDWRIGHT_LAN_PORT", "BIDWRIGHT_METRICS_PORT", "BIDWRIGHT_NOTIFY_URLS_FILE",
        "BIDWRIGHT_SECRET_KEY_FILE",
    }  # fmt: skip
    known = {name for name, _ in env_file.settings_of(module)}

    assert known - inside <= set(NAMES) | {"PORT"}
