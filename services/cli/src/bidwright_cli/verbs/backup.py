"""`bidwright backup` and `restore`: the whole store as a file, and a file as a store; `bidwright keep` makes one a day in a container."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from redis.exceptions import RedisError

from bidwright.clock import SystemClock, from_ms
from bidwright.runtime import logging, service
from bidwright.runtime.backup import file
from bidwright.runtime.backup.file import Backup
from bidwright.runtime.backup.keeper import Keeper, note
from bidwright.runtime.backup.making import Made, make
from bidwright.runtime.backup.restoring import Restored
from bidwright.runtime.backup.restoring import restore as load
from bidwright.runtime.backup.settings import BackupSettings
from bidwright.runtime.backup.shelf import Shelf, Volume
from bidwright.runtime.service import Pulse, heartbeat, supervise, until_stopped
from bidwright.runtime.settings import read
from bidwright.runtime.store import connect
from bidwright_cli import output
from bidwright_cli.backups import passphrase_from, resting_store, running_store, shelf_here
from bidwright_cli.exits import Exit, Stop
from bidwright_cli.folder import folder_of
from bidwright_cli.verbs.options import Json

Phrase = Annotated[str, typer.Option(help="File with the passphrase; else BIDWRIGHT_BACKUP_PASSPHRASE, else not sealed.")]


def backup(
    *,
    to: Annotated[str, typer.Option("--to", help="Folder to keep it in; else the usual one.")] = "",
    show: Annotated[bool, typer.Option("--list", help="Make none, list those there are.")] = False,
    passphrase_file: Phrase = "",
    as_json: Json = False,
) -> None:
    """Keep the whole store as a file, while everything runs: lots, limits, receipts, ledger, settings. No key and no token is in it."""
    settings = read(BackupSettings)
    shelf = Shelf(Path(to), settings.keep) if to else shelf_here(settings)
    if show:
        _show(shelf.volumes(), as_json=as_json)
        return
    made = asyncio.run(_make(settings, shelf, passphrase_from(settings, passphrase_file)))
    volume = made.volume
    told = {"file": str(volume.path), "bytes": volume.size, "lots": made.lots, "armed": made.armed, "sealed": made.sealed}
    if as_json:
        output.document({"success": True, **told})
        return
    output.line(f"{volume.path} ({volume.size / 1024:,.0f} KiB{', sealed' if made.sealed else ''}): {made.lots} lots, {made.armed} armed.")
    if not made.sealed:
        output.line("It is as secret as the store: it says what you watch, your limits and what you won.")


async def _make(settings: BackupSettings, shelf: Shelf, passphrase: str) -> Made:
    redis, clock = running_store(settings), SystemClock()
    try:
        made = await make(redis, shelf, clock, "asked", passphrase=passphrase)
        await note(redis, clock, made, "")
    except RedisError as error:
        raise Stop(Exit.UNREACHABLE, f"Redis does not answer ({error}). Start it, then ask again.") from error
    finally:
        await redis.aclose()
    return made


def _show(volumes: list[Volume], *, as_json: bool) -> None:
    if as_json:
        rows = [{"file": str(one.path), "why": one.why, "at": one.at.isoformat(), "bytes": one.size} for one in volumes]
        output.document({"success": True, "backups": rows})
    elif not volumes:
        output.line("There is none yet.")
    else:
        rows_of = [(f"{one.at:%Y-%m-%d %H:%M} UTC", one.why, f"{one.size / 1024:,.0f} KiB", str(one.path)) for one in volumes]
        output.table(("made", "why", "size", "file"), rows_of)


def restore(
    what: Annotated[str, typer.Argument(help="The file, or `latest`.")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what it holds and what would be changed in it; change nothing.")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Throw away what is there.")] = False,
    passphrase_file: Phrase = "",
    as_json: Json = False,
) -> None:
    """Load a backup, halted: nothing is bid until every lot was read again and you say `bidwright resume`. Stop Bidwright first."""
    settings = read(BackupSettings)
    path = _file(what, settings)
    try:
        found = file.unpack(path.read_bytes(), passphrase_from(settings, passphrase_file))
    except OSError as error:
        raise Stop(Exit.USAGE, f"{path} cannot be read ({error.strerror}).") from error
    made = asyncio.run(_load(settings, found, replace=replace, dry_run=dry_run))
    if as_json:
        head = {"file": str(path), "at": found.head.at, "site": found.head.site, "release": found.head.release}
        output.document({"success": True, "dryRun": dry_run, **head, **asdict(made), "steps": list(made.steps)})
        return
    output.line(f"{path.name}, made {from_ms(found.head.at):%Y-%m-%d %H:%M} UTC by {found.head.release} for {found.head.site}:")
    output.line(f"{made.lots} lots, {made.armed} armed, {made.rows} records.")
    for step in made.steps:
        output.line(f"Changed to fit this version: {step}")
    if dry_run:
        output.line("Nothing was changed.")
        return
    output.line("It is restored, and halted. Start Bidwright, log in to the site, look at what you lead there; then `bidwright resume`.")


async def _load(settings: BackupSettings, found: Backup, *, replace: bool, dry_run: bool) -> Restored:
    async with resting_store(settings, folder_of(found.head.site)) as redis:
        try:
            return await load(redis, found, replace=replace, dry_run=dry_run)
        except RedisError as error:
            raise Stop(Exit.UNREACHABLE, f"Redis does not answer ({error}). Start it, then restore again.") from error


def _file(what: str, settings: BackupSettings) -> Path:
    if what != "latest":
        return Path(what)
    volume = shelf_here(settings).newest()
    if volume is None:
        raise Stop(Exit.REFUSED, f"There is no backup in {shelf_here(settings).folder}.")
    return volume.path


def keep() -> None:
    """Make a backup a day for ever: what the container `keeper` runs."""
    service.run(_keep)


async def _keep() -> None:
    settings = read(BackupSettings)
    logging.configure("keeper", form=settings.log_format, level=settings.log_level)
    clock, redis = SystemClock(), connect(settings.redis_url.get_secret_value())
    shelf, pulse = Shelf(settings.shelf_folder(settings.data_dir), settings.keep), Pulse(clock)
    keeper = Keeper(redis, shelf, clock, hours=settings.hours, passphrase=settings.passphrase.get_secret_value())
    logging.get_logger(__name__).info("keeper.started", host=socket.gethostname(), folder=str(shelf.folder), hours=settings.hours)
    try:
        await service.wait_for_store(redis, clock)
        await until_stopped(heartbeat(redis, "keeper", pulse, unwell=keeper.unwell), supervise("backup", keeper.step, pulse))
    finally:
        await redis.aclose()
