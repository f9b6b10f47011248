"""The hardened stack on a Swarm of one machine, under its usual name; what `make swarm` deploys, and nothing else."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from stack import CADDY, HERE, ROOT, say, until

sys.path.insert(0, str(ROOT / "tools"))
from make_secrets import make

LABEL = "bidwright.store=true"
ONE_SHOT = {"init", "caddy-data"}


class SwarmStack:
    """
    Makes this machine's engine a Swarm, deploys, and puts everything back as it was. Refuses where there is a Swarm already.
    """

    def __init__(self, https: int, http: int) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="bidwright-swarm-")
        secrets = Path(self.folder.name) / "secrets"
        make(secrets)
        self.token = (secrets / "token").read_text("utf-8").strip()
        self._env = dict(os.environ) | {"BIDWRIGHT_SECRETS": str(secrets)}
        self._env |= {"BIDWRIGHT_HTTPS_PORT": str(https), "BIDWRIGHT_HTTP_PORT": str(http)}
        self.https = https

    def up(self) -> None:
        """Deploy, and wait until every service has its replicas and each says that it is well. Raises AssertionError."""
        assert self.docker("info", "--format", "{{.Swarm.LocalNodeState}}") == "inactive", "this engine is a Swarm already; leave it alone"
        self._caddy()
        self.run("docker", "compose", "-f", "compose.yml", "-f", "compose.prod.yml", "build", "--quiet")
        self.docker("swarm", "init", "--advertise-addr", "127.0.0.1")
        self.docker("node", "update", "--label-add", LABEL, self.docker("node", "ls", "-q"))
        self.run("make", "swarm", f"PYTHON={sys.executable}")
        until(self.well, 240, "every service of the stack")
        say(f"{self.replicas()}")

    def well(self) -> bool:
        """Whether everything runs that should, and is healthy."""
        there = self.replicas()
        wanted = all(now == of for name, (now, of) in there.items() if name not in ONE_SHOT)
        ids = self.docker("ps", "-q", "--filter", "label=com.docker.stack.namespace=bidwright").split()
        states = [one["State"] for one in json.loads(self.docker("inspect", *ids))] if ids else []
        return wanted and all(state.get("Health", {}).get("Status", "healthy") == "healthy" for state in states)

    def replicas(self) -> dict[str, tuple[int, int]]:
        """How many of each service run, and how many should."""
        lines = self.docker("service", "ls", "--format", "{{.Name}} {{.Replicas}}").splitlines()
        found = (line.removeprefix("bidwright_").split()[:2] for line in lines if line.startswith("bidwright_"))
        return {name: (int(of.split("/")[0]), int(of.split("/")[1])) for name, of in found}

    def names(self, service: str) -> set[str]:
        """The addresses that a caller inside finds under a service's name."""
        code = f"import socket; print(*sorted({{one[4][0] for one in socket.getaddrinfo('{service}', 1)}}))"
        return set(self.docker("exec", self.container("gateway"), "python", "-c", code).split())

    def container(self, service: str) -> str:
        """The first running container of a service; empty while there is none."""
        found = self.docker("ps", "-q", "--filter", f"label=com.docker.swarm.service.name=bidwright_{service}").split()
        return found[0] if found else ""

    def authority(self) -> str:
        """The certificate of Caddy's own authority."""
        return self.docker("exec", self.container("caddy"), "cat", "/data/caddy/pki/authorities/local/root.crt")

    def down(self, *, why: str = "") -> None:
        """Take the stack, its volumes and the Swarm away; with *why* the last words of each service are shown first."""
        if why:
            for name in self.replicas():
                sys.stderr.write(self.run("docker", "service", "logs", "--tail", "15", f"bidwright_{name}", check=False))
        self.run("docker", "stack", "rm", "bidwright", check=False)
        until(lambda: not self.docker("ps", "-aq", "--filter", "label=com.docker.stack.namespace=bidwright"), 90, "the stack's end")
        self.run("docker", "swarm", "leave", "--force", check=False)
        volumes = self.docker("volume", "ls", "-q", "--filter", "label=com.docker.stack.namespace=bidwright").split()
        if volumes:
            self.run("docker", "volume", "rm", *volumes, check=False)
        self.folder.cleanup()

    def docker(self, *words: str) -> str:
        """What `docker` prints. Raises AssertionError with its errors when it fails."""
        return self.run("docker", *words).strip()

    def run(self, *words: str, check: bool = True) -> str:
        """What a command prints. Raises AssertionError with its errors when it fails."""
        done = subprocess.run(words, cwd=ROOT, env=self._env, capture_output=True, text=True, timeout=900, check=False)  # noqa: S603 - our own words
        assert not check or done.returncode == 0, f"{' '.join(words)}: {done.stdout[-2000:]}{done.stderr[-4000:]}"
        return done.stdout

    def _caddy(self) -> None:
        """Caddy's image, else one made of this machine's program. Raises AssertionError without either."""
        if self.docker("images", "-q", CADDY):
            return
        program = shutil.which("caddy")
        assert program, "neither Caddy's image nor its program is here; install caddy"
        folder = Path(self.folder.name) / "caddy"
        folder.mkdir()
        shutil.copy(program, folder / "caddy")
        self.docker("build", "-q", "-t", "bidwright-test-caddy", "-f", str(HERE / "caddy.Dockerfile"), str(folder))
        self._env["BIDWRIGHT_CADDY_IMAGE"] = "bidwright-test-caddy"
