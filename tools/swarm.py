"""
Makes a stack for Docker Swarm of the same compose files: `python3 tools/swarm.py > stack.yml`. Needs Docker's Compose and nothing else.

Compose puts the files together; what Swarm says in other words is translated (limits, restarts, secrets, networks), and what
it does not know is left out and named on standard error, so that nobody takes it for granted.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FILES = ("compose.yml", "compose.prod.yml")
PINNED = ("redis", "init", "gateway", "nellis-proxy", "keeper", "caddy", "caddy-data")
"""What has a volume lives where the volume is: on the machine with the label bidwright.store=true."""
ONCE = ("init", "caddy-data")
SCALES = {"gateway": 2, "poller": 2, "bidder": 2}
_UNKNOWN = frozenset({
    "security_opt", "mem_limit", "cpus", "pids_limit", "restart", "depends_on", "build", "profiles", "container_name", "network_mode",
})  # fmt: skip
"""What Swarm has no word for, or another one."""


def stack(merged: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The stack, and sentences on what it leaves out."""
    said: set[str] = set()
    services = {name: _service(name, one, said) for name, one in merged["services"].items() if not one.get("profiles")}
    used = sorted({net for one in services.values() for net in one.get("networks", {})})
    made = {
        "version": "3.9",
        "services": services,
        "networks": {name: _network(merged["networks"].get(name) or {}) for name in used},
        "volumes": {name: {} for name in _volumes(services)},
        "secrets": {name: {"file": one["file"]} for name, one in merged.get("secrets", {}).items()},
    }
    return made, sorted(said)


def _service(name: str, one: dict[str, Any], said: set[str]) -> dict[str, Any]:
    made = {key: value for key, value in one.items() if key not in _UNKNOWN and value is not None}
    made["environment"] = {key: str(value) for key, value in (one.get("environment") or {}).items() if value is not None}
    made["networks"] = {net: (how or {}) for net, how in (one.get("networks") or {}).items()}
    if one.get("network_mode") == "none":
        made.pop("networks")
        said.add(f"{name} has Swarm's default network in place of none")
    if one.get("security_opt"):
        said.add("every service is without no-new-privileges; set it for the engines: dockerd --no-new-privileges")
    for port in made.get("ports", []):
        port.pop("host_ip", None)
        port["published"] = int(port["published"])
        port["mode"] = "host"
        said.add(f"{name}: port {port['published']} is open on its machine's every address; put a firewall in front")
    limits = {"cpus": str(one["cpus"]), "memory": str(one["mem_limit"]), "pids": int(one["pids_limit"])}
    again = {"condition": "on-failure", "max_attempts": 30, "delay": "2s"} if name in ONCE else {"condition": "any", "delay": "2s"}
    where = {"constraints": ["node.labels.bidwright.store==true"]} if name in PINNED else {}
    made["deploy"] = {
        "endpoint_mode": "dnsrr",  # a caller sees every replica and spreads its calls itself; a virtual address would hide them
        "replicas": SCALES.get(name, 1), "resources": {"limits": limits}, "restart_policy": again, "placement": where,
        "update_config": {"order": "stop-first", "parallelism": 1, "failure_action": "pause"},
    }  # fmt: skip
    return made


def _network(one: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {"driver": "overlay", "driver_opts": {"encrypted": ""}}
    if one.get("internal"):
        made["internal"] = True
    return made


def _volumes(services: dict[str, Any]) -> list[str]:
    return sorted({v["source"] for one in services.values() for v in one.get("volumes", []) if v["type"] == "volume"})


def main() -> int:
    """Write the stack on standard output."""
    line = ["docker", "compose", *(word for name in FILES for word in ("-f", str(ROOT / name))), "config", "--format", "json"]
    done = subprocess.run(line, capture_output=True, text=True, env=dict(os.environ), check=False)  # noqa: S603 - our own words
    if done.returncode:
        sys.stderr.write(done.stderr)
        return done.returncode
    made, said = stack(json.loads(done.stdout))
    sys.stderr.write("".join(f"swarm: {sentence}\n" for sentence in said))
    sys.stdout.write(json.dumps(made, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
