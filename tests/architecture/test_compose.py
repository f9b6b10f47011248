"""The compose files keep what they promise, read as data; `make compose-test` sees it in running containers."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
MAIN = yaml.load((ROOT / "compose.yml").read_text("utf-8"), yaml.CSafeLoader)
SIMULATED = yaml.load((ROOT / "tests/simulator/compose.yml").read_text("utf-8"), yaml.CSafeLoader)
OWN = {name: one for name, one in SIMULATED["services"].items() if name not in MAIN["services"]}
SERVICES = MAIN["services"] | OWN
ONE_SHOT = {"init"}
BESIDE = {name for name, one in MAIN["services"].items() if one.get("profiles")}
"""What somebody asks for by a profile: it watches, and is nothing of ours."""
INTERNAL = {name for name, one in MAIN["networks"].items() if (one or {}).get("internal")}


def each(*but):
    """Parametrised over all services."""
    return pytest.mark.parametrize(
        ("name", "service"), [(n, s) for n, s in SERVICES.items() if n not in but], ids=lambda v: v if isinstance(v, str) else ""
    )


@each()
def test_hardened(name, service):
    """
    Read-only root, no capability, no way to gain one, limits on memory, processes and processor, a tmpfs that runs nothing.
    """
    assert service["read_only"] is True
    assert ["ALL"] == service["cap_drop"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert {"mem_limit", "pids_limit", "cpus"} <= set(service)
    assert all("noexec" in how and "nosuid" in how for how in service["tmpfs"])


@each()
def test_nothing_of_the_host_is_handed_over(name, service):
    """
    No privileges, no host namespaces, no engine socket, and from the host only the drop-in folder and what is watched with, to read.
    """
    assert not {"privileged", "cap_add", "devices", "pid", "ipc", "network_mode", "userns_mode"} & set(service)
    for volume in service.get("volumes", []):
        given = volume.startswith("./plugins/dropin:") or (name in BESIDE and volume.startswith("./observability/"))
        assert (given and volume.endswith(":ro")) or re.match(r"[a-z-]+:/", volume), volume
        assert not given or (ROOT / volume.split(":")[0]).exists()


@each(*ONE_SHOT)
def test_says_whether_it_is_fine(name, service):
    """
    A health check, and started again when it ends.
    """
    assert service["healthcheck"]["test"][0] == "CMD"
    assert "unless-stopped" == service["restart"]


@each()
def test_ports_are_published_on_loopback(name, service):
    """
    Unless BIDWRIGHT_PUBLISH says otherwise; what scales has no fixed port and no fixed name.
    """
    assert "container_name" not in service
    assert all(port.startswith("${BIDWRIGHT_PUBLISH:-127.0.0.1}:") for port in service.get("ports", []))
    assert bool(service.get("ports")) == (name in {"gateway", "simulator"} | BESIDE)


def test_who_has_a_way_out():
    """
    nellis-proxy and the notifier, and of what watches Alertmanager; the doors lead in only, all else is internal.
    """
    out = {name: set(one["networks"]) - INTERNAL for name, one in MAIN["services"].items()}
    ways = {"gateway": {"door"}, "nellis-proxy": {"site"}, "notifier": {"away"}}
    watching = {"prometheus": {"look"}, "grafana": {"look"}, "alertmanager": {"alarms"}}

    assert ways | watching == {name: nets for name, nets in out.items() if nets}
    for door in ("door", "look"):
        assert "false" == MAIN["networks"][door]["driver_opts"]["com.docker.network.bridge.enable_ip_masquerade"]


def test_who_has_a_way_out_and_watches_sees_nothing_of_ours():
    """
    Alertmanager is told by Prometheus and reaches no service and no store; Grafana asks Prometheus alone.
    """
    for name in ("alertmanager", "grafana"):
        beside = {other for other, one in MAIN["services"].items() if set(one["networks"]) & set(MAIN["services"][name]["networks"])}
        assert beside <= BESIDE


def test_grafana_lets_nobody_change_anything():
    """
    Looked at without a password, so nobody may be more than a viewer.
    """
    given = MAIN["services"]["grafana"]["environment"]

    assert ("Viewer", "true", "true") == tuple(
        given[name] for name in ("GF_AUTH_ANONYMOUS_ORG_ROLE", "GF_AUTH_DISABLE_LOGIN_FORM", "GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION")
    )


def test_the_notifier_sees_the_store_and_nothing_else_of_ours():
    """
    Who has a way out besides nellis-proxy shares a network with Redis alone.
    """
    beside = {name for name, one in MAIN["services"].items() if set(one["networks"]) & set(MAIN["services"]["notifier"]["networks"])}

    assert {"notifier", "redis", "prometheus"} == beside  # which only reads its metrics


def test_the_session_key_is_mounted_where_it_is_used():
    """
    nellis-proxy and the one-shot that makes it.
    """
    holders = {name for name, one in SERVICES.items() if any(volume.startswith("nellis-proxy:") for volume in one.get("volumes", []))}

    assert {"init", "nellis-proxy"} == holders


def test_the_store_loses_nothing_it_acknowledged():
    """
    Every write on disk before it is answered, nothing evicted, on a volume with a name.
    """
    redis = MAIN["services"]["redis"]
    line = " ".join(redis["command"])

    assert "--appendonly yes --appendfsync always --maxmemory-policy noeviction" in line
    assert ["redis:/data"] == redis["volumes"]


def test_the_simulated_site_has_volumes_of_its_own():
    """
    Another project name, so that one site's data never meets the other's.
    """
    assert MAIN["name"] != SIMULATED["name"]


def test_every_service_of_ours_is_there():
    """
    A new folder in services/ is a new entry here, or says why not.
    """
    folders = {path.parent.name for path in ROOT.glob("services/*/pyproject.toml")}

    assert folders - {"core", "cli"} == set(MAIN["services"]) - {"redis", "init", "keeper"} - BESIDE  # keeper is the command line


def test_every_plugin_is_in_an_image():
    """
    A built-in that no image carries would be missing in containers only.
    """
    given = " ".join(one.get("build", {}).get("args", {}).get("PLUGINS", "") for one in MAIN["services"].values()).split()

    assert {path.parent.name for path in ROOT.glob("plugins/*/pyproject.toml")} == set(given)


def test_the_dockerfile_fetches_no_frontend_and_starts_as_nobody_special():
    """
    A `# syntax=` line would ask a registry; the last USER is ours.
    """
    lines = (ROOT / "services/Dockerfile").read_text("utf-8").splitlines()

    assert not lines[0].startswith("# syntax")
    assert ["USER bidwright"] == [line for line in lines if line.startswith("USER")]
    assert ["python:3.12-slim-bookworm"] * 2 == [line.split()[1] for line in lines if line.startswith("FROM")]
