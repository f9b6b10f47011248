"""
Restoring: a backup into a store, halted.

What the site did since is not known, so nothing is bid until the owner says so (RESUME), and RESUME refuses until every lot was read again.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from redis.asyncio import Redis

from bidwright.errors import SetupError
from bidwright.runtime import migrations, telemetry
from bidwright.runtime.backup.file import Backup
from bidwright.runtime.backup.rows import TOGGLES, Row
from bidwright.runtime.migrations import STEPS, Step
from bidwright.runtime.store import SCHEMA

_BATCH = 200


@dataclass(frozen=True, slots=True)
class Restored:
    """
    What came, or with a dry run would come, of it. *steps*: migrations in their sentences; *changed*: rows that they changed.
    """

    lots: int
    armed: int
    rows: int
    steps: tuple[str, ...]
    changed: int
    epoch: str = ""


async def restore(
    redis: Redis, backup: Backup, *, replace: bool = False, dry_run: bool = False, steps: tuple[Step, ...] = STEPS, prefix: str = "bw:"
) -> Restored:
    """
    Load *backup*. A store that was started but never used counts as empty; *replace* throws away what another holds.

    Raises SetupError, having changed nothing, when services still run, when there is data already, when it belongs to another site, or when
    a later version wrote the backup. One that broke off is begun again: until it is through, the store is halted and has no epoch.
    """
    path = migrations.way(backup.head.schema, SCHEMA, steps)
    rows, changed = migrations.migrated(backup.rows, path)
    await _may(redis, backup, replace=replace, prefix=prefix)
    made = Restored(backup.lots, backup.armed, len(rows), tuple(step.does for step in path), changed)
    if dry_run:
        return made
    epoch = secrets.token_hex(8)
    by_key = {row.key: row for row in rows}
    kill, meta = dict(by_key.pop("kill").value) if "kill" in by_key else {}, dict(by_key.pop("meta").value)
    taken = datetime.fromtimestamp(backup.head.at / 1000, UTC)
    kill |= {
        "state": "halt", "by": "restore", "gen": str(int(kill.get("gen", "0")) + 1),
        "why": f"restored from the backup of {taken:%Y-%m-%d %H:%M} UTC: what happened on the site since is read first",
    }  # fmt: skip
    steady = str(by_key["steady"].value["now"]) if "steady" in by_key else "0"
    meta |= {"epoch": epoch, "schema": SCHEMA, "restored": steady}
    await _write(redis, [Row("kill", "hash", kill | {"why": "a restore was begun and did not end: restore again"})], prefix)
    await _clear(redis, prefix)
    await _write(redis, [*(_unread(row, steady) for row in by_key.values()), *_queues(by_key)], prefix)
    await _write(redis, [Row("kill", "hash", kill), Row("meta", "hash", meta)], prefix)
    return Restored(made.lots, made.armed, made.rows, made.steps, made.changed, epoch)


async def _may(redis: Redis, backup: Backup, *, replace: bool, prefix: str) -> None:
    store: Any = redis
    if running := sorted({beat.service for beat in await telemetry.searched(redis, prefix)} - {"keeper"}):
        raise SetupError(
            f"Bidwright still runs ({', '.join(running)}). Stop it first (docker compose stop {' '.join(running)}); a service that ended "
            f"is forgotten after {3 * telemetry.BEAT_S} s."
        )
    meta: dict[str, str] = await store.hgetall(f"{prefix}meta")
    if meta and not replace and meta.get("site") != backup.head.site:
        raise SetupError(
            f"This store belongs to {meta.get('site')}, the backup to {backup.head.site}. Use the data directory of that site."
        )
    used = await store.exists(*(f"{prefix}{name}" for name in ("lots", "gone", "ledger", "ledger:lost")))
    half = await store.hget(f"{prefix}kill", "by") == "restore" and not meta
    if used and not replace and not half:
        raise SetupError("There is data already. Restore into a new installation, or throw away what is there with --replace.")


def _unread(row: Row, steady: str) -> Row:
    """A lot with real money as after a bid whose outcome is not known: it is read in full before anything is decided on it."""
    if not row.is_lot or row.value.get("final") == "1" or row.value.get("mode") != "live":
        return row
    return Row(row.key, row.kind, {**row.value, "settled": steady}, row.expires)


def _queues(rows: dict[str, Row]) -> Iterator[Row]:
    """Everything that is watched is due at once."""
    lots = [member for member, _ in rows["lots"].value] if "lots" in rows else []
    if lots:
        for queue in ("poll", "bid"):
            yield Row(f"due:{queue}", "zset", [[lot, "0"] for lot in lots])


async def _clear(redis: Redis, prefix: str) -> None:
    """Take away all that was there, the epoch first: without it nothing is bid. The kill record, which says stop, stays."""
    store: Any = redis
    await store.delete(f"{prefix}meta")
    keys = [str(key) async for key in redis.scan_iter(count=500)]
    passing = {f"{prefix}kill"} | {key for key in keys if key.startswith(f"{prefix}svc:")}
    ours = [key for key in keys if key.startswith((prefix, TOGGLES)) and key not in passing]
    for at in range(0, len(ours), _BATCH):
        await store.delete(*ours[at : at + _BATCH])


async def _write(redis: Redis, rows: Iterable[Row], prefix: str) -> None:
    waiting = list(rows)
    for at in range(0, len(waiting), _BATCH):
        async with redis.pipeline(transaction=True) as pipe:
            for row in waiting[at : at + _BATCH]:
                _put(pipe, _full(row.key, prefix), row)
            await pipe.execute()


async def replaced(redis: Redis, before: Iterable[Row], after: Iterable[Row], meta: dict[str, str], prefix: str = "bw:") -> None:
    """Write what differs, and *meta*, in one step: all of it or nothing."""
    old, new = {row.key: row for row in before}, {row.key: row for row in after}
    async with redis.pipeline(transaction=True) as made:
        pipe: Any = made
        for key in old.keys() - new.keys():
            pipe.delete(_full(key, prefix))
        for key, row in new.items():
            if row != old.get(key):
                _put(pipe, _full(key, prefix), row)
        pipe.hset(f"{prefix}meta", mapping=meta)
        await pipe.execute()


def _full(key: str, prefix: str) -> str:
    return key if key.startswith(TOGGLES) else prefix + key


def _put(pipe: Any, key: str, row: Row) -> None:
    if row.expires is not None and row.expires <= time.time() * 1000:
        return
    pipe.delete(key)
    if row.kind == "hash":
        pipe.hset(key, mapping=row.value)
    elif row.kind == "list":
        pipe.rpush(key, *row.value)
    elif row.kind == "set":
        pipe.sadd(key, *row.value)
    elif row.kind == "zset":
        pipe.zadd(key, {member: float(score) for member, score in row.value})
    elif row.kind == "stream":
        for entry, fields in row.value:
            pipe.xadd(key, fields, id=entry)
    else:
        pipe.set(key, row.value)
    if row.expires is not None:
        pipe.pexpireat(key, row.expires)
