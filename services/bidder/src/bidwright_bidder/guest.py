"""A guest: one plugin that is not ours, its version that runs, and the host it runs in."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from bidwright import Clock
from bidwright.clock import to_ms
from bidwright.errors import PluginError
from bidwright.runtime.host.messages import Ask, Offer, Said
from bidwright.runtime.host.process import Host, HostError, Nursery
from bidwright.runtime.logging import get_logger
from bidwright.runtime.vitals import vitals
from bidwright.versions import DROPIN, Version

log = get_logger(__name__)
LIMIT_S = 0.25
"""How long a decision may take."""
STRIKES, _STRIKES_WITHIN_S = 3, 3600.0
"""A version that failed this often within an hour goes into quarantine."""
_IDLE_S = 600.0
"""A host that was asked nothing for so long, and whose strategies wait for nothing, is ended; it is started again when it is needed."""
_TRIES = 4
_WAIT_S = 1.0
"""Longest that a question waits for its turn: a lot that waits holds a place of the worker's, which others need."""
_START_AGAIN_S = 3.0

Quarantine = Callable[["Guest", str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Card:
    """
    A plugin as people see it. *door*: built-in, installed or drop-in; *live*: the version that runs may bid real money.
    """

    name: str
    door: str
    sha: str = ""
    place: str = ""
    strategies: list[str] = field(default_factory=list)
    hooks: list[str] = field(default_factory=list)
    problem: str = ""
    off: str = ""
    quarantine: str = ""
    live: bool = False


class Guest:
    """
    What is known of the plugin *name*. The guard's side of it (``off``, ``held``, ``live``) is the store's word, kept here as last read.
    """

    def __init__(self, name: str, nursery: Nursery, clock: Clock, quarantine: Quarantine, *, limit_s: float = LIMIT_S) -> None:
        self.name = name
        self.version: Version | None = None
        self.offers: dict[str, Offer] = {}
        self.hooks: list[str] = []
        self.problem = ""
        """What is wrong with its code as it stands now; the last good version goes on."""
        self.refused = False
        """Whether its newest version is not the one that runs."""
        self.off = self.live = self.held = self.held_why = ""
        self.strikes: deque[tuple[float, str]] = deque(maxlen=STRIKES)
        self._nursery, self._clock, self._quarantine, self._limit_s = nursery, clock, quarantine, limit_s
        self.stored_hooks: list[str] = []
        """What the last good version answered, by the store's word: a guard that cannot be loaded is still missed."""
        self._host: Host | None = None
        self._failed: tuple[float, PluginError] | None = None
        self._closed = False
        self._ending: set[asyncio.Task[None]] = set()
        self._starting = asyncio.Lock()
        self._needed_until = float("-inf")

    @property
    def sha(self) -> str:
        """The hash of the version that runs; empty when none does."""
        return self.version.sha if self.version else ""

    @property
    def trouble(self) -> str:
        """What its owner should see to; empty when all is well. A plugin that was disabled is as its owner wants it."""
        if self.off:
            return ""
        goes_on = "; the version before goes on" if self.refused and self.version else ""
        if self.problem:
            return f"{self.problem}{goes_on}"
        return f"in quarantine after {STRIKES} failures ({self.held_why})" if self.held and self.held == self.sha else ""

    @property
    def barred(self) -> str:
        """Why it is not asked at all; empty when it is."""
        if self.off:
            return f"its plugin {self.name} is disabled ({self.off}); `bidwright plugin enable {self.name}` takes it back"
        if self.held and self.held == self.sha:
            return (
                f"its plugin {self.name} failed {STRIKES} times and is in quarantine ({self.held_why}); "
                f"mend it, or `bidwright plugin enable {self.name}`"
            )
        return ""

    @property
    def barred_from_money(self) -> str:
        """Why this version may not bid real money; empty when it may."""
        if self.live == self.sha:
            return ""
        return f"version {self.sha[:12]} of its plugin {self.name} was not allowed real money yet: `bidwright plugin enable {self.name}`"

    def card(self) -> Card:
        """What a person wants to know of it."""
        held = self.held_why if self.held and self.held == self.sha else ""
        return Card(
            self.name,
            "drop-in" if self.name.startswith(DROPIN) else "installed",
            self.sha,
            self.version.place if self.version else "",
            sorted(self.offers),
            self.hooks,
            self.problem,
            self.off,
            held,
            bool(self.sha) and self.live == self.sha,
        )

    async def adopt(self, version: Version) -> None:
        """
        Check *version* and let it take over between two questions. Raises PluginError when it cannot be used: the old one goes on.
        """
        host = await self._nursery.checked(version)
        if not host.hooks:
            await host.end()
            raise PluginError(self.name, f"{version.place}: answers no hook; is a @hookimpl missing?")
        async with self._starting:  # nobody may be starting the old version meanwhile: it would answer in the new one's name
            old, self._host, self.version = self._host, host, version
            self.offers, self.hooks = {offer.name: offer for offer in host.offers}, host.hooks
            self.problem, self.refused, self._failed = "", False, None
            self.strikes.clear()
            self._use_until(self._clock.monotonic() + _IDLE_S)
        if old is not None:
            self._let_end(old)

    async def ask(self, ask: Ask) -> tuple[Said, str]:
        """
        Its answer, and the hash of the version that gave it; kind ``failed`` when there is no proper one.

        What the code does wrong is a strike. What it cannot help is none: a question that was only waiting when the host fell to another
        one is asked again, one that waited too long is told so, and where no process can be started it is the machine's fault.
        """
        for _ in range(_TRIES):
            if why := "it was taken away" if self._closed else self.barred:
                return Said("failed", why), ""
            try:
                host = await self._ready()
                return await self._heard(host, await host.ask(ask, self._limit_s, wait_s=_WAIT_S)), host.sha
            except PluginError as error:
                return Said("failed", error.reason), ""
            except HostError as error:
                if error.busy:
                    return Said("failed", f"its plugin {self.name} is busy with other lots"), host.sha
                if not error.before:
                    return await self._struck(host.sha, str(error)), host.sha
        return Said("failed", "its process fell while others were asking it"), ""

    async def _heard(self, host: Host, said: Said) -> Said:
        """An answer that came; one that is none costs the host."""
        if said.printed:
            log.info("plugin.printed", plugin=self.name, text=said.printed)
        if said.kind == "failed":
            self._let_end(host)  # whatever it left behind in its memory goes with it
            return await self._struck(host.sha, said.why)
        self._use_until(self._clock.monotonic() + _IDLE_S + self._waits(said.until))
        return said

    async def rest(self) -> None:
        """End the host if nothing was asked for long and nothing is waited for."""
        if self._host is not None and self._clock.monotonic() > self._needed_until:
            host, self._host = self._host, None
            self._let_end(host)

    async def close(self) -> None:
        """End every host, and start none any more."""
        self._closed = True
        async with self._starting:
            host, self._host = self._host, None
        if host is not None:
            await host.end()
        await asyncio.gather(*self._ending, return_exceptions=True)

    async def _ready(self) -> Host:
        async with self._starting:
            if self._closed or self.version is None:
                raise PluginError(self.name, "no version of it runs")
            if self._host is None or not self._host.alive:
                if self._failed is not None and self._clock.monotonic() - self._failed[0] < _START_AGAIN_S:
                    raise self._failed[1]
                try:
                    self._host = await self._nursery.host(self.version)
                except PluginError as error:
                    log.warning("plugin.not_started", plugin=self.name, why=error.reason)
                    self._failed = (self._clock.monotonic(), error)
                    raise
            return self._host

    def _let_end(self, host: Host) -> None:
        """End *host* after the question that it is at, without anybody waiting for that."""
        task = asyncio.create_task(host.retire(), name=f"end of {self.name}")
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)

    def _waits(self, until: datetime | None) -> float:
        return max(0.0, (to_ms(until) - to_ms(self._clock.now())) / 1000) if until else 0.0

    def _use_until(self, at: float) -> None:
        self._needed_until = max(self._needed_until, at)

    async def _struck(self, sha: str, why: str) -> Said:
        if sha != self.sha:
            return Said("failed", why)  # another version has taken over meanwhile; this is not its doing
        now = self._clock.monotonic()
        self.strikes.append((now, why))
        vitals().strikes.labels(self.name).inc()
        log.warning("plugin.strike", plugin=self.name, why=why, strikes=len(self.strikes), sha=sha[:12])
        if len(self.strikes) == STRIKES and now - self.strikes[0][0] <= _STRIKES_WITHIN_S and self.held != sha:
            self.held, self.held_why = sha, why
            vitals().quarantines.labels(self.name).inc()
            await self._quarantine(self, why)
        return Said("failed", why)


def taken(guests: Iterable[Guest], strategy: str) -> Guest | None:
    """The first of *guests* that offers *strategy*."""
    return next((guest for guest in guests if strategy in guest.offers), None)
