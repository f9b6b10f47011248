"""The hardened overlay keeps what it promises, as Compose itself puts the files together."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]

OURS = ("init", "gateway", "poller", "nellis-proxy", "bidder", "notifier", "keeper")


class Loader(yaml.SafeLoader):
    """Knows Compose's tag that takes a value away."""


Loader.add_constructor("!reset", lambda loader, node: None)
PROD = yaml.load((ROOT / "compose.prod.yml").read_text("utf-8"), Loader)  # noqa: S506 - a safe loader with one tag more


@pytest.fixture
def services(merged):
    """The services of both files."""
    return merged["services"]


def test_every_service_has_a_user_of_its_own():
    """
    By a file, and no address of the store in an environment.
    """
    for name in OURS:
        service = PROD["services"][name]
        assert {"source": f"redis_{name}", "target": "redis_url"} in service["secrets"], name
        assert ("", "/run/secrets/redis_url") == (service["environment"]["REDIS_URL"], service["environment"]["REDIS_URL_FILE"]), name
    users = set(re.findall(r"^user ([a-z-]+)", (ROOT / "deploy/redis/users.acl").read_text("utf-8"), re.MULTILINE))
    assert users == {*OURS, "default", "health"}


def test_only_caddy_has_a_port(services):
    """
    On loopback, unless BIDWRIGHT_PUBLISH says otherwise.
    """
    published = {name for name, one in services.items() if one.get("ports") and not one.get("profiles")}

    assert {"caddy"} == published
    assert {"127.0.0.1"} == {port["host_ip"] for port in services["caddy"]["ports"]}


def test_everything_is_hardened(services):
    """
    Also what the overlay adds; the one-shot that gives a volume away may do that alone, without a network.
    """
    for name, one in services.items():
        assert one["read_only"], name
        assert ["ALL"] == one["cap_drop"], name
        assert "no-new-privileges:true" in one["security_opt"], name
        assert {"mem_limit", "pids_limit", "cpus"} <= set(one), name
        if name == "caddy-data":
            assert (["CHOWN"], "none") == (one["cap_add"], one["network_mode"])
        else:
            assert "cap_add" not in one, name
            assert one.get("user") not in ("0", "0:0", "root"), name


def test_everything_starts_again_and_its_log_has_an_end(services):
    """
    What runs for years must not fill the disk.
    """
    for name in {*OURS, "redis", "caddy"} - {"init"}:
        assert "always" == services[name]["restart"], name
        assert {"max-size", "max-file"} <= set(services[name]["logging"]["options"]), name


def test_the_store_keeps_its_promises_here_too(services):
    """
    The overlay's command line is the plain one's, with users and an end to its memory.
    """
    plain = yaml.safe_load((ROOT / "compose.yml").read_text("utf-8"))["services"]["redis"]["command"]

    assert set(plain) - {"K$$g"} <= set(PROD["services"]["redis"]["command"])
    assert "--aclfile" in services["redis"]["command"]


def test_caddys_configuration_is_one():
    """
    For both kinds of certificate; skipped where Caddy is not installed.
    """
    if not shutil.which("caddy"):
        pytest.skip("caddy is not on this machine")
    for kind in ("internal", "you@example.com"):
        line = ["caddy", "validate", "--config", str(ROOT / "deploy/caddy/Caddyfile"), "--adapter", "caddyfile"]
        env = {"PATH": "/usr/bin:/bin:/usr/local/bin", "HOME": "/tmp", "BIDWRIGHT_DOMAIN": "bid.example.com", "BIDWRIGHT_TLS": kind}  # noqa: S108 - caddy wants one
        done = subprocess.run(line, env=env, capture_output=True, text=True, check=False)  # noqa: S603 - ours
        assert 0 == done.returncode, done.stderr
