"""Upgrading: the first start of another version. What was there is kept on the shelf first, then older data becomes this version's."""

from __future__ import annotations

from typing import Any

from redis.asyncio import Redis

from bidwright.clock import Clock
from bidwright.errors import SetupError
from bidwright.runtime import migrations
from bidwright.runtime.backup import reading
from bidwright.runtime.backup.making import make, release
from bidwright.runtime.backup.restoring import replaced
from bidwright.runtime.backup.shelf import Shelf
from bidwright.runtime.logging import get_logger
from bidwright.runtime.migrations import STEPS, Step
from bidwright.runtime.store import SCHEMA

log = get_logger(__name__)


async def upgrade(
    redis: Redis,
    shelf: Shelf,
    clock: Clock,
    *,
    passphrase: str = "",
    dry_run: bool = False,
    steps: tuple[Step, ...] = STEPS,
    prefix: str = "bw:",
) -> list[str]:
    """
    Make the data ready for this version; gives what was done, or with *dry_run* would be, in sentences.

    Raises SetupError when a later version wrote the data, and when a change of the data could not be preceded by a backup: then nothing was
    changed.
    """
    store: Any = redis
    meta: dict[str, str] = await store.hgetall(f"{prefix}meta")
    if not meta:
        return []
    path = migrations.way(meta.get("schema", ""), SCHEMA, steps)
    if not path and meta.get("release", "") == release():
        return []
    was = meta.get("release") or "an earlier version"
    rows, changed = migrations.migrated(before := await reading.read(redis, prefix), path)
    said = [f"{step.does} (version {step.frm} to {step.to})" for step in path]
    if path:
        said.append(f"{changed} of {len(before)} records change")
    if dry_run:
        return [f"A backup of what {was} left", *said]
    try:
        made = await make(redis, shelf, clock, "upgrade", passphrase=passphrase, prefix=prefix)
    except SetupError as error:
        if path:
            raise SetupError(
                f"The data is of version {meta.get('schema')} and must be changed, but not without a backup. {error}"
            ) from error
        log.warning("upgrade.no_backup", why=str(error))
    else:
        said.insert(0, f"What {was} left is kept in {made.volume.path}")
    if path:
        await replaced(redis, before, rows, {"schema": SCHEMA}, prefix)
    for sentence in said:
        log.info("upgrade.step", what=sentence)
    return said
