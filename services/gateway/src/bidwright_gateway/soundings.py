"""Soundings: every few seconds, how the store stands that all share: queues, open bids, the log, memory, disk, and who is there."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, Gauge
from redis.asyncio import Redis

from bidwright.clock import Clock, to_ms
from bidwright.runtime import streams, telemetry
from bidwright.runtime.carried import Carried
from bidwright.runtime.pace import pause
from bidwright.runtime.vitals import vitals
from bidwright_gateway.board import Board

EVERY_S = 5.0
SERVICES = ("gateway", "poller", "nellis-proxy", "bidder", "notifier")
_QUEUES = ("poll", "bid")
_OPEN_AT_MOST = 200


class Soundings:
    """
    Taken by each gateway; they say the same wherever they are taken.
    """

    def __init__(self, registry: CollectorRegistry, redis: Redis, board: Board, clock: Clock, data_dir: Path, prefix: str = "bw:") -> None:
        self._redis: Any = redis
        self._board, self._clock, self._folder, self._prefix = board, clock, data_dir, prefix
        self.carried = Carried(to_ms(clock.now()))
        registry.register(self.carried)
        self._queued = Gauge("bidwright_queue_lots", "Lots in a due queue.", ["queue"], registry=registry)
        self._late = Gauge(
            "bidwright_queue_late_seconds", "How long the lot waits that has been due longest.", ["queue"], registry=registry
        )
        self._open = Gauge("bidwright_open_intents", "Bids whose outcome is not known yet.", registry=registry)
        self._oldest = Gauge("bidwright_open_intent_age_seconds", "Age of the oldest of them.", registry=registry)
        self._entries = Gauge("bidwright_stream_entries", "Entries of the event log.", registry=registry)
        self._memory = Gauge("bidwright_store_memory_bytes", "Memory that Redis uses.", registry=registry)
        self._clients = Gauge("bidwright_store_clients", "Connections to Redis.", registry=registry)
        self._free = Gauge("bidwright_disk_free_bytes", "Free on the disk that holds the data directory.", registry=registry)
        self._size = Gauge("bidwright_disk_size_bytes", "Size of that disk.", registry=registry)
        self._backup = Gauge(
            "bidwright_backup_timestamp_seconds", "When the last backup was made, Unix time; 0: none was.", registry=registry
        )
        self._replicas = Gauge("bidwright_replicas", "Replicas that said they are there.", ["service"], registry=registry)

    async def step(self) -> None:
        """One round of the loop that takes them. Raises redis errors: the last ones stand, and ``bidwright_store_up`` says why."""
        await pause(self._clock, EVERY_S)
        await self.take()

    async def take(self) -> None:
        """Look at everything once. Raises redis errors."""
        self._look_at_disk()
        async with self._redis.pipeline(transaction=False) as pipe:
            for queue in _QUEUES:
                pipe.zcard(f"{self._prefix}due:{queue}")
                pipe.zrange(f"{self._prefix}due:{queue}", 0, 0, withscores=True)
            pipe.xlen(f"{self._prefix}ev")
            pipe.zcard(f"{self._prefix}open")
            pipe.zrange(f"{self._prefix}open", 0, _OPEN_AT_MOST - 1)
            pipe.hmget(f"{self._prefix}steady", ["wall", "now"])
            pipe.time()
            pipe.info("memory")
            pipe.info("clients")
            pipe.hget(f"{self._prefix}backup", "at")
            *queues, entries, count, ids, (wall, now), time, memory, clients, backup = await pipe.execute()
        steady = int(time[0]) * 1000 + int(time[1]) // 1000 - round(float(wall or 0) - float(now or 0))
        for queue, size, first in zip(_QUEUES, queues[::2], queues[1::2], strict=True):
            self._queued.labels(queue).set(size)
            self._late.labels(queue).set(max(0.0, (steady - float(first[0][1])) / 1000) if first else 0.0)
        self._entries.set(entries)
        self._open.set(count)
        self._oldest.set(await self._oldest_s(ids, steady))
        self._memory.set(memory["used_memory"])
        self._clients.set(clients["connected_clients"])
        self._backup.set(int(backup or 0) / 1000)
        vitals().stream_lag.labels("gateway").set(await streams.unread_s(self._redis, self._board.place, self._prefix))
        beats = await telemetry.beats(self._redis, self._prefix)
        for service in SERVICES:
            self._replicas.labels(service).set(sum(beat.service == service for beat in beats))
        self.carried.take(beats)

    async def _oldest_s(self, ids: list[str], steady: int) -> float:
        """Seconds since the oldest open bid was decided."""
        if not ids:
            return 0.0
        async with self._redis.pipeline(transaction=False) as pipe:
            for intent_id in ids:
                pipe.hget(f"{self._prefix}intent:{intent_id}", "created")
            created = [float(at) for at in await pipe.execute() if at]
        return max(0.0, (steady - min(created)) / 1000) if created else 0.0

    def _look_at_disk(self) -> None:
        folder = next((path for path in (self._folder, *self._folder.resolve().parents) if path.exists()), Path("/"))
        usage = shutil.disk_usage(folder)
        self._free.set(usage.free)
        self._size.set(usage.total)
