"""Backups of what `bidwright up` runs: before an upgrade and once a day; and which store the verbs mean."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from redis.asyncio import Redis

from bidwright.clock import SystemClock
from bidwright.runtime.backup.keeper import Keeper
from bidwright.runtime.backup.settings import BackupSettings
from bidwright.runtime.backup.shelf import Shelf
from bidwright.runtime.engine import Engine
from bidwright.runtime.service import Pulse, supervise
from bidwright.runtime.settings import read
from bidwright.runtime.store import connect
from bidwright.runtime.upgrading import upgrade
from bidwright_cli import engine_folder
from bidwright_cli.exits import Exit, Stop
from bidwright_cli.folder import Folder, data_root, newest


class Backups:
    """
    Those of one run. *ready* is set when the store may be read.
    """

    def __init__(self, folder: Folder, redis_url: str) -> None:
        self._redis_url = redis_url
        self._settings = read(BackupSettings)
        self._passphrase = self._settings.passphrase.get_secret_value()
        self._shelf = Shelf(self._settings.shelf_folder(folder.path), self._settings.keep)
        self.ready = asyncio.Event()

    async def before_upgrade(self, redis: Redis) -> list[str]:
        """What was done to the data because another version ran before, in sentences. Raises SetupError, redis errors."""
        return await upgrade(redis, self._shelf, SystemClock(), passphrase=self._passphrase)

    async def run(self) -> None:
        """One a day, for ever."""
        await self.ready.wait()
        clock, redis = SystemClock(), connect(self._redis_url)
        try:
            keeper = Keeper(redis, self._shelf, clock, hours=self._settings.hours, passphrase=self._passphrase)
            await supervise("backup", keeper.step, Pulse(clock))
        finally:
            await redis.aclose()


def shelf_here(settings: BackupSettings) -> Shelf:
    """The shelf of what runs here, or of the one site that has any."""
    if settings.folder or os.environ.get("REDIS_URL") or os.environ.get("REDIS_URL_FILE"):
        return Shelf(settings.shelf_folder(data_root()), settings.keep)
    if folder := newest(data_root()):
        return Shelf(folder.path / "backups", settings.keep)
    found = sorted(data_root().glob("*/backups"))
    if len(found) > 1:
        raise Stop(Exit.USAGE, f"There are backups in {', '.join(map(str, found))}; name the file, or the folder in BIDWRIGHT_BACKUP_DIR.")
    return Shelf(found[0] if found else data_root() / "backups", settings.keep)


def running_store(settings: BackupSettings) -> Redis:
    """The store of what runs here. Raises Stop when nothing does."""
    if os.environ.get("REDIS_URL") or os.environ.get("REDIS_URL_FILE"):
        return connect(settings.redis_url.get_secret_value())
    folder = newest(data_root())
    run = folder.running() if folder else None
    if run is None or not run.store:
        raise Stop(Exit.UNREACHABLE, "No Bidwright runs from this data folder. Start it, or name its store in REDIS_URL.")
    return connect(run.store)


@asynccontextmanager
async def resting_store(settings: BackupSettings, folder: Folder) -> AsyncIterator[Redis]:
    """
    The store that a backup is restored into: the one of REDIS_URL, or the embedded one in *folder*, started for this and ended again.

    Raises SetupError when `bidwright up` has it.
    """
    if os.environ.get("REDIS_URL") or os.environ.get("REDIS_URL_FILE"):
        redis = connect(settings.redis_url.get_secret_value())
        try:
            yield redis
        finally:
            await redis.aclose()
        return
    with folder.lock():
        engine_folder.prepare(folder.redis)
        socket = folder.socket()
        engine = Engine(folder.redis, durable=True, socket=socket)
        await asyncio.to_thread(engine.start)
        redis = connect(engine.url)
        try:
            yield redis
        finally:
            await redis.aclose()
            await asyncio.to_thread(engine.stop)


def passphrase_from(settings: BackupSettings, file: str) -> str:
    """The passphrase: from *file*, else from the settings; empty for none. Raises Stop when the file cannot be read."""
    if not file:
        return settings.passphrase.get_secret_value()
    try:
        return Path(file).read_text("utf-8").strip()
    except OSError as error:
        raise Stop(Exit.USAGE, f"{file} cannot be read ({error.strerror}).") from error
