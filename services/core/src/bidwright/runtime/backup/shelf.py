"""The shelf: the folder that backups lie in, the newest of each kind kept."""

from __future__ import annotations

import os
import re
import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from bidwright.errors import SetupError

Why = Literal["daily", "asked", "upgrade"]
_NAME = re.compile(r"bidwright-(\d{8}T\d{6}Z)-(daily|asked|upgrade)\.backup")
_SPARE = 64 * 1024 * 1024
"""What must stay free beside a backup: the store's own log comes first."""
UPGRADES = 5
"""Snapshots from before an upgrade that are kept, whatever else is."""


@dataclass(frozen=True, slots=True)
class Volume:
    """
    One backup on the shelf.
    """

    path: Path
    why: str
    at: datetime

    @property
    def size(self) -> int:
        """Bytes."""
        return self.path.stat().st_size


class Shelf:
    """
    The *folder*; *keep* of the daily ones stay, and as many of those that were asked for.
    """

    def __init__(self, folder: Path, keep: int = 14) -> None:
        self.folder, self._keep = folder, keep

    def volumes(self) -> list[Volume]:
        """All of them, the newest first."""
        made = [
            Volume(path, match[2], datetime.strptime(match[1], "%Y%m%dT%H%M%S%z"))
            for path in self.folder.glob("bidwright-*.backup")
            if (match := _NAME.fullmatch(path.name))
        ]
        return sorted(made, key=lambda one: (one.at, one.path.name), reverse=True)

    def newest(self, why: Why | None = None) -> Volume | None:
        """The newest, or the newest of those made for *why*."""
        return next((one for one in self.volumes() if why in (None, one.why)), None)

    def put(self, content: bytes, why: Why, now: datetime) -> Volume:
        """
        Keep *content*: on the disk before it has a name, for the owner's eyes only; then too old ones go.

        Raises SetupError when there is no room for it or the folder cannot be written.
        """
        at = now.astimezone(UTC).replace(microsecond=0)
        path = self.folder / f"bidwright-{at:%Y%m%dT%H%M%SZ}-{why}.backup"
        beside = path.with_suffix(".part")
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._room(len(content))
            beside.unlink(missing_ok=True)
            with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        except OSError as error:
            with suppress(OSError):
                beside.unlink(missing_ok=True)
            raise SetupError(
                f"The backup cannot be written to {self.folder} ({error.strerror}). Make room, or give it the right."
            ) from error
        self._thin()
        return Volume(path, why, at)

    def _room(self, size: int) -> None:
        free = shutil.disk_usage(self.folder).free
        if free < size + _SPARE:
            raise SetupError(
                f"Only {free // 2**20} MiB are free on the disk of {self.folder}; the backup takes {size // 2**20 + 1} and "
                f"{_SPARE // 2**20} must stay for the store. Make room."
            )

    def _thin(self) -> None:
        counts: dict[str, int] = {}
        for one in self.volumes():
            counts[one.why] = counts.get(one.why, 0) + 1
            if counts[one.why] > (UPGRADES if one.why == "upgrade" else self._keep):
                one.path.unlink(missing_ok=True)
