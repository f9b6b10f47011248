"""The system in containers, under a project name and on ports of its own."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
from make_secrets import make

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
FILES = ["compose.yml", "compose.prod.yml", "tests/simulator/compose.yml", "tests/compose/prod.yml"]
SCALE = {"bidder": 1, "poller": 1, "nellis-proxy": 2, "gateway": 1}
MOST_GATEWAYS = 2
"""As many as the tests scale to: without Caddy each has a port of its own."""
VOLATILE = ("redis", "init", "gateway", "nellis-proxy")
"""Volumes of ours that a new machine would not have; the site's own and the backups are elsewhere."""
ASK_EVERY_S = 2
"""The API takes 100 requests a minute."""
CADDY = "caddy:2.8-alpine"


class Stack:
    """
    The hardened stack on the simulated site, from build to `down -v`: secrets of its own, and Caddy in front where there is one.
    """

    def __init__(self) -> None:
        unset = ("NELLIS_", "BIDWRIGHT_", "AUTH_TOKEN", "USE_", "COMPOSE_", "PORT")
        self._env = {key: value for key, value in os.environ.items() if not key.startswith(unset)}
        self._folder = tempfile.TemporaryDirectory(prefix="bidwright-compose-")
        self.secrets = Path(self._folder.name) / "secrets"
        make(self.secrets)
        _judge(self.secrets)
        self._env |= {"BIDWRIGHT_SECRETS": str(self.secrets)}
        self.simulator, self.prometheus = self._port("BIDWRIGHT_SIMULATOR_PORT"), self._port("BIDWRIGHT_PROMETHEUS_PORT")
        self.gateways, self.https = self._ports("BIDWRIGHT_GATEWAY_PORTS", MOST_GATEWAYS), self._port("BIDWRIGHT_HTTPS_PORT")
        self._port("BIDWRIGHT_HTTP_PORT")
        self._name = f"bidwright-test-{os.getpid()}"
        self.caddy = self._has_caddy()
        self._files = [*FILES, *([] if self.caddy else ["tests/compose/no-caddy.yml"])]
        self.scale = dict(SCALE)
        self.token = (self.secrets / "token").read_text("utf-8").strip()
        self.site = httpx.Client(base_url=f"http://127.0.0.1:{self.simulator}/__sim", trust_env=False, timeout=10)
        self.api = httpx.Client()

    def build(self) -> None:
        """Every image."""
        began = time.monotonic()
        self.compose("build", "--quiet", within_s=900)
        say(f"built in {time.monotonic() - began:.0f} s")

    def up(self) -> None:
        """Start, or change to the present scale, and wait until everything is healthy."""
        began = time.monotonic()
        scale = [word for name, count in self.scale.items() for word in ("--scale", f"{name}={count}")]
        self.compose("up", "-d", *scale, within_s=200)
        until(self._well, 240, "every container healthy")
        say(f"{self.scale}: healthy after {time.monotonic() - began:.0f} s")
        self.api.close()
        headers = {"Authorization": f"Bearer {self.token}"}
        base = f"https://localhost:{self.https}" if self.caddy else f"http://127.0.0.1:{self.gateways}"
        verify = self.authority() if self.caddy else True
        self.api = httpx.Client(base_url=base, headers=headers, trust_env=False, timeout=15, verify=verify)

    def _well(self) -> bool:
        """Whether each container that says how it is says that it is well."""
        return all(one["State"].get("Health", {}).get("Status", "healthy") == "healthy" for one in self.containers())

    def authority(self) -> ssl.SSLContext:
        """Trust in Caddy's own authority and in no other."""
        root = self.compose("exec", "-T", "caddy", "cat", "/data/caddy/pki/authorities/local/root.crt")
        return ssl.create_default_context(cadata=root)

    def lose_everything(self) -> None:
        """End all containers and destroy what they kept: the machine is gone, the site and the backups are not."""
        self.compose("down", "--timeout", "12", within_s=120)
        self.docker("volume", "rm", *(f"{self._name}_{name}" for name in VOLATILE))

    def _has_caddy(self) -> bool:
        """Its image, else one made of this machine's program."""
        if self.has_image(CADDY):
            return True
        program = shutil.which("caddy")
        if program is None:
            return False
        folder = Path(self._folder.name) / "caddy"
        folder.mkdir()
        shutil.copy(program, folder / "caddy")
        self.docker("build", "-q", "-t", "bidwright-test-caddy", "-f", str(HERE / "caddy.Dockerfile"), str(folder))
        self._env["BIDWRIGHT_CADDY_IMAGE"] = "bidwright-test-caddy"
        return True

    def _port(self, variable: str) -> int:
        """A free port, or the one that is asked for, under *variable*."""
        if os.environ.get(variable):
            port = int(os.environ[variable])
        else:
            with socket.create_server(("127.0.0.1", 0)) as sock:
                port = int(sock.getsockname()[1])
        self._env[variable] = str(port)
        return port

    def _ports(self, variable: str, count: int) -> int:
        """The first of *count* free ports in a row, or of those that are asked for (3000-3001), under *variable*."""
        asked = os.environ.get(variable) or _row(count)
        self._env[variable] = asked
        return int(asked.split("-")[0])

    def down(self, *, why: str = "") -> None:
        """End everything and take its volumes away; with *why* the last words of every container are shown first."""
        if why:
            sys.stderr.write(self.compose("logs", "--no-color", "--tail", "40", check=False))
        self.api.close()
        self.site.close()
        self.compose("--profile", "observability", "down", "-v", "--timeout", "5", "--remove-orphans", within_s=120, check=False)
        self._folder.cleanup()

    def compose(self, *words: str, within_s: float = 60, check: bool = True) -> str:
        """What `docker compose` prints. Raises AssertionError with its errors when it fails."""
        files = [word for name in self._files for word in ("-f", name)]
        return self._run(["docker", "compose", "-p", self._name, *files, *words], within_s, check=check)

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

    def redis(self, *words: str) -> Any:
        """What Redis answers to the tests' own user."""
        line = ("redis-cli", "--user", "judge", "--pass", "judge", "--no-auth-warning", "--json", *words)
        return json.loads(self.compose("exec", "-T", "redis", *line))

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


def kept(made: Any, request: Any, *steps: Callable[[], None]) -> Iterator[Any]:
    """For a fixture: *made* after its *steps*, taken down at the end whatever happened, with its last words where something failed."""
    try:
        for step in steps:
            step()
        yield made
    except BaseException as error:
        made.down(why=str(error))
        raise
    made.down(why="a test failed" if request.session.testsfailed else "")


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


def _row(count: int) -> str:
    """Free ports next to each other, as compose writes them. Raises AssertionError when there are none."""
    for _ in range(100):
        with socket.create_server(("127.0.0.1", 0)) as sock, contextlib.ExitStack() as others:
            first = int(sock.getsockname()[1])
            try:
                for port in range(first + 1, first + count):
                    others.enter_context(socket.create_server(("127.0.0.1", port)))
            except (OSError, OverflowError):
                continue
            return f"{first}-{first + count - 1}"
    raise AssertionError(f"no {count} free ports in a row")


def _judge(secrets: Path) -> None:
    """A user for the tests alone, who may ask Redis what it refused."""
    users = secrets / "users.acl"
    users.chmod(0o644)
    with users.open("a", encoding="utf-8") as file:
        file.write("user judge on >judge ~* &* +@all\n")
