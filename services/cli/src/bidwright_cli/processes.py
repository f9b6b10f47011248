"""Processes by number: are they still the ones we started, and how to see old ones off."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from bidwright_cli.folder import Run

_PR_SET_PDEATHSIG = 1


def started_at(pid: int) -> int:
    """When the process began, in kernel ticks since boot, by which it is told from a later one of its number; 0 where unknown."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text("ascii", errors="replace").rsplit(")", 1)[1].split()[19])
    except (OSError, IndexError, ValueError):
        return 0


def is_there(pid: int, started: int) -> bool:
    """True while the very process lives that began at *started*."""
    if started:
        return started_at(pid) == started and not _is_zombie(pid)
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def _is_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii", errors="replace").rsplit(")", 1)[1].split()[0] == "Z"
    except (OSError, IndexError):
        return True


def see_off(run: Run, within_s: float = 8) -> None:
    """
    Wait until the children that a crashed `up` left behind are gone, and end those that stay: two engines must never share a folder.
    """
    left = {name: pid for name, pid in run.pids.items() if is_there(pid, run.started.get(name, 0))}
    _signal(run, left, signal.SIGTERM)
    end = time.monotonic() + within_s
    while left and time.monotonic() < end:
        time.sleep(0.05)
        left = {name: pid for name, pid in left.items() if is_there(pid, run.started.get(name, 0))}
    _signal(run, left, signal.SIGKILL)


def _signal(run: Run, pids: dict[str, int], what: signal.Signals) -> None:
    for name, pid in pids.items():
        if run.started.get(name):  # without a start time it might be somebody else's process by now
            with suppress(OSError):
                os.kill(pid, what)


def tether() -> Callable[[], None]:
    """
    What a child runs between fork and exec so that the kernel ends it when this process ends, however it ends (Linux).

    Everything is looked up now: after a fork of a process with threads little may be done.
    """
    if sys.platform != "linux":
        return _nothing
    prctl, parent, term = ctypes.CDLL(None).prctl, os.getpid(), int(signal.SIGTERM)

    def tie() -> None:
        prctl(_PR_SET_PDEATHSIG, term)
        if os.getppid() != parent:  # it ended in between
            os._exit(1)

    return tie


def _nothing() -> None:
    pass
