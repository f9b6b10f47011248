"""The data folder of one site: where everything lies, who uses it, and what runs from it."""

from __future__ import annotations

import fcntl
import json
import os
import re
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from bidwright.errors import SetupError
from bidwright.runtime.settings import LIVE_SITE
from bidwright_cli.settings import Site, UpSettings

_LONGEST_SOCKET = 100
"""Unix socket addresses end at 104 (macOS) or 108 bytes."""


@dataclass(frozen=True)
class Run:
    """
    What a running `bidwright up` tells the other verbs. *pids* and *started* (kernel ticks, 0 where unknown) are by child; *store* is
    the address of its own Redis, empty where REDIS_URL named another.
    """

    url: str
    site: str
    pids: dict[str, int] = field(default_factory=dict)
    started: dict[str, int] = field(default_factory=dict)
    ports: dict[str, int] = field(default_factory=dict)
    store: str = ""


@dataclass(frozen=True)
class Folder:
    """
    Paths below the folder of one site.
    """

    path: Path

    @property
    def redis(self) -> Path:
        """Where the embedded Redis keeps its files."""
        return self.path / "redis"

    @property
    def logs(self) -> Path:
        """Where each child's output goes."""
        return self.path / "log"

    @property
    def token(self) -> Path:
        """The token that was made on the first start."""
        return self.path / "token"

    @property
    def run_token(self) -> Path:
        """The token in use, there only while `up` runs; for the verbs of the same user."""
        return self.path / "run.token"

    @property
    def run(self) -> Path:
        """What runs, there only while `up` runs."""
        return self.path / "run.json"

    def epoch_known(self) -> str:
        """Which store this installation used last; empty when none."""
        file = self.path / "epoch"
        return file.read_text("ascii").strip() if file.exists() else ""

    @property
    def simulator(self) -> Path:
        """The simulated site's memory."""
        return self.path / "site.json"

    @property
    def demo(self) -> Path:
        """The lots that were watched for the demo once; they are not watched a second time."""
        return self.path / "demo.json"

    def socket(self) -> Path:
        """Where Redis listens; in a temporary folder of its own when this folder's name is too long for a socket."""
        near = self.redis.resolve() / "s"
        if len(os.fsencode(near)) <= _LONGEST_SOCKET:
            return near
        return Path(tempfile.mkdtemp(prefix="bidwright-")) / "s"

    def lock(self) -> IO[str]:
        """
        Take the folder for this process; closing the file gives it back, and so does the end of the process, however it comes.

        Raises SetupError when another `up` has it.
        """
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = (self.path / "lock").open("a+", encoding="ascii")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            who = file.read().strip()
            file.close()
            raise SetupError(
                f"Bidwright already runs on {self.path} (process {who or 'unknown'}). "
                "Stop that one first, or set another BIDWRIGHT_DATA_DIR and PORT."
            ) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        return file

    def say_running(self, run: Run, token: str) -> None:
        """Leave word for the verbs; the token for the owner's eyes only."""
        _replace(self.run, json.dumps(asdict(run), indent=1))
        _replace(self.run_token, token)

    def say_stopped(self) -> None:
        """Take the word back."""
        self.run.unlink(missing_ok=True)
        self.run_token.unlink(missing_ok=True)

    def running(self) -> Run | None:
        """What the last `up` left here, or None."""
        try:
            return Run(**json.loads(self.run.read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return None


def folder_for(settings: UpSettings, site: Site) -> Folder:
    """The folder of *site*: one per site, so that their data never mix."""
    name = {"sim": "sim", "live": "live", "other": "site-" + _slug(settings.site)}[site]
    return Folder(settings.data_dir.absolute() / name)


def folder_of(site: str) -> Folder:
    """The folder of the site that a store calls *site* in its own record."""
    host = urlsplit(site).hostname or ""
    real = host == LIVE_SITE or host.endswith("." + LIVE_SITE)
    return Folder(data_root().absolute() / ("live" if real else "site-" + _slug(site) if "://" in site else "sim"))


def data_root() -> Path:
    """The data directory, in which every site has a folder."""
    return Path(os.environ.get("BIDWRIGHT_DATA_DIR") or ".bidwright")


def newest(root: Path) -> Folder | None:
    """The folder below *root* where something was started last, or None."""
    found = sorted(root.glob("*/run.json"), key=lambda file: file.stat().st_mtime)
    return Folder(found[-1].parent) if found else None


def _slug(address: str) -> str:
    return re.sub(r"[^a-z0-9.]+", "-", address.split("://", 1)[1].lower()).strip("-.")


def _replace(path: Path, text: str) -> None:
    beside = path.with_suffix(path.suffix + ".new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text + "\n")
    beside.replace(path)
