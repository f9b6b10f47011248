"""Foreign: the plugins that are not ours. Drop-in files are watched, checked and swapped; installed ones are looked up at the start."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import msgspec
from redis.exceptions import RedisError

from bidwright import Clock
from bidwright.errors import PluginError, StoreDown
from bidwright.runtime.host.process import Nursery
from bidwright.runtime.logging import get_logger
from bidwright.transitions import Transitions
from bidwright.versions import DROPIN, Version, dropins, installed
from bidwright_bidder.guest import LIMIT_S, Guest, taken

log = get_logger(__name__)
LOOK_S = 0.4
"""Pause between two looks at the folder. A change counts once two looks in a row found the same: an editor may be writing."""
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
        self._untold: dict[str, str] = {}
        self.looked = folder is None and not points
        """Whether the first look is over: before it, a strategy that is missing may only not be loaded yet."""

    def __iter__(self) -> Iterator[Guest]:
        return iter(self._guests.values())

    def offering(self, strategy: str) -> Guest | None:
        """The guest that offers *strategy*, if it has not the name of a built-in one."""
        return None if strategy in self._reserved else taken(self._guests.values(), strategy)

    def named(self, plugin: str) -> Guest | None:
        """The guest of that name."""
        return self._guests.get(plugin)

    def went_with(self, strategy: str) -> str:
        """The plugin that offered *strategy* until its file was taken away; empty when there was none."""
        return self._gone.get(strategy, "")

    async def step(self) -> None:
        """One look at folder and store, after a moment. Raises redis errors and StoreDown."""
        await self._clock.sleep(LOOK_S)
        await self.look()

    async def look(self) -> None:
        """Find what changed and act on it; then take in what the store says of each guest. Raises redis errors and StoreDown."""
        found = await asyncio.to_thread(self._found)
        for name, version in found.items():
            mark = version.sha if isinstance(version, Version) else version.reason
            steady, self._seen[name] = self._seen.get(name) == mark or not self.looked, mark
            if steady and self._tried.get(name) != mark:
                self._tried[name] = mark
                await self._take(name, version)
        for name in [name for name in self._guests if name not in found]:
            if self._seen.pop(name, None) is None or not self.looked:  # missing in two looks: it was not just being replaced
                await self._let_go(name)
        await self._words()
        for guest in self._guests.values():
            await guest.rest()
        self.looked = True

    async def quarantine(self, guest: Guest, why: str) -> None:
        """Tell all replicas and the owner. A store that is away is told later: here the guest is barred already."""
        log.error("plugin.quarantined", plugin=guest.name, sha=guest.sha[:12], why=why)
        try:
            await self._transitions.plugin("held", guest.name, by=_BY, value=guest.sha, more=why)
        except StoreDown:
            self._untold[guest.name] = why

    async def close(self) -> None:
        """End every host."""
        for guest in self._guests.values():
            await guest.close()
        await self._nursery.close()

    def _found(self) -> dict[str, Version | PluginError]:
        found: dict[str, Version | PluginError] = {}
        for point in self._points:
            try:
                found[point.name] = installed(point)
            except Exception as error:  # noqa: BLE001 - whatever is wrong with a distribution's record
                found[point.name] = PluginError(point.name, f"{point.value}: {error}")
        for one in dropins(self._folder):
            found[one.plugin] = one
        return {name: one for name, one in found.items() if not {name, name.removeprefix(DROPIN)} & self._disabled}

    async def _take(self, name: str, found: Version | PluginError) -> None:
        guest = self._guests.get(name)
        if guest is None:
            guest = self._guests[name] = Guest(name, self._nursery, self._clock, self.quarantine, limit_s=self._limit_s)
            self._guests = dict(sorted(self._guests.items(), key=lambda item: (item[0].startswith(DROPIN), item[0])))
        try:
            if isinstance(found, PluginError):
                raise found
            await guest.adopt(found)
        except PluginError as error:
            guest.problem = error.reason
            log.warning("plugin.refused", plugin=name, why=error.reason, goes_on=guest.sha[:12])
            if guest.version is None:
                await self._last_good(guest)
            await self._transitions.plugin("bad", name, by=_BY, value=error.reason[:1000])
            return
        for strategy in guest.offers:
            self._gone.pop(strategy, None)
        guest.problem = self._clash(guest)
        log.info("plugin.loaded", plugin=name, sha=guest.sha[:12], strategies=sorted(guest.offers), hooks=guest.hooks)
        text = "" if found.target else msgspec.json.encode(found).decode()
        await self._transitions.plugin("good", name, by=_BY, value=found.sha, more=text, hooks=guest.hooks, strategies=sorted(guest.offers))

    def _clash(self, guest: Guest) -> str:
        """What is wrong with the names of its strategies; the first that brought a name keeps it."""
        for strategy in guest.offers:
            other = "a built-in" if strategy in self._reserved else getattr(taken(self._guests.values(), strategy), "name", guest.name)
            if other != guest.name:
                return f"strategy {strategy!r} is taken by {other}; this one is left out"
        return ""

    async def _last_good(self, guest: Guest) -> None:
        """After a start: what ran before the code went bad runs on."""
        text = await self._redis.hget(f"{self._transitions.prefix}plugin:{guest.name}", "text")
        if not text:
            return
        problem = guest.problem
        with suppress(PluginError, msgspec.MsgspecError):
            await guest.adopt(msgspec.json.decode(text, type=Version))
            log.info("plugin.goes_on", plugin=guest.name, sha=guest.sha[:12])
        guest.problem = problem

    async def _let_go(self, name: str) -> None:
        guest = self._guests.pop(name)
        self._tried.pop(name, None)
        self._gone |= dict.fromkeys(guest.offers, name)
        await guest.close()
        log.info("plugin.removed", plugin=name)
        await self._transitions.plugin("gone", name, by=_BY)

    async def _words(self) -> None:
        """What the owner and other replicas said of each guest."""
        for name in list(self._untold):
            if (guest := self._guests.get(name)) is not None:
                await self._transitions.plugin("held", name, by=_BY, value=guest.sha, more=self._untold[name])
            del self._untold[name]
        for guest in self._guests.values():
            fields = ("live", "off", "held", "why")
            try:
                live, off, held, why = await self._redis.hmget(f"{self._transitions.prefix}plugin:{guest.name}", fields)
            except RedisError as error:
                raise StoreDown(f"Redis did not answer: {error}") from error
            if guest.held and not held:
                guest.strikes.clear()  # released: it gets as many chances as a new one
            guest.live, guest.off, guest.held, guest.held_why = live or "", off or "", held or "", why or ""
