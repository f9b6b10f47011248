"""
Records: what Redis holds about a lot and an intent, read into frozen values.

Only transitions write them (bidwright.transitions); everybody may read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from sys import intern
from typing import Any, cast

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from bidwright.money import Money, Rates
from bidwright.receipt_records import HoldRecord, IntentRecord
from bidwright.stored import whole

__all__ = ["GroupRecord", "HoldRecord", "IntentRecord", "LotRecord", "Records"]


def _row(found: Any) -> dict[str, str]:
    """A hash as it came; nothing where the key holds something else, so that one key that was set by hand hides no other lot."""
    if isinstance(found, ResponseError) and "WRONGTYPE" in f"{type(found).__name__} {found}".upper():
        return {}
    if isinstance(found, Exception):
        raise found
    return cast("dict[str, str]", found)


@dataclass(frozen=True, slots=True)
class LotRecord:
    """
    One watched lot. Amounts in cents of hammer price except *allin* and *booked* (all-in); times in steady ms except
    *close*, *price_at* and *ended_at* (Unix ms; *close* is the site's own time).
    """

    id: str
    watched: bool
    armed: bool
    mode: str
    cap: int
    allin: int | None
    premium: str
    tax: str
    cap_ver: str
    strategy: str
    params: str
    group: str
    scopes: str
    ask: str
    status: str
    price: int
    price_at: int
    next_bid: int
    leading: bool
    close: int
    obs_started: int
    obs_seq: str
    shown_started: int
    settled: int
    inflight: str
    exposure: int
    booked: int
    high: int
    final: bool
    outcome: str
    ended_at: int
    say: str
    say_kind: str
    trouble: str
    trouble_kind: str
    ev: int
    pre_mark: int = 0
    pre_close: int = 0
    pre_at: int = 0
    pre_red: str = ""
    shown: Mapping[str, str] = field(default_factory=dict)
    heard: int = 0
    heard_at: int = 0
    """The price that a live event told, and when (steady ms): for display until a read that began later."""
    ending: bool = False
    """Whether there is one witness of its end: a page, a live event, or a list of open lots that leaves it out."""
    cap_by: str = ""
    """``allin``: the hammer cap is what the all-in cap leaves; empty: the owner typed it."""

    @property
    def rates(self) -> Rates | None:
        """Premium and tax of the lot, or None when they cannot be read: then nothing is bid."""
        return Rates(int(self.premium), int(self.tax)) if self.premium.isdecimal() and self.tax.isdecimal() else None

    @property
    def hammer_cap(self) -> Money:
        """The hammer limit in whole dollars: the owner's, and no more than the all-in limit leaves."""
        cap = Money.whole(max(self.cap, 0) // 100)
        return cap if self.allin is None or self.rates is None else min(cap, self.rates.hammer_cap(Money(max(self.allin, 0))))

    was_armed: bool = False
    """Whether it was armed when it ended; an ended lot is not armed any more."""
    variants: Mapping[str, str] = field(default_factory=dict)
    """Which variant of which toggle decides on it."""
    counted: frozenset[str] = frozenset()
    """Toggles whose outcome on it is entered."""

    @property
    def seen(self) -> bool:
        """True once the site said anything about the lot."""
        return self.obs_started > 0 or self.shown_started > 0

    @property
    def standing(self) -> bool:
        """Whether nobody watches it any more, but a bid of ours stands on it or is under way."""
        return not self.watched and not self.final and (self.exposure > 0 or bool(self.inflight))

    @property
    def heard_price(self) -> int:
        """The price in cents that a live event told and no read has settled yet; 0 for none. For display only."""
        unsettled = self.heard_at >= max(self.obs_started, self.shown_started)
        return self.heard if unsettled and self.heard > self.price and not self.final else 0

    @property
    def paid(self) -> int:
        """The hammer price in cents of a lot that was won: on paper what would have had to be beaten, else the site's own price."""
        return self.exposure if self.outcome == "won" and self.exposure else self.price

    @classmethod
    def from_hash(cls, lot_id: str, h: Mapping[str, str]) -> LotRecord:
        """
        Read the hash ``bw:lot:{id}``; missing fields take the value that lets nothing happen.

        Words that many lots share are kept once: a third of what a record takes, and a service may hold ten thousand of them.
        """
        return cls(
            id=lot_id,
            watched=h.get("watched") == "1",
            armed=h.get("armed") == "1",
            mode=intern(h.get("mode", "dry")),
            cap=whole(h.get("cap")),
            allin=whole(h["allin"]) if h.get("allin") else None,
            premium=intern(h.get("premium", "")),
            tax=intern(h.get("tax", "")),
            cap_ver=h.get("cap_ver", ""),
            strategy=intern(h.get("strategy", "")),
            params=intern(h.get("params", "")),
            group=intern(h.get("group", "")),
            scopes=h.get("scopes", ""),
            ask=h.get("ask", ""),
            status=intern(h.get("status", "")),
            price=whole(h.get("price")),
            price_at=whole(h.get("price_at")),
            next_bid=whole(h.get("next_bid")),
            leading=h.get("leading") == "1",
            close=whole(h.get("close")),
            obs_started=whole(h.get("obs_started")),
            obs_seq=h.get("obs_seq", ""),
            shown_started=whole(h.get("shown_started")),
            settled=whole(h.get("settled")),
            inflight=h.get("inflight", ""),
            exposure=whole(h.get("exposure")),
            booked=whole(h.get("booked")),
            high=whole(h.get("high")),
            final=h.get("final") == "1",
            outcome=intern(h.get("outcome", "")),
            ended_at=whole(h.get("ended_at")),
            say=h.get("say", ""),
            say_kind=intern(h.get("say_kind", "")),
            trouble=h.get("trouble", ""),
            trouble_kind=intern(h.get("trouble_kind", "")),
            ev=whole(h.get("ev")),
            pre_mark=whole(h.get("pre_mark")),
            pre_close=whole(h.get("pre_close")),
            pre_at=whole(h.get("pre_at")),
            pre_red=h.get("pre_red", ""),
            shown={intern(k[2:]): v for k, v in h.items() if k.startswith("x:")},
            heard=whole(h.get("heard")),
            heard_at=whole(h.get("heard_at")),
            ending=bool(h.get("heard_end") or h.get("closed_at")),
            cap_by=h.get("capby", ""),
            was_armed=h.get("was_armed") == "1",
            variants={k[2:]: v for k, v in h.items() if k.startswith("v:")},
            counted=frozenset(k[2:] for k in h if k.startswith("o:")),
        )


@dataclass(frozen=True, slots=True)
class GroupRecord:
    """
    Lots of which the owner wants *wanted*. *live* and *dry* count those with money on them: reserved, led or won.
    """

    id: str
    name: str
    wanted: int
    over: int
    live: int
    dry: int
    gone: bool

    def count(self, mode: str) -> int:
        """Lots with money on them in *mode*."""
        return self.live if mode == "live" else self.dry

    def won(self, lots: Iterable[LotRecord], mode: str) -> int:
        """How many of those are won, given every lot of the group that is known: a lot that was won and purged still counts."""
        return max(0, self.count(mode) - sum(lot.mode == mode and lot.exposure > 0 and not lot.final for lot in lots))

    @classmethod
    def from_hash(cls, group_id: str, h: Mapping[str, str]) -> GroupRecord:
        """Read the hash ``bw:group:{id}``."""
        numbers = {name: whole(h.get(name)) for name in ("wanted", "over", "live", "dry")}
        return cls(id=group_id, name=h.get("name", "") or group_id, gone=h.get("gone") == "1", **numbers)


class Records:
    """
    Reads of shared state. Raises redis errors as they are; callers at an edge turn them into StoreDown.
    """

    def __init__(self, redis: Redis, prefix: str = "bw:") -> None:
        self._redis: Any = redis  # the library types replies as bytes or text; ours are text (runtime.store.connect)
        self.prefix = prefix

    async def lot(self, lot_id: str) -> LotRecord | None:
        """One lot, or None when nothing is known of it."""
        h = await self._redis.hgetall(f"{self.prefix}lot:{lot_id}")
        return LotRecord.from_hash(lot_id, h) if h.get("cap_ver") else None

    async def lots(self, lot_ids: list[str]) -> list[LotRecord]:
        """Many lots in one round trip; those that are not known are left out, and keys that hold no record."""
        async with self._redis.pipeline(transaction=False) as pipe:
            for lot_id in lot_ids:
                pipe.hgetall(f"{self.prefix}lot:{lot_id}")
            rows = await pipe.execute(raise_on_error=False)
        return [LotRecord.from_hash(i, h) for i, h in zip(lot_ids, map(_row, rows), strict=True) if h.get("cap_ver")]

    async def open_ids(self) -> list[str]:
        """Ids of all lots that are watched, or unwatched with money still on them, by close time."""
        return list(await self._redis.zrange(f"{self.prefix}lots", 0, -1))

    async def gone_ids(self) -> list[str]:
        """Ids of lots that ended or were let go and are not purged yet, newest first."""
        return list(await self._redis.zrange(f"{self.prefix}gone", 0, -1, desc=True))

    async def intent(self, intent_id: str) -> IntentRecord | None:
        """One intent, or None."""
        h = await self._redis.hgetall(f"{self.prefix}intent:{intent_id}")
        return IntentRecord.from_hash(intent_id, h) if h else None

    async def intents(self, lot_id: str, limit: int = 100) -> list[IntentRecord]:
        """The newest *limit* intents of a lot, newest first."""
        return (await self.intents_of([lot_id], limit))[lot_id]

    async def intents_of(self, lot_ids: list[str], limit: int = 100) -> dict[str, list[IntentRecord]]:
        """The same of many lots, in two questions."""
        async with self._redis.pipeline(transaction=False) as pipe:
            for lot_id in lot_ids:
                pipe.zrange(f"{self.prefix}lot:{lot_id}:intents", 0, limit - 1, desc=True)
            ids = await pipe.execute()
        async with self._redis.pipeline(transaction=False) as pipe:
            for intent_id in (intent_id for of_lot in ids for intent_id in of_lot):
                pipe.hgetall(f"{self.prefix}intent:{intent_id}")
            rows = iter(await pipe.execute())
        found = {lot_id: [(i, next(rows)) for i in of_lot] for lot_id, of_lot in zip(lot_ids, ids, strict=True)}
        return {lot_id: [IntentRecord.from_hash(i, h) for i, h in of_lot if h] for lot_id, of_lot in found.items()}

    async def group(self, group_id: str) -> tuple[GroupRecord, list[LotRecord]]:
        """A group and every known lot of it, as they were at one instant: counts and lots agree."""
        ids = sorted(await self._redis.smembers(f"{self.prefix}members:{group_id}"))
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hgetall(f"{self.prefix}group:{group_id}")
            for lot_id in ids:
                pipe.hgetall(f"{self.prefix}lot:{lot_id}")
            group, *rows = await pipe.execute()
        lots = [LotRecord.from_hash(i, h) for i, h in zip(ids, rows, strict=True) if h.get("cap_ver") and h.get("group") == group_id]
        return GroupRecord.from_hash(group_id, group), lots

    async def group_exists(self, group_id: str) -> bool:
        """Whether there is or was a group of that name."""
        return bool(await self._redis.exists(f"{self.prefix}group:{group_id}"))

    async def groups(self) -> list[GroupRecord]:
        """All groups that the owner has not dropped, by name."""
        ids = sorted(await self._redis.smembers(f"{self.prefix}groups"))
        if not ids:
            return []
        async with self._redis.pipeline(transaction=False) as pipe:
            for group_id in ids:
                pipe.hgetall(f"{self.prefix}group:{group_id}")
            rows = await pipe.execute()
        found = [GroupRecord.from_hash(i, h) for i, h in zip(ids, rows, strict=True)]
        return sorted((group for group in found if not group.gone), key=lambda group: (group.name, group.id))

    async def most_per_bid(self) -> int | None:
        """The owner's limit for any single bid in cents, or None when there is none."""
        most = await self._redis.hget(f"{self.prefix}limits", "bid")
        return whole(most) if most else None

    async def budgets(self, scopes: Iterable[str]) -> dict[str, dict[str, str]]:
        """Limit and what is booked of each scope, as stored."""
        names = list(scopes)
        async with self._redis.pipeline(transaction=False) as pipe:
            for scope in names:
                pipe.hgetall(f"{self.prefix}budget:{scope}")
            rows = await pipe.execute()
        return dict(zip(names, rows, strict=True))

    async def kill(self) -> dict[str, str]:
        """The kill record: state, gen, by, why, live."""
        return dict(await self._redis.hgetall(f"{self.prefix}kill"))

    async def switches(self) -> tuple[dict[str, str], dict[str, str], dict[str, str], dict[str, str]]:
        """What decides on every lot, in one question: the kill record, the session's state, the breaker, the format."""
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.hgetall(f"{self.prefix}kill")
            pipe.hget(f"{self.prefix}session", "state")
            pipe.hgetall(f"{self.prefix}cb")
            pipe.hgetall(f"{self.prefix}format")
            kill, state, breaker, broken = await pipe.execute()
        return dict(kill), {"state": state or ""}, dict(breaker), dict(broken)

    async def halts_here(self) -> list[str]:
        """The files and variables on hosts that said stop within the last seconds."""
        now = await self._redis.hget(f"{self.prefix}steady", "now")
        return list(await self._redis.zrangebyscore(f"{self.prefix}halt:here", f"({now or 0}", "+inf"))

    async def session(self) -> dict[str, str]:
        """The site session: state, why, checked_at; ``sealed`` and ``kid`` are for nellis-proxy only."""
        return dict(await self._redis.hgetall(f"{self.prefix}session"))

    async def breaker(self) -> dict[str, str]:
        """The breaker that all replicas share: state, why, opened_at, trips."""
        return dict(await self._redis.hgetall(f"{self.prefix}cb"))

    async def limits(self) -> dict[str, str]:
        """The owner's limits for any single bid: ``bid`` and ``step`` in cents, ``per_minute``."""
        return dict(await self._redis.hgetall(f"{self.prefix}limits"))

    async def holds(self, lot_id: str) -> list[HoldRecord]:
        """Why a lot was held back while it was armed, oldest first; also after the lot was purged."""
        return [HoldRecord.from_row(row) for row in await self._redis.lrange(f"{self.prefix}holds:{lot_id}", 0, -1)]

    async def history(self, lot_id: str, newest: int = 0) -> list[tuple[int, int, str]]:
        """Price history of a lot: (Unix ms, cents, source), oldest first; with *newest* no more than so many, else all that is kept."""
        rows = await self._redis.lrange(f"{self.prefix}hist:{lot_id}", -newest, -1)
        return [(int(at), int(cents), source) for at, cents, source in (row.split(" ") for row in rows)]
