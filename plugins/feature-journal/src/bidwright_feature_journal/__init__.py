"""Feature ``journal``: every event as a line in a file, for whoever wants to know later; off while no file is named."""

from __future__ import annotations

import os
from pathlib import Path

from bidwright import Event, hookimpl
from bidwright_feature_journal.journal import Journal

_MIB = 1024 * 1024


@hookimpl
def on_event(event: Event) -> None:
    """Write it down. Raises OSError when the file cannot be written and ValueError for a size that cannot be read."""
    if file := os.environ.get("BIDWRIGHT_JOURNAL_FILE"):
        most = int(float(os.environ.get("BIDWRIGHT_JOURNAL_MIB") or 10) * _MIB)
        Journal(Path(file), most).write(event)
