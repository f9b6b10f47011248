"""The embedded Redis' folder: ready for this engine, and never opened by an older one than wrote it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from bidwright.errors import SetupError
from bidwright.runtime.engine import binary

_MARK = "engine"


def prepare(folder: Path) -> None:
    """
    Make *folder* and mark it with this engine's version. Raises SetupError when a newer engine wrote what is in it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    ours = _version(subprocess.run([binary(), "--version"], capture_output=True, text=True, check=True).stdout)  # noqa: S603 - our own binary
    mark = folder / _MARK
    if mark.exists() and (theirs := _version(mark.read_text("ascii"))) > ours:
        raise SetupError(
            f"The data in {folder} was written by engine {_text(theirs)}, this Bidwright carries {_text(ours)}. "
            "Start the newer Bidwright, or set another BIDWRIGHT_DATA_DIR."
        )
    mark.write_text(_text(ours) + "\n", "ascii")


def _version(text: str) -> tuple[int, ...]:
    found = re.search(r"(\d+)\.(\d+)\.(\d+)", text)
    return tuple(int(part) for part in found.groups()) if found else ()


def _text(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))
