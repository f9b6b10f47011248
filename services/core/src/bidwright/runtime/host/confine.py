"""Confine: what is taken from a host's process before a plugin's code runs in it. It contains faults, not a determined attacker."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any

_PR_SET_PDEATHSIG = 1
_FILES = 32
_NICE = 5
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_REFUSED = frozenset(
    {
        *(
            "socket.__new__",
            "socket.connect",
            "socket.bind",
            "socket.sendto",
            "socket.sendmsg",
            "socket.getaddrinfo",
            "socket.gethostbyname",
        ),
        *("os.fork", "os.forkpty", "os.exec", "os.posix_spawn", "os.spawn", "os.system", "subprocess.Popen", "pty.spawn"),
        *("os.kill", "os.killpg", "signal.pthread_kill", "os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink"),
        *("os.chmod", "os.chown", "os.truncate", "os.utime", "shutil.rmtree", "resource.setrlimit", "resource.prlimit"),
    }
)
"""Audit events (https://docs.python.org/3/library/audit_events.html) of what a pure answer has no use for."""


def at_once(parent: int) -> None:
    """Before anything is loaded: this process ends with *parent*, is no more urgent than it, and leaves no core dump."""
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415 - only needed here, and a plugin need not pay for it elsewhere

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL))
    if os.getppid() != parent:  # it ended before we asked the kernel
        sys.exit(0)
    os.nice(_NICE)
    with contextlib.suppress(OSError):  # where memory runs out, this process goes and not the service
        Path("/proc/self/oom_score_adj").write_text("1000", "ascii")
    for what, most in ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_NOFILE, _FILES)):
        resource.setrlimit(what, (most, most))


def for_good(memory_mb: int) -> None:
    """Right before a plugin is loaded: *memory_mb* MiB of address space in all, no files written, no network, no other processes."""
    most = memory_mb * 1024 * 1024
    if sys.platform == "linux":  # elsewhere the limit is not kept or cannot be set
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _REFUSED or (event == "open" and _writes(arguments)):
        raise PermissionError(f"a strategy is a pure answer: {event} is refused in a strategy host")


def _writes(arguments: tuple[Any, ...]) -> bool:
    path, mode, flags = arguments
    if path == os.devnull:
        return False
    return any(letter in mode for letter in "wax+") if isinstance(mode, str) else bool(isinstance(flags, int) and flags & _WRITES)
