"""A whole installation as a person starts it: `bidwright up` in a folder of its own, on free ports."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from contract_client import ANY_PORTS

COMMAND = (sys.executable, "-m", "bidwright_cli")


class Installation:
    """
    One `bidwright up` in a folder of its own, on free ports; *env* are variables beside those.
    """

    def __init__(self, folder: Path, **env: str) -> None:
        unset = ("NELLIS_", "BIDWRIGHT_", "AUTH_TOKEN", "REDIS_URL", "USE_")
        self._env = {key: value for key, value in os.environ.items() if not key.startswith(unset)}
        self._env |= {**ANY_PORTS, "BIDWRIGHT_DATA_DIR": str(folder), **env}
        self._folder = folder
        self._printed = folder / "printed"
        self._process: subprocess.Popen[bytes] | None = None
        self.api = httpx.Client()
        self.url = self.token = ""

    def start(self) -> None:
        """Start it and wait for the address that it prints."""
        with self._printed.open("wb") as out:
            self._process = subprocess.Popen([*COMMAND, "up"], env=self._env, stdout=out, stderr=out)  # noqa: S603 - our own command
        found = until(lambda: re.search(r"Dashboard +(http://\S+)/#token=(\S+)", self.printed), 60, lambda: self.printed)
        self.api.close()
        self.url, self.token = found[1], found[2]
        headers = {"Authorization": f"Bearer {self.token}"}
        self.api = httpx.Client(base_url=self.url, headers=headers, trust_env=False, timeout=10)

    @property
    def printed(self) -> str:
        """What it printed so far."""
        return self._printed.read_text(errors="replace")

    @property
    def pids(self) -> dict[str, int]:
        """Process numbers by part."""
        found: dict[str, int] = json.loads(next(self._folder.glob("*/run.json")).read_text())["pids"]
        return found

    def auctions(self) -> list[dict[str, Any]]:
        """The lots as the API gives them."""
        answer = self.api.get("/api/auctions")
        lots: list[dict[str, Any]] = answer.raise_for_status().json()["auctions"]
        return lots

    def outcomes(self) -> dict[str, str]:
        """Id of a lot that was won and of one that was lost, as soon as there are both."""
        ended = {lot["outcome"]: lot["id"] for lot in self.auctions() if lot["status"] == "ended"}
        return ended if {"won", "lost"} <= set(ended) else {}

    def verb(self, *words: str, code: int = 0) -> dict[str, Any]:
        """The document that a verb prints when it ends with *code*."""
        done = subprocess.run([*COMMAND, *words, "--json"], env=self._env, capture_output=True, timeout=30, check=False)  # noqa: S603 - our own
        assert code == done.returncode, done.stdout + done.stderr
        document: dict[str, Any] = json.loads(done.stdout)
        return document

    def stop(self, how: signal.Signals) -> int:
        """Ask it to end; gives its exit code. Fails when it takes longer than 10 s."""
        assert self._process is not None
        self.api.close()
        self._process.send_signal(how)
        return self._process.wait(10)

    def kill(self) -> None:
        """End it, whatever state it is in."""
        self.api.close()
        if self._process and self._process.poll() is None:
            self._process.kill()
            self._process.wait()


def until(look: Callable[[], Any], within_s: float, story: Callable[[], str] = str, every_s: float = 0.1) -> Any:
    """What *look* gives once it gives anything; fails with *story* when that takes too long."""
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        try:
            if found := look():
                return found
        except (httpx.HTTPError, OSError, ValueError):
            pass  # it is being started again
        time.sleep(every_s)
    pytest.fail(f"not within {within_s} s: {story()}")
