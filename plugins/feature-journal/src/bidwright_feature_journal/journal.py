"""The journal: JSON lines, and the file before this one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bidwright import Event


@dataclass(frozen=True, slots=True)
class Journal:
    """
    Lines go to *file*; past *most* bytes it becomes ``<file>.1``, in place of the one that was.

    Opened for each line: nothing is lost at the end, and whoever moves the file away gets a new one.
    """

    file: Path
    most: int

    def write(self, event: Event) -> None:
        """Append a line. Raises OSError."""
        at = datetime.fromtimestamp(event.wall_ms / 1000, UTC).isoformat(timespec="milliseconds")
        what = {"id": event.id, "at": at, "kind": event.kind, "lot": event.lot_id, "n": event.n, "changes": event.changes}
        line = (json.dumps(what, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
        if self._size() and self._size() + len(line) > self.most:
            self.file.replace(self.file.with_name(self.file.name + ".1"))
        with self.file.open("ab") as out:
            out.write(line)

    def _size(self) -> int:
        try:
            return self.file.stat().st_size
        except FileNotFoundError:
            return 0
