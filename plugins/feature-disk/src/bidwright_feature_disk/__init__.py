"""Feature ``disk``: says when the disk of the data folder is nearly full, before the store refuses to write."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from bidwright import HealthCheck, hookimpl

_MIB = 1024 * 1024
_DEFAULT_MIB = 512


class Disk:
    """
    Looks at the disk that *folder* lies on, or will. *least_mib* must be free.
    """

    def __init__(self, folder: Path, least_mib: int) -> None:
        self._folder, self._least_mib = folder, least_mib

    def __call__(self) -> str | None:
        """What is wrong, or None."""
        there = next((p for p in (self._folder, *self._folder.resolve().parents) if p.exists()), Path("/"))
        free = shutil.disk_usage(there).free // _MIB
        if free >= self._least_mib:
            return None
        return f"only {free} MiB are free on the disk of {there}, fewer than {self._least_mib}: free some, or the store stops writing"


@hookimpl
def register_health_checks() -> Sequence[HealthCheck]:
    """Offer ``disk``. Raises ValueError for a number that cannot be read."""
    folder = Path(os.environ.get("BIDWRIGHT_DATA_DIR") or ".bidwright")
    least = int(os.environ.get("BIDWRIGHT_DISK_FREE_MIB") or _DEFAULT_MIB)
    return [HealthCheck("disk", Disk(folder, least))]
