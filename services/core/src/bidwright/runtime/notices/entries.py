"""
Entries: the outbox as it can be read, by the notifier that works on it and by the gateway that shows it.

``bw:outbox`` indexes the entries by time, ``bw:outbox:e:<id>`` is one: the notice, and beside it what each channel made of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, cast, get_args

from redis.asyncio import Redis

from bidwright import Notice

State = Literal["pending", "held", "delivered", "partly", "undelivered", "muted", "withdrawn"]
"""held: waits for the end of quiet hours or for a digest; partly: some channels have it, others were given up."""
STATES: tuple[State, ...] = get_args(State)
_STEP = 200


@dataclass(frozen=True, slots=True)
class Delivery:
    """
    What one channel made of a notice. *why* and *at_ms* are those of the last attempt; *escalated*: it stands in for another channel.
    """

    channel: str
    state: Literal["pending", "delivered", "undelivered"]
    attempts: int
    why: str
    at_ms: int
    escalated: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """
    A notice in the box. *held* says what it waits for (quiet, digest) until *until_ms*; *bundled*: it is told with others in one text.
    """

    notice: Notice
    state: State
    made_ms: int
    deliveries: tuple[Delivery, ...] = ()
    held: str = ""
    until_ms: int = 0
    bundled: bool = False
    why: str = ""

    @property
    def has_it(self) -> tuple[str, ...]:
        """Channels that have it."""
        return tuple(one.channel for one in self.deliveries if one.state == "delivered")

    @property
    def lacks_it(self) -> tuple[str, ...]:
        """Channels that were tried in vain or not at all."""
        return tuple(one.channel for one in self.deliveries if one.state != "delivered")

    @property
    def attempts(self) -> int:
        """All attempts together."""
        return sum(one.attempts for one in self.deliveries)

    @classmethod
    def from_hash(cls, entry_id: str, h: Mapping[str, str]) -> Entry:
        """The entry as stored."""
        at = datetime.fromtimestamp(int(h["at"]) / 1000, UTC)
        notice = Notice(entry_id, cast("Any", h["kind"]), h["lot"], h["text"], urgent=h["urgent"] == "1", at=at)
        names = sorted(key.removeprefix("state:") for key in h if key.startswith("state:"))
        deliveries = tuple(
            Delivery(
                channel=name,
                state=cast("Any", h[f"state:{name}"]),
                attempts=int(h.get(f"tries:{name}") or 0),
                why=h.get(f"why:{name}", ""),
                at_ms=int(h.get(f"at:{name}") or 0),
                escalated=f"esc:{name}" in h,
            )
            for name in names
        )
        held = h.get("held", "") if h["state"] == "pending" else ""
        state = cast("State", "held" if held else h["state"])
        return cls(
            notice, state, int(h["made"]), deliveries, held, int(h.get("until") or 0), "bundled" in h, h.get("why", "")
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    Which entries somebody wants to see; an empty field asks nothing.
    """

    state: str = ""
    kind: str = ""
    channel: str = ""
    lot_id: str = ""

    def fits(self, entry: Entry) -> bool:
        """Whether this one is wanted. *open* stands for every state in which somebody has not been told yet."""
        states = ("pending", "held") if self.state == "open" else (self.state,)
        return (
            (not self.state or entry.state in states)
            and self.kind in ("", entry.notice.kind)
            and self.lot_id in ("", entry.notice.lot_id)
            and (not self.channel or any(one.channel == self.channel for one in entry.deliveries))
        )


class Box:
    """
    Reads of the outbox. Raises redis errors as they are.
    """

    def __init__(self, redis: Redis, prefix: str = "bw:") -> None:
        self._redis: Any = redis
        self._prefix = prefix

    async def page(self, wanted: Wanted, limit: int, after: str = "") -> tuple[list[Entry], str]:
        """
        Up to *limit* entries that are wanted, newest first, and where the next page begins; empty at the end.

        *after* is what the page before gave. Raises ValueError when it is no such place.
        """
        made, _, last = after.partition("/")
        top = f"{int(made)}" if after else "+inf"
        skip, found, seen = 0, list[Entry](), False
        while True:
            ids = await self._redis.zrevrangebyscore(f"{self._prefix}outbox", top, "-inf", start=skip, num=_STEP)
            for entry in await self._read(ids):
                if after and not seen and entry.made_ms == int(made) and entry.notice.id >= last:
                    continue  # equally old ones that the page before has shown
                seen = True
                if not wanted.fits(entry):
                    continue
                if len(found) == limit:
                    return found, f"{found[-1].made_ms}/{found[-1].notice.id}"
                found.append(entry)
            if len(ids) < _STEP:
                return found, ""
            skip += _STEP

    async def entries(self) -> list[Entry]:
        """All that is in the box, newest first."""
        return await self._read(await self._redis.zrange(f"{self._prefix}outbox", 0, -1, desc=True))

    async def entry(self, entry_id: str) -> Entry | None:
        """One of them, or None."""
        return next(iter(await self._read([entry_id])), None)

    async def counts(self) -> dict[str, int]:
        """How many entries there are in each state, and how many were dropped unread because the box was full."""
        found: dict[str, int] = dict.fromkeys(STATES, 0)
        for ids in _steps(await self._redis.zrange(f"{self._prefix}outbox", 0, -1)):
            async with self._redis.pipeline(transaction=False) as pipe:
                for one in ids:
                    pipe.hmget(f"{self._prefix}outbox:e:{one}", ["state", "held"])
                for state, held in await pipe.execute():
                    if state in found:
                        found["held" if state == "pending" and held else state] += 1
        return {**found, "dropped": int(await self._redis.get(f"{self._prefix}outbox:dropped") or 0)}

    async def waiting(self) -> int:
        """How many have not come to their end yet."""
        return int(await self._redis.zcard(f"{self._prefix}outbox:open"))

    async def _read(self, ids: list[str]) -> list[Entry]:
        async with self._redis.pipeline(transaction=False) as pipe:
            for one in ids:
                pipe.hgetall(f"{self._prefix}outbox:e:{one}")
            rows = await pipe.execute() if ids else []
        return [Entry.from_hash(one, row) for one, row in zip(ids, rows, strict=True) if row]


def _steps(ids: list[str]) -> list[list[str]]:
    return [ids[n : n + _STEP] for n in range(0, len(ids), _STEP)]
