"""Conditions: what holds for all lots at once: kill switch, service mode, session, the site's and the store's health."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from redis.asyncio import Redis

from bidwright import Clock
from bidwright.records import LotRecord, Records
from bidwright.runtime.logging import get_logger
from bidwright.runtime.store import complaints

log = get_logger(__name__)
_FRESH_S = 0.5
_CHECK_STORE_S = 60.0
Check = Callable[[Redis], Awaitable[list[str]]]


class Conditions:
    """
    The switches as they were at most half a second ago. RESERVE and CLAIM check them again; this is for telling early.
    """

    def __init__(self, records: Records, redis: Redis, clock: Clock, check: Check = complaints, *, simulated: bool = False) -> None:
        self._simulated = simulated
        self._records, self._redis, self._clock, self._check = records, redis, clock, check
        self._looked = self._checked = float("-inf")
        self.halted, self.live, self.session = True, False, ""
        self.breaker, self.format_trouble = "closed", ""
        self.complaints: list[str] = []
        self.changes = 0
        """Counts how often something changed."""

    async def refresh(self) -> None:
        """Look again if the last look is old. Raises redis errors."""
        now = self._clock.monotonic()
        if now - self._looked < _FRESH_S:
            return
        before = self._all()
        kill, session, breaker, broken = await self._records.switches()
        self.halted, self.live = kill.get("state") != "run", kill.get("live") == "1"
        self.session = session.get("state", "")
        self.breaker = breaker.get("state", "closed")
        self.format_trouble = broken.get("why", "it changed") if broken.get("state") == "broken" else ""
        if now - self._checked >= _CHECK_STORE_S:
            found = await self._check(self._redis)
            if found != self.complaints:
                log.warning("store.unfit" if found else "store.fit", why="; ".join(found))
            self.complaints, self._checked = found, now
        self._looked = now
        self.changes += before != self._all()

    def _all(self) -> tuple[object, ...]:
        return (self.halted, self.live, self.session, self.breaker == "closed", self.format_trouble, self.complaints)

    def real(self, lot: LotRecord) -> bool:
        """Whether a bid on *lot* would be real money: neither on paper nor on the simulated site."""
        return lot.mode == "live" and not self._simulated

    @property
    def only_shown(self) -> str:
        """Why nothing is bid on a lot of which only reads without our account's part have been told."""
        if self.session == "ok":
            return "only a list has shown it so far; it is read in full before its close"
        return "the site shows this lot without your account: log in there and send the session again"

    def obstacle(self, lot: LotRecord) -> str:
        """The first reason why nothing may be bid on *lot* now, as a word of refusals.TABLE; empty when there is none."""
        if self.halted:
            return "halted"
        if lot.mode == "live" and (word := self._live_obstacle()):
            return word
        if self.breaker != "closed":
            return "breaker"
        if lot.shown.get("allowed") == "0":
            return "not-allowed"
        return ""

    def _live_obstacle(self) -> str:
        """What stands in the way of real money only."""
        if not self.live:
            return "service-mode"
        if self.session != "ok":
            return "session"
        if self.complaints:
            return "store"
        return "format" if self.format_trouble else ""
