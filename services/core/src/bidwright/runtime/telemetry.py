"""Metrics over HTTP, and the heartbeat by which each service says that it is there and what it weighs."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import msgspec
from prometheus_client import REGISTRY, CollectorRegistry, start_http_server
from redis.asyncio import Redis

from bidwright.errors import SetupError

BEAT_S = 5
"""Seconds between two heartbeats; an entry lives for three."""
_ALL, _SEARCHED, _SEARCH_S = "svc:all", "svc:searched", 60
"""The names of the entries: a search goes through every lot's keys. One a minute finds those of a release that did not note them."""


class Beat(msgspec.Struct, frozen=True):
    """
    What one replica says about itself. *pss_bytes*: its share of memory; *working_ms*: ms since its loops last did useful work;
    *failpoints*: crash points for tests that are on; *unwell*: what plugins' health checks have found; *tally*: samples of metrics by their
    full name that the gateway shows for all (see ``carried``); *release*: its version.
    """

    service: str
    replica: str
    pid: int
    started_ms: int
    pss_bytes: int
    working_ms: int = 0
    plugin_problems: list[str] = []
    failpoints: list[str] = []
    unwell: list[str] = []
    tally: dict[str, float] = {}
    release: str = ""


def pss_bytes(pid: int | str = "self") -> int:
    """Proportional set size of a process in bytes: shared pages counted by share. 0 where the system does not tell."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def replica_name(pid: int = 0) -> str:
    """Tells replicas apart: this host, and the process *pid*, by default our own."""
    return f"{socket.gethostname()}:{pid or os.getpid()}"


async def beat(redis: Redis, what: Beat, prefix: str = "bw:") -> None:
    """Say it; forgotten after three beats."""
    key = f"{prefix}svc:{what.service}:{what.replica}"
    async with redis.pipeline(transaction=False) as pipe:
        pipe.set(key, msgspec.json.encode(what), ex=3 * BEAT_S)
        pipe.sadd(f"{prefix}{_ALL}", key)
        await pipe.execute()


async def heard(redis: Redis, service: str, pid: int, prefix: str = "bw:") -> bool:
    """Whether the process *pid* on this host beat lately as a replica of *service*: it serves, and has reached the store."""
    return bool(await redis.exists(f"{prefix}svc:{service}:{replica_name(pid)}"))


async def beats(redis: Redis, prefix: str = "bw:") -> list[Beat]:
    """Everybody who beat lately, by service."""
    names = f"{prefix}{_ALL}"
    async with redis.pipeline(transaction=False) as pipe:
        pipe.smembers(names)
        pipe.set(f"{prefix}{_SEARCHED}", "1", ex=_SEARCH_S, nx=True)
        known, due = await pipe.execute()
    there = await _entries(redis, {str(key) for key in known} | (await _search(redis, prefix) if due else set()))
    if gone := [key for key, value in there.items() if value is None]:
        await redis.srem(names, *gone)
    if due and len(gone) < len(there):
        await redis.sadd(names, *(there.keys() - set(gone)))
    return _told(there)


async def searched(redis: Redis, prefix: str = "bw:") -> list[Beat]:
    """The same by a search through all keys, which writes nothing."""
    return _told(await _entries(redis, await _search(redis, prefix)))


async def _search(redis: Redis, prefix: str) -> set[str]:
    return {str(key) async for key in redis.scan_iter(f"{prefix}svc:*:*", count=1000)}


async def _entries(redis: Redis, keys: set[str]) -> dict[str, bytes | str | None]:
    return dict(zip(keys, await redis.mget(list(keys)), strict=True)) if keys else {}


def _told(entries: dict[str, bytes | str | None]) -> list[Beat]:
    return sorted((msgspec.json.decode(v, type=Beat) for v in entries.values() if v), key=lambda b: (b.service, b.replica))


def serve_metrics(port: int, address: str, registry: CollectorRegistry = REGISTRY) -> None:
    """Serve ``/metrics`` from a thread. Raises SetupError when the port is taken; port 0 serves nothing."""
    if port == 0:
        return
    try:
        start_http_server(port, address, registry)
    except OSError as error:
        raise SetupError(f"The metrics port {address}:{port} cannot be opened ({error.strerror}); set another one.") from error
