"""The system in containers, under a project name and on ports of its own."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parents[2]
FILES = ("-f", "compose.yml", "-f", "tests/simulator/compose.yml")
SCALE = {"bidder": 2, "poller": 2, "nellis-proxy": 2}
ASK_EVERY_S = 2
"""The API takes 100 requests a minute."""


class Stack:
    """
    One `docker compose up`, from build to `down -v`.
    """

    def __init__(self) -> None:
        unset = ("NELLIS_", "BIDWRIGHT_", "AUTH_TOKEN", "USE_", "COMPOSE_", "PORT")
        self._env = {key: value for key, value in os.environ.items() if not key.startswith(unset)}
        self.gateway, self.simulator = _port("BIDWRIGHT_GATEWAY_PORTS"), _port("BIDWRIGHT_SIMULATOR_PORT")
        self._env |= {"BIDWRIGHT_GATEWAY_PORTS": str(self.gateway), "BIDWRIGHT_SIMULATOR_PORT": str(self.simulator)}
        self.prometheus = _port("BIDWRIGHT_PROMETHEUS_PORT")
        self._env["BIDWRIGHT_PROMETHEUS_PORT"] = str(self.prometheus)
        self._name = f"bidwright-test-{os.getpid()}"
        self.site = httpx.Client(base_url=f"http://127.0.0.1:{self.simulator}/__sim", trust_env=False, timeout=10)
        self.api = httpx.Client()

    def up(self) -> None:
        """Build, start and wait until everything is healthy."""
        began = time.monotonic()
        self.compose("build", "--quiet", within_s=900)
        built = time.monotonic()
        scale = [word for name, count in SCALE.items() for word in ("--scale", f"{name}={count}")]
        self.compose("up", "-d", "--build", "--wait", "--wait-timeout", "150", *scale, within_s=200)
        say(f"built in {built - began:.0f} s, healthy after {time.monotonic() - built:.0f} s")
        token = self.compose("exec", "-T", "gateway", "cat", "/data/token").strip()
        headers = {"Authorization": f"Bearer {token}"}
        self.api = httpx.Client(base_url=f"http://127.0.0.1:{self.gateway}", headers=headers, trust_env=False, timeout=10)

    def down(self, *, why: str = "") -> None:
        """End everything and take its volumes away; with *why* the last words of every container are shown first."""
        if why:
            sys.stderr.write(self.compose("logs", "--no-color", "--tail", "40", check=False))
        self.api.close()
        self.site.close()
        self.compose("down", "-v", "--timeout", "5", "--remove-orphans", within_s=120, check=False)

    def compose(self, *words: str, within_s: float = 60, check: bool = True) -> str:
        """What `docker compose` prints. Raises AssertionError with its errors when it fails."""
        return self._run(["docker", "compose", "-p", self._name, *FILES, *words], within_s, check=check)

    def docker(self, *words: str, check: bool = True) -> str:
        """What `docker` prints."""
        return self._run(["docker", *words], 60, check=check)

    def has_image(self, name: str) -> bool:
        """Whether the engine has it already: nothing is fetched for a test."""
        return bool(self.docker("images", "-q", name).strip())

    def containers(self) -> list[dict[str, Any]]:
        """What `docker inspect` says of each."""
        ids = self.docker("ps", "-aq", "--filter", f"label=com.docker.compose.project={self._name}").split()
        found: list[dict[str, Any]] = json.loads(self.docker("inspect", *ids))
        return found

    def container(self, service: str, number: int = 1) -> str:
        """Name of a replica."""
        return f"{self._name}-{service}-{number}"

    def inside(self, service: str, code: str) -> str:
        """What a line of Python prints in a container of *service*."""
        return self.compose("exec", "-T", service, "python", "-c", code).strip()

    def auctions(self) -> list[dict[str, Any]]:
        """The lots as the API gives them."""
        found: list[dict[str, Any]] = self.api.get("/api/auctions").raise_for_status().json()["auctions"]
        return found

    def ended(self, *outcomes: str) -> set[str]:
        """Ids of lots that ended so, by the API."""
        return {lot["id"] for lot in self.auctions() if lot["outcome"] in outcomes}

    def summary(self) -> dict[str, Any]:
        """What the site itself saw."""
        found: dict[str, Any] = self.site.get("/summary").raise_for_status().json()
        return found

    def _run(self, words: list[str], within_s: float, *, check: bool) -> str:
        done = subprocess.run(words, cwd=ROOT, env=self._env, capture_output=True, text=True, timeout=within_s, check=False)  # noqa: S603 - our own words
        assert not check or done.returncode == 0, f"{' '.join(words)}: {done.stdout[-2000:]}{done.stderr[-4000:]}"
        return done.stdout


def until(found: Callable[[], Any], within_s: float, what: str) -> Any:
    """What *found* gives once it gives something. Raises AssertionError saying *what* did not come."""
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        try:
            if value := found():
                return value
        except httpx.HTTPError:
            pass
        time.sleep(ASK_EVERY_S)
    raise AssertionError(f"not within {within_s:.0f} s: {what}")


def say(line: str) -> None:
    """A line for who waits."""
    sys.stdout.write(f"\n[compose-test] {line}\n")
    sys.stdout.flush()


def _port(variable: str) -> int:
    if os.environ.get(variable):
        return int(os.environ[variable])
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return int(sock.getsockname()[1])
