"""Foreign: the plugins that are not ours. Drop-in files are watched, checked and swapped; installed ones are looked up at the start."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import suppress
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import msgspec
from redis.exceptions import RedisError

from bidwright import Clock
from bidwright.errors import PluginError, StoreDown
from bidwright.runtime.host.process import NoProcess, Nursery
from bidwright.runtime.logging import get_logger
from bidwright.runtime.pace import pause
from bidwright.transitions import Transitions
from bidwright.versions import DROPIN, Version, dropins, installed, stamp
from bidwright_bidder.guest import LIMIT_S, Guest, taken

log = get_logger(__name__)
LOOK_S = 0.5
"""Pause between two looks at the folder. A change counts once two looks in a row found the same: an editor may be writing."""
_AGAIN_S = 10.0
_BY = "bidder"


class Foreign:
    """
    All guests, in the order of their names: installed ones first.

    *points* are the entry points of foreign packages that the operator named; *disabled* are names that are never loaded; *reserved* are
    names of built-in strategies; *limit_s* is how long a decision may take.
    """

    def __init__(
        self,
        transitions: Transitions,
        clock: Clock,
        nursery: Nursery,
        *,
        folder: Path | None,
        points: Sequence[EntryPoint] = (),
        disabled: Iterable[str] = (),
        reserved: Iterable[str] = (),
        limit_s: float = LIMIT_S,
    ) -> None:
        self._transitions, self._clock, self._nursery = transitions, clock, nursery
        self._folder, self._points, self._disabled = folder, list(points), set(disabled)
        self._reserved, self._limit_s = set(reserved), limit_s
        self._redis: Any = transitions.redis
        self._guests: dict[str, Guest] = {}
        self._seen: dict[str, str] = {}
        self._tried: dict[str, str] = {}
        self._gone: dict[str, str] = {}
        self._untold: deque[dict[str, Any]] = deque()
        self._stamps: dict[str, tuple[object, Version]] = {}
        self._not_before: dict[str, float] = {}
        self._unlisted = False
        self.looked = folder is None and not points
        """Whether the first look is over: before it, a strategy that is missing may only not be loaded yet."""

    def __iter__(self) -> Iterator[Guest]:
        return iter(tuple(self._guests.values()))  # others come and go while somebody asks these

    def offering(self, strategy: str) -> Guest | None:
        """The guest that offers *strategy*, if it has not the name of a built-in one."""
        return None if strategy in self._reserved else taken(self, strategy)

    def named(self, plugin: str) -> Guest | None:
        """The guest of that name."""
        return self._guests.get(plugin)

    def went_with(self, strategy: str) -> str:
        """The plugin that offered *strategy* until its file was taken away; empty when there was none."""
        return self._gone.get(strategy, "")

    async def step(self) -> None:
        """One look at the folder, after a moment. Raises redis errors and StoreDown."""
        await pause(self._clock, LOOK_S)
        await self.look()

    async def listen(self) -> None:
        """What the owner and other replicas say, after a moment: not held up by code that is just being checked. Raises redis errors."""
        await pause(self._clock, LOOK_S)
        await self.hear()

    async def look(self) -> None:
        """Find what changed and act on it. Raises redis errors and StoreDown."""
        found, listed = await asyncio.to_thread(self._found)
        await self.hear()
        for name, version in found.items():
            mark = version.sha if isinstance(version, Version) else version.reason
            steady, self._seen[name] = self._seen.get(name) == mark or not self.looked, mark
            if steady and self._tried.get(name) != mark and self._clock.monotonic() >= self._not_before.get(name, 0.0):
                self._tried[name] = mark
                await self._take(name, version)
        if listed:  # a folder that cannot be read says nothing about what is in it
            for name in [name for name in self._guests if name not in found]:
                if self._seen.pop(name, None) is None or not self.looked:  # missing in two looks: it was not just being replaced
                    await self._let_go(name)
            if not self.looked:
                await self._forget_the_missing(found)
        for guest in self:
            await guest.rest()
        self.looked = True

    async def hear(self) -> None:
        """Take in what the store says of each guest, and tell it what it missed. Raises redis errors and StoreDown."""
        for guest in self:
            await self._word(guest)
        while self._untold:
            await self._transitions.plugin(**self._untold[0])
            self._untold.popleft()

    async def quarantine(self, guest: Guest, why: str) -> None:
        """Tell all replicas and the owner. A store that is away is told later: here the guest is barred already."""
        log.error("plugin.quarantined", plugin=guest.name, sha=guest.sha[:12], why=why)
        await self._tell(what="held", name=guest.name, value=guest.sha, more=why)

    async def close(self) -> None:
        """End every host."""
        for guest in self:
            await guest.close()
        await self._nursery.close()

    async def _tell(self, **words: Any) -> None:
        """Tell the store, in order; what it cannot hear now it hears later."""
        self._untold.append({"by": _BY, **words})
        with suppress(StoreDown, RedisError):
            await self.hear()

    def _found(self) -> tuple[dict[str, Version | PluginError], bool]:
        """What is there by name, and whether the folder could be listed."""
        found: dict[str, Version | PluginError] = {}
        for point in self._points:
            try:
                found[point.name] = self._installed(point)
            except Exception as error:  # noqa: BLE001 - whatever is wrong with a distribution's record
                found[point.name] = PluginError(point.name, f"{point.value}: {error}")
        listed = True
        try:
            for one in dropins(self._folder):
                found[one.plugin] = one
        except OSError as error:
            listed = False
            if not self._unlisted:
                log.warning("plugins.folder_unread", folder=str(self._folder), why=error.strerror or str(error))
        self._unlisted = not listed
        return {name: one for name, one in found.items() if not {name, name.removeprefix(DROPIN)} & self._disabled}, listed

    def _installed(self, point: EntryPoint) -> Version:
        now = stamp(point)
        known = self._stamps.get(point.name)
        if known is None or known[0] != now:
            known = self._stamps[point.name] = (now, installed(point))
        return known[1]

    async def _take(self, name: str, found: Version | PluginError) -> None:
        guest = self._guests.get(name)
        if guest is None:
            guest = Guest(name, self._nursery, self._clock, self.quarantine, limit_s=self._limit_s)
            await self._word(guest)
            self._guests = dict(sorted({**self._guests, name: guest}.items(), key=lambda item: (item[0].startswith(DROPIN), item[0])))
        try:
            if isinstance(found, PluginError):
                raise found
            await guest.adopt(found)
        except PluginError as error:
            guest.problem, guest.refused = error.reason, True
            log.warning("plugin.refused", plugin=name, why=error.reason, goes_on=guest.sha[:12])
            if isinstance(error, NoProcess):  # not its doing: it is tried again
                del self._tried[name]
                self._not_before[name] = self._clock.monotonic() + _AGAIN_S
            if guest.version is None:
                await self._last_good(guest)
            await self._tell(what="bad", name=name, value=error.reason[:1000])
            return
        for strategy in guest.offers:
            self._gone.pop(strategy, None)
        guest.problem = self._clash(guest)
        log.info("plugin.loaded", plugin=name, sha=guest.sha[:12], strategies=sorted(guest.offers), hooks=guest.hooks)
        text = "" if found.target else msgspec.json.encode(found).decode()
        await self._tell(what="good", name=name, value=found.sha, more=text, hooks=guest.hooks, strategies=sorted(guest.offers))

    def _clash(self, guest: Guest) -> str:
        """What is wrong with the names of its strategies; the first that brought a name keeps it."""
        for strategy in guest.offers:
            other = "a built-in" if strategy in self._reserved else getattr(taken(self, strategy), "name", guest.name)
            if other != guest.name:
                return f"strategy {strategy!r} is taken by {other}; this one is left out"
        return ""

    async def _last_good(self, guest: Guest) -> None:
        """After a start: what ran before the code went bad runs on. Raises redis errors: then it is tried again."""
        try:
            text = await self._redis.hget(self._key(guest.name), "text")
        except RedisError:
            self._tried.pop(guest.name, None)
            raise
        if not text:
            return
        problem = guest.problem
        with suppress(PluginError, msgspec.MsgspecError):
            await guest.adopt(msgspec.json.decode(text, type=Version))
            log.info("plugin.goes_on", plugin=guest.name, sha=guest.sha[:12])
        guest.problem, guest.refused = problem, True

    async def _let_go(self, name: str) -> None:
        guest = self._guests[name]
        self._guests = {other: one for other, one in self._guests.items() if other != name}
        self._tried.pop(name, None)
        self._gone |= dict.fromkeys(guest.offers, name)
        await guest.close()
        log.info("plugin.removed", plugin=name)
        await self._tell(what="gone", name=name)

    async def _forget_the_missing(self, found: Container[str]) -> None:
        """What was taken away, or disabled in the settings, while no bidder ran. Raises redis errors."""
        for name in await self._redis.smembers(f"{self._transitions.prefix}plugins"):
            if name not in found and await self._redis.hget(self._key(name), "sha"):
                await self._tell(what="gone", name=name)

    async def _word(self, guest: Guest) -> None:
        """What the owner and other replicas said of it. Raises redis errors."""
        live, off, held, why, hooks = await self._redis.hmget(self._key(guest.name), ("live", "off", "held", "why", "hooks"))
        if guest.held and not held and not self._untold:
            guest.strikes.clear()  # released: it gets as many chances as a new one
        guest.live, guest.off, guest.stored_hooks = live or "", off or "", (hooks or "").split(",")
        if not self._untold:  # else what is known here is newer
            guest.held, guest.held_why = held or "", why or ""

    def _key(self, name: str) -> str:
        return f"{self._transitions.prefix}plugin:{name}"
