"""A child's output: kept in a file that does not grow for ever, and the few lines of it that a person should see at once."""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

_LIMIT = 5_000_000
_LONGEST_LINE = 100_000
_AGAIN_AFTER_S = 60
_SHOWN = ("warning", "error", "critical")
_DETAILS = ("why", "error", "exception", "sentence")
_BRIEF = 200


class LogFile:
    """
    Appends to *path*; past *limit* bytes the file becomes `<path>.1` and a new one begins.
    """

    def __init__(self, path: Path, limit: int = _LIMIT) -> None:
        self._path, self._limit = path, limit
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("ab", buffering=0)

    def write(self, data: bytes) -> None:
        """Add *data* to the file."""
        if self._file.tell() + len(data) > self._limit:
            self._file.close()
            self._path.replace(self._path.with_suffix(self._path.suffix + ".1"))
            self._file = self._path.open("ab", buffering=0)
        self._file.write(data)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class Output:
    """
    Takes what a child prints: all of it to its file, warnings to *say*, one of a kind per minute.
    """

    def __init__(self, name: str, file: LogFile, say: Callable[[str], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._name, self._file, self._say, self._clock = name, file, say, clock
        self._rest = b""
        self._last: deque[str] = deque(maxlen=5)
        self._said: dict[str, float] = {}
        self.quiet = True
        """True while the children are being started and stopped: what they say then is expected."""

    def feed(self, data: bytes) -> None:
        """Take the next piece of output."""
        self._file.write(data)
        *lines, rest = (self._rest + data).split(b"\n")
        self._rest = rest[-_LONGEST_LINE:]
        for line in lines:
            self._line(line.decode("utf-8", errors="replace").strip())

    def last_words(self) -> str:
        """The sentence a child ended with, or its last line."""
        for line in reversed(self._last):
            if brief := _sentence(line)[1]:
                return brief
        return self._last[-1][:_BRIEF] if self._last else "it said nothing"

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _line(self, line: str) -> None:
        if not line:
            return
        self._last.append(line)
        kind, brief = _sentence(line)
        now = self._clock()
        if not brief or self.quiet or now - self._said.get(kind, -_AGAIN_AFTER_S) < _AGAIN_AFTER_S:
            return
        self._said[kind] = now
        self._say(f"{self._name}: {brief}")


def _sentence(line: str) -> tuple[str, str]:
    """Kind and short text of a structured warning; empty text for anything else."""
    try:
        entry = json.loads(line)
    except ValueError:
        return "", ""
    if not isinstance(entry, dict) or entry.get("level") not in _SHOWN:
        return "", ""
    kind = str(entry.get("event", ""))
    detail = next((str(entry[key]).strip().splitlines()[-1] for key in _DETAILS if str(entry.get(key) or "").strip()), "")
    return kind, (detail if kind == "service.refused" else f"{kind} {detail}".strip())[:_BRIEF]
