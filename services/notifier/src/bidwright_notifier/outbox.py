"""
The outbox: every notice as an entry in Redis, from accepted to delivered or given up.

``bw:outbox`` indexes the entries by time, ``bw:outbox:e:<event id>`` is one, ``bw:outbox:due`` says when which is tried. Entries live
seven days, at most 2000 of them. An entry is made in the same step that acknowledges its event: exactly one per event, whatever dies.
"""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any, Literal, cast

from redis.asyncio import Redis

from bidwright import Clock, Notice
from bidwright.clock import to_ms

State = Literal["pending", "delivered", "failed", "withdrawn"]
_LEASE_MS = 60_000
_FIRST_PAUSE_MS, _LONGEST_PAUSE_MS, GIVE_UP_MS = 5_000, 3_600_000, 86_400_000


@dataclass(frozen=True, slots=True)
class Draft:
    """
    A notice before it is accepted. *subject* and *word*: the same word about the same subject within *keep_ms* (0: ever) is no news.
    *grace_ms*: told no sooner, and only if it is still so then.
    """

    notice: Notice
    subject: str = ""
    word: str = ""
    keep_ms: int = 0
    grace_ms: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """
    A notice in the box. *sent*: keys of the channels that have it already.
    """

    notice: Notice
    state: State
    attempts: int
    made_ms: int
    sent: tuple[str, ...]
    why: str


class Outbox:
    """
    The box, shared by all replicas. Raises redis errors as they are.
    """

    def __init__(self, redis: Redis, clock: Clock, prefix: str = "bw:") -> None:
        self._redis: Any = redis
        self._clock, self._prefix = clock, prefix
        folder = files("bidwright_notifier")
        self._scripts: dict[str, Any] = {
            name: redis.register_script(folder.joinpath(f"{name}.lua").read_text("utf-8")) for name in ("accept", "lease", "finish")
        }

    async def accept(self, draft: Draft, group: str) -> Literal["added", "known", "told"]:
        """Take a notice in and acknowledge its event to *group*, in one step."""
        notice = draft.notice
        fields = ("kind", notice.kind, "lot", notice.lot_id, "text", notice.text, "urgent", int(notice.urgent), "at", to_ms(notice.at))
        answer = await self._run("accept", notice.id, group, draft.subject, draft.word, draft.keep_ms, draft.grace_ms, *fields)
        return cast("Literal['added', 'known', 'told']", answer)

    async def lease(self, n: int) -> list[Entry]:
        """Up to *n* entries that are due, hidden from other replicas for a minute."""
        return [_entry(row[0], dict(zip(row[1::2], row[2::2], strict=True))) for row in await self._run("lease", n, _LEASE_MS)]

    async def delivered(self, entry: Entry, sent: list[str]) -> None:
        """Every channel has it."""
        await self._run("finish", entry.notice.id, "delivered", ",".join(sent), "", 0)

    async def withdrawn(self, entry: Entry) -> None:
        """It is no longer so, and nobody was told."""
        await self._run("finish", entry.notice.id, "withdrawn", ",".join(entry.sent), "no longer so", 0)

    async def failed(self, entry: Entry, sent: list[str], why: str) -> State:
        """Tried in vain: due again after a pause that doubles each time, up to an hour; given up after a day."""
        state: State = "failed" if to_ms(self._clock.now()) - entry.made_ms >= GIVE_UP_MS else "pending"
        pause = min(_FIRST_PAUSE_MS * 2 ** (entry.attempts - 1), _LONGEST_PAUSE_MS)
        await self._run("finish", entry.notice.id, state, ",".join(sent), why, pause)
        return state

    async def entries(self) -> list[Entry]:
        """What is in the box, newest first."""
        ids = await self._redis.zrange(f"{self._prefix}outbox", 0, -1, desc=True)
        async with self._redis.pipeline(transaction=False) as pipe:
            for one in ids:
                pipe.hgetall(f"{self._prefix}outbox:e:{one}")
            rows = await pipe.execute()
        return [_entry(one, row) for one, row in zip(ids, rows, strict=True) if row]

    async def waiting(self) -> int:
        """How many are not delivered yet."""
        return int(await self._redis.zcard(f"{self._prefix}outbox:due"))

    def _run(self, script: str, *args: str | int) -> Awaitable[Any]:
        return cast("Awaitable[Any]", self._scripts[script](keys=[self._prefix], args=[to_ms(self._clock.now()), *args]))


def _entry(entry_id: str, h: dict[str, str]) -> Entry:
    notice = Notice(
        id=entry_id,
        kind=cast("Any", h["kind"]),
        lot_id=h["lot"],
        text=h["text"],
        urgent=h["urgent"] == "1",
        at=datetime.fromtimestamp(int(h["at"]) / 1000, UTC),
    )
    sent = tuple(filter(None, h["sent"].split(",")))
    return Entry(notice, cast("State", h["state"]), int(h["attempts"]), int(h["made"]), sent, h["why"])
