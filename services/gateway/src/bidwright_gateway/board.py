"""
The board: all lots in memory, kept fresh by following the event stream.

Broadcasts are made from it, and reads while Redis is away. It never trusts an event's content: it re-reads what was touched.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bidwright.clock import Clock, to_ms
from bidwright.errors import StoreDown
from bidwright.post_mortem import post_mortem
from bidwright.records import GroupRecord, IntentRecord, LotRecord, Records
from bidwright.runtime import streams
from bidwright_gateway import memory

Lots = dict[str, LotRecord]
_CATCH_UP_S = 0.1
"""How long a read waits for the picture to hear of what was changed just now."""
_MOST_BETWEEN = 2000
"""Events that are told one by one after the store was away."""


@dataclass(frozen=True, slots=True)
class Change:
    """
    One lot before and after: *old* is None for a new one, *new* for one that was purged.
    """

    old: LotRecord | None
    new: LotRecord | None


@dataclass(frozen=True, slots=True)
class Service:
    """
    The switches, the money and the site's health, as stored: kill record, session, the total budget in cents, breaker, format.
    """

    kill: dict[str, str] = field(default_factory=dict)
    session: dict[str, str] = field(default_factory=dict)
    total: dict[str, str] = field(default_factory=dict)
    shift_ms: int = 0
    """Wall time minus steady time: turns the steady times of records into times for people."""
    breaker: dict[str, str] = field(default_factory=dict)
    format: dict[str, str] = field(default_factory=dict)
    plugins: int = 0
    """Counts the changes of plugins."""
    groups: dict[str, GroupRecord] = field(default_factory=dict)
    """Every group there is, by its id."""

    @property
    def live(self) -> bool:
        """True when the service may bid real money."""
        return self.kill.get("live") == "1"

    @property
    def said(self) -> tuple[dict[str, str] | int, ...]:
        """All of it but the clocks, which always move on."""
        return (self.kill, self.session, self.total, self.breaker, self.format, self.plugins)

    @property
    def halted(self) -> bool:
        """True when nothing may be bid; an absent record means halted."""
        return self.kill.get("state") != "run"


@dataclass(frozen=True, slots=True)
class News:
    """
    What one batch of events brought.
    """

    changes: list[Change]
    intents: list[IntentRecord]
    kinds: list[str]
    service: bool
    events: list[streams.Event] = field(default_factory=list)
    """Every event behind the last one that was told, in order."""
    anew: str = ""
    """Set when that is not known: what is told from now on comes behind this event."""


class Board:
    """
    The picture of all lots. *retention_ms*: how long an ended lot stays listed.
    """

    def __init__(self, redis: Redis, records: Records, clock: Clock, retention_ms: int) -> None:
        self._redis: Any = redis
        self._records, self._clock, self._retention = records, clock, retention_ms
        self._waiters: dict[str, set[asyncio.Event]] = {}
        self.lots: Lots = {}
        self.service = Service()
        self.loaded = False
        self.fresh_at: float | None = None
        self.down_since: float | None = clock.monotonic()
        self.listeners: list[Callable[[News], None]] = []
        self.endings: dict[str, str] = {}
        """How the lots that ended did so, by lot."""
        self.place = ""
        """The last event that was told."""
        self._kept = ""
        self._moved = asyncio.Event()

    @property
    def up(self) -> bool:
        """True while Redis answers."""
        return self.down_since is None

    @property
    def mode(self) -> str:
        """What the service is in, as clients call it."""
        return "live" if self.service.live else "dry-run"

    @property
    def age_s(self) -> float:
        """Seconds since the picture was known to be whole; 0 while Redis answers."""
        if self.up or self.fresh_at is None:
            return 0.0
        return self._clock.monotonic() - self.fresh_at

    async def follow(self) -> None:
        """Load everything, then follow the stream until Redis goes away. Raises redis errors."""
        try:
            after = await streams.last_id(self._redis, self._records.prefix)
            lots = await self._load()
            service = await self._service()
            changes = self._differences(lots) if self.loaded else await self._missed(lots)
            between = await self._between(self.place, after) if self.loaded else None
            self.lots, self.service, self.loaded = lots, service, True
            self._is_up()
            self.place = after
            self._tell(News(changes, [], [], service=True, events=between or [], anew="" if between is not None else after))
            async for events in streams.tail(self._redis, after=after, prefix=self._records.prefix):
                self._is_up()
                if events:
                    await self._take(events)
                    self.place = events[-1].id
                    self._moved.set()
        except BaseException:
            if self.up:
                self.down_since = self._clock.monotonic()
            raise

    async def keep_place(self) -> None:
        """Write down how far was told, for the next start; only when it has changed. Raises redis errors."""
        place = self.place
        if place != self._kept:
            await self._redis.set(f"{self._records.prefix}gw:last", place)
            self._kept = place

    def lost(self, error: Exception) -> None:
        """Redis did not answer somebody: until the log is heard again, requests are answered from memory without asking it."""
        if self.up and memory.means_away(error):
            self.down_since = self._clock.monotonic()

    @property
    def away(self) -> bool:
        """True while Redis is known to be away and there is a picture in memory."""
        return self.loaded and not self.up

    async def read(self) -> Lots:
        """All lots as Redis has them now; the picture in memory while Redis is away. Raises StoreDown when there is none."""
        if self.away:
            return self.remembered()
        try:
            return await self._load()
        except RedisError as error:
            self.lost(error)
            return self.remembered(error)

    async def current(self) -> Lots:
        """
        All lots as Redis has them now. The picture in memory when it has heard of everything, which costs one short question however
        many lots there are; while Redis is away, as remembered. Raises StoreDown when nothing was ever read.
        """
        if self.away:
            return self.remembered()
        try:
            last = streams.place(await streams.last_id(self._redis, self._records.prefix))
            end = self._clock.monotonic() + _CATCH_UP_S
            while self.loaded and streams.place(self.place) < last and (left := end - self._clock.monotonic()) > 0:
                await ring(self._moved, left)
            return self.lots if self.loaded and streams.place(self.place) == last else await self._load()
        except RedisError as error:
            self.lost(error)
            return self.remembered(error)

    def remembered(self, error: Exception | None = None) -> Lots:
        """The picture in memory. Raises StoreDown when nothing was ever read."""
        if not self.loaded:
            raise StoreDown(str(error)) from error
        memory.used()
        return self.lots

    async def read_service(self) -> Service:
        """Switches and money as Redis has them now; as remembered while it is away."""
        if not self.away:
            try:
                return await self._service()
            except RedisError as error:
                self.lost(error)
        memory.used()
        return self.service

    async def learn_groups(self) -> None:
        """Read the groups anew, so that the next answer shows what was just changed."""
        self.service = await self.read_service()

    def group_of(self, lot: LotRecord) -> tuple[GroupRecord, int] | None:
        """The lot's group and how many of it are won in the lot's mode; None without one."""
        group = self.service.groups.get(lot.group) if lot.group else None
        if group is None:
            return None
        return group, group.won((one for one in self.lots.values() if one.group == group.id), lot.mode)

    async def look_at_service(self) -> None:
        """Read switches and money again, and tell when they changed without an event. Raises redis errors."""
        service = await self._service()
        if service.said != self.service.said:
            self.service = service
            self._tell(News([], [], [], service=True))

    def listed(self, lots: Iterable[LotRecord] | None = None) -> list[LotRecord]:
        """What clients see: watched lots, those that ended a short while ago, by close time."""
        return sorted(self.visible(lots), key=lambda lot: (lot.final, lot.close or 1 << 60, lot.id))

    def visible(self, lots: Iterable[LotRecord] | None = None) -> list[LotRecord]:
        """The same in no order, for those who look often."""
        limit = to_ms(self._clock.now()) - self._retention
        return [lot for lot in (self.lots.values() if lots is None else lots) if lot.watched and (not lot.final or lot.ended_at > limit)]

    def standing(self, lots: Iterable[LotRecord] | None = None) -> list[LotRecord]:
        """Lots nobody watches any more, on which our bid still stands."""
        found = self.lots.values() if lots is None else lots
        return [lot for lot in found if lot.standing]

    @asynccontextmanager
    async def bell(self, lot_id: str) -> AsyncIterator[asyncio.Event]:
        """An event that is set whenever something happened to the lot."""
        event = asyncio.Event()
        self._waiters.setdefault(lot_id, set()).add(event)
        try:
            yield event
        finally:
            self._waiters[lot_id].discard(event)
            if not self._waiters[lot_id]:
                del self._waiters[lot_id]

    async def _take(self, events: list[streams.Event]) -> None:
        ids = list(dict.fromkeys(e.lot_id for e in events if e.lot_id))
        touched = {key for e in events for key in e.changes}
        found = {lot.id: lot for lot in await self._records.lots(ids)} if ids else {}
        await self._learn(found.values())
        changes = [Change(self.lots.get(i), found.get(i)) for i in ids]
        intents = await self._intents([key.removeprefix("intent:") for key in touched if key.startswith("intent:")])
        about_service = any(key in ("kill", "session", "cb", "format") or key.startswith(("budget:", "group:")) for key in touched) or any(
            not e.lot_id for e in events
        )
        if about_service:
            self.service = await self._service()
        for change, lot_id in zip(changes, ids, strict=True):
            if change.new:
                self.lots[lot_id] = change.new
            else:
                self.lots.pop(lot_id, None)
                self.endings.pop(lot_id, None)
        self._tell(News(changes, intents, [e.kind for e in events], about_service, events))
        for lot_id in ids:
            for event in self._waiters.get(lot_id, ()):
                event.set()

    async def _missed(self, lots: Lots) -> list[Change]:
        """The closes of *lots* that came after the last event that a gateway told: nobody was there to tell them."""
        last = await self._redis.get(f"{self._records.prefix}gw:last")
        if not last:
            return []
        closed: dict[str, LotRecord] = {}
        async for events in streams.since(self._redis, after=last, prefix=self._records.prefix):
            for e in events:
                if e.lot_id in lots and lots[e.lot_id].final and e.changes.get(f"lot:{e.lot_id}", {}).get("final") == "1":
                    closed[e.lot_id] = lots[e.lot_id]
        return [Change(None, lot) for lot in closed.values()]

    async def _between(self, last: str, after: str) -> list[streams.Event] | None:
        """The events behind *last* up to *after*; None when some may be missing or the store is another one. Raises redis errors."""
        first = await self._redis.xrange(f"{self._records.prefix}ev", count=1)
        begin, end = streams.place(last), streams.place(after)
        if begin > end or (begin < end and (not first or streams.place(first[0][0]) > begin)):
            return None
        found: list[streams.Event] = []
        async for events in streams.since(self._redis, after=last, prefix=self._records.prefix):
            found += [event for event in events if streams.place(event.id) <= end]
            if len(found) > _MOST_BETWEEN or streams.place(events[-1].id) >= end:
                break
        return found if len(found) <= _MOST_BETWEEN else None

    def _tell(self, news: News) -> None:
        for listener in self.listeners:
            listener(news)

    def _differences(self, lots: Lots) -> list[Change]:
        ids = self.lots.keys() | lots.keys()
        pairs = ((self.lots.get(i), lots.get(i)) for i in ids)
        return [Change(old, new) for old, new in pairs if old != new]

    def _is_up(self) -> None:
        self.fresh_at, self.down_since = self._clock.monotonic(), None

    async def _load(self) -> Lots:
        ids = [*await self._records.open_ids(), *await self._records.gone_ids()]
        found = {lot.id: lot for lot in await self._records.lots(list(dict.fromkeys(ids)))} if ids else {}
        await self._learn(found.values())
        return found

    async def _learn(self, lots: Iterable[LotRecord]) -> None:
        """Find out how those that ended did so, once for each."""
        for lot in lots:
            if lot.final and lot.id not in self.endings:
                intents, history = await self._records.intents(lot.id), await self._records.history(lot.id)
                self.endings[lot.id] = post_mortem(lot, intents, history, await self._records.holds(lot.id))

    async def _intents(self, ids: list[str]) -> list[IntentRecord]:
        found = [await self._records.intent(i) for i in ids]
        return [intent for intent in found if intent]

    async def _service(self) -> Service:
        prefix = self._records.prefix
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.hgetall(f"{prefix}kill")
            pipe.hmget(f"{prefix}session", ["state", "why", "checked_at"])
            pipe.hgetall(f"{prefix}budget:total")
            pipe.hmget(f"{prefix}steady", ["wall", "now"])
            pipe.hgetall(f"{prefix}cb")
            pipe.hgetall(f"{prefix}format")
            pipe.get(f"{prefix}plugins:n")
            kill, session, total, (wall, now), breaker, broken, plugins = await pipe.execute()
        groups = {group.id: group for group in await self._records.groups()}
        named = zip(("state", "why", "checked_at"), session, strict=True)
        shift = round(float(wall) - float(now)) if wall and now else 0
        return Service(
            dict(kill), {k: v for k, v in named if v}, dict(total), shift, dict(breaker), dict(broken), int(plugins or 0), groups
        )


async def ring(event: asyncio.Event, within_s: float) -> bool:
    """Wait for the bell at most *within_s*; True when it rang."""
    with suppress(TimeoutError):
        async with asyncio.timeout(max(0.0, within_s)):
            await event.wait()
    rang = event.is_set()
    event.clear()
    return rang
