"""
The outbox: every notice as an entry in Redis, from accepted to delivered or given up, with what each channel made of it.

``bw:outbox:due`` says when which entry is sorted: given to its channels, or held back. ``bw:outbox:due:<channel>`` says when that channel
is to deliver which; the channels wait for nothing but themselves. How an entry looks stands in ``bidwright.runtime.notices.entries``. One
is made in the same step that acknowledges its event, exactly one per event. It lives seven days, with about 2000 others at most.
"""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Any, Literal, cast

from redis.asyncio import Redis

from bidwright import Clock, Notice
from bidwright.clock import to_ms
from bidwright.runtime.notices.entries import Box, Entry
from bidwright.runtime.notices.lanes import DOWN_FROM

GIVE_UP_MS = 86_400_000
_LEASE_MS = 60_000
_FIRST_PAUSE_MS, _LONGEST_PAUSE_MS = 5_000, 600_000
_BUNDLE, _SORT, _SWEEP = 200, 200, 200
_SCRIPTS = ("accept", "route", "hold", "unhold", "lease", "finish", "end", "escalate", "orphan", "give_up")


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


class Outbox(Box):
    """
    The box, shared by all replicas. Raises redis errors as they are.
    """

    def __init__(self, redis: Redis, clock: Clock, prefix: str = "bw:") -> None:
        super().__init__(redis, prefix)
        self._clock = clock
        folder = files("bidwright_notifier")
        common = folder.joinpath("_common.lua").read_text("utf-8")
        self._scripts: dict[str, Any] = {
            name: redis.register_script(f"{common}\n{folder.joinpath(f'{name}.lua').read_text('utf-8')}") for name in _SCRIPTS
        }

    async def accept(self, draft: Draft, group: str) -> Literal["added", "known", "told"]:
        """Take a notice in and acknowledge its event to *group*, in one step."""
        notice = draft.notice
        fields = ("kind", notice.kind, "lot", notice.lot_id, "text", notice.text, "urgent", int(notice.urgent), "at", to_ms(notice.at))
        answer = await self._run("accept", notice.id, group, draft.subject, draft.word, draft.keep_ms, draft.grace_ms, *fields)
        return cast("Literal['added', 'known', 'told']", answer)

    # ---- sorting -------------------------------------------------------------------------------------------------------------

    async def unsorted(self) -> list[Entry]:
        """Entries that are to be sorted now, the oldest first."""
        return await self._read(
            await self._redis.zrange(self._key("due"), "-inf", to_ms(self._clock.now()), byscore=True, offset=0, num=_SORT)
        )

    async def route(self, entry: Entry, channels: Sequence[str], watch: datetime | None) -> None:
        """Give it to these channels, and ask at *watch* who has delivered."""
        await self._run("route", entry.notice.id, to_ms(watch) if watch else 0, *channels)

    async def hold(self, entry: Entry, until: datetime, why: str) -> None:
        """Sort it anew at *until*; what has waited for a digest or for quiet hours to end is told together with others."""
        await self._run("hold", entry.notice.id, to_ms(until), why)

    async def unhold(self) -> None:
        """Sort anew what is held, now."""
        while await self._run("unhold", _SWEEP):
            pass

    async def muted(self, entry: Entry) -> None:
        """The owner does not want to be told."""
        await self._run("end", "muted", "", entry.notice.id)

    async def withdrawn(self, entry: Entry) -> None:
        """It is no longer so, and nobody was told."""
        await self._run("end", "withdrawn", "no longer so", entry.notice.id)

    async def late(self) -> list[Entry]:
        """Entries of which somebody wants to know by now whether they were delivered."""
        return await self._read(await self._redis.zrangebyscore(self._key("watch"), "-inf", to_ms(self._clock.now()), start=0, num=_SORT))

    async def escalate(self, entry: Entry, channels: Sequence[str]) -> int:
        """Give it to these channels as well; how many were new."""
        return int(await self._run("escalate", entry.notice.id, *channels))

    # ---- delivering ----------------------------------------------------------------------------------------------------------

    async def lease(self, channel: str, n: int) -> list[Entry]:
        """Up to *n* entries that *channel* is to deliver, and all that are told together; hidden from other replicas for a minute."""
        rows = await self._run("lease", channel, n, _BUNDLE, _LEASE_MS, DOWN_FROM)
        return [Entry.from_hash(row[0], dict(zip(row[1::2], row[2::2], strict=True))) for row in rows]

    async def delivered(self, channel: str, entries: Sequence[Entry]) -> None:
        """The channel has them."""
        await self._finish(channel, "delivered", "", 0, entries)

    async def later(self, channel: str, entries: Sequence[Entry], until: datetime) -> None:
        """They were not tried after all; due again at *until*."""
        await self._finish(channel, "later", "", max(0, to_ms(until) - to_ms(self._clock.now())), entries)

    async def failed(self, channel: str, entries: Sequence[Entry], why: str) -> int:
        """Tried in vain: due again after a pause that doubles each time, up to ten minutes; how many were given up after a day."""
        tries = max(one.attempts for entry in entries for one in entry.deliveries if one.channel == channel)
        pause = min(_FIRST_PAUSE_MS * 2 ** min(tries - 1, 20), _LONGEST_PAUSE_MS)
        return await self._finish(channel, "failed", why, pause, entries)

    async def sweep(self, present: Sequence[str]) -> int:
        """What waits for a channel that is not *present* any more is sorted anew, what waits for a dead one too long is given up."""
        moved = 0
        for channel in sorted(await self._redis.smembers(self._key("lanes"))):
            if channel not in present:
                why = "this channel is no longer in BIDWRIGHT_NOTIFY_URLS"
                moved += int(await self._run("orphan", channel, why, _SWEEP))
            elif int(await self._redis.hget(self._key(f"lane:{channel}"), "failures") or 0) >= DOWN_FROM:
                moved += int(await self._run("give_up", channel, GIVE_UP_MS, _SWEEP))
        return moved

    async def _finish(self, channel: str, outcome: str, why: str, again_ms: int, entries: Sequence[Entry]) -> int:
        ids = [entry.notice.id for entry in entries]
        return int(await self._run("finish", channel, outcome, why, again_ms, GIVE_UP_MS, DOWN_FROM, *ids))

    def _key(self, name: str) -> str:
        return f"{self._prefix}outbox:{name}"

    def _run(self, script: str, *args: str | int) -> Awaitable[Any]:
        return cast("Awaitable[Any]", self._scripts[script](keys=[self._prefix], args=[to_ms(self._clock.now()), *args]))
