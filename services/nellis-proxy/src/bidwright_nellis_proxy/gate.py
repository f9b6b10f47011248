"""
The one door to the site: every request waits here for a token of the budget that all replicas share.

A bid overtakes the read before another one, which overtakes a read that settles one, which overtakes a poll. Whoever is admitted must
send at once: the promise "never more than ten in any second" is kept at the site's door. That is why a free connection is waited for
before the token, not after it.
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import count
from math import ceil, floor

from bidwright import Clock
from bidwright.errors import UpstreamBusy
from bidwright.transitions import Admitted, Transitions
from bidwright_nellis_proxy.metrics import Metrics
from bidwright_nellis_proxy.waiting import bell_or


class Purpose(IntEnum):
    """
    What a request is for. The number is its rank: a bid, the read right before one, a read that settles one, any other.
    """

    BID = 0
    DECIDE = 1
    RECONCILE = 2
    POLL = 3

    @property
    def leaves(self) -> int:
        """The tokens that it leaves to those before it."""
        return {Purpose.BID: 0, Purpose.POLL: 2}.get(self, 1)


PATIENCE_S = {Purpose.BID: 2.0, Purpose.DECIDE: 6.0, Purpose.RECONCILE: 6.0, Purpose.POLL: 4.0}
"""Longest wait; whoever would wait longer is sent away at once with the time to come back."""
LANES = 10
"""Answers awaited at once on the client for reads; the HTTP pool has as many connections."""
_FRESH_S = 0.1
"""An admission older than this is not used: at 10/s no more than ten are given in 1.1 s, so no more than ten can leave in one."""
_SLOW, _FAST_INTERVAL_S, _FAST_BURST = 5.0, 1.4, 3
_WINDOW_US = 1_250_000
"""As MOST_US of the script."""


@dataclass(frozen=True, slots=True)
class Rate:
    """
    The budget in the rate script's terms: at 10/s one token each 140 ms, three at once, and ten in any 1.25 s.
    """

    per_second: float

    @property
    def interval_us(self) -> int:
        """Microseconds between two tokens."""
        return round(_FAST_INTERVAL_S / self.per_second * 1_000_000)

    @property
    def burst(self) -> int:
        """Tokens that may be taken at once after silence."""
        return _FAST_BURST if self.per_second >= _SLOW else 1

    def most(self, purpose: Purpose) -> int:
        """How many may be admitted within a second and a quarter: for reads what a steady flow takes, what is left is for bids."""
        whole = max(1, floor(self.per_second))
        return whole if purpose is Purpose.BID else min(whole, ceil(_WINDOW_US / self.interval_us))


@dataclass(order=True, slots=True)
class _Place:
    purpose: Purpose
    behind: bool
    number: int
    bell: asyncio.Event = field(compare=False)


class Gate:
    """
    A line by rank; only its head asks for tokens.
    """

    def __init__(self, transitions: Transitions, clock: Clock, rate: Rate, metrics: Metrics, lanes: int = LANES) -> None:
        self.rate = rate
        self._transitions = transitions
        self._clock = clock
        self._metrics = metrics
        self._lanes = lanes
        self._line: list[_Place] = []
        self._numbers = count()

    @asynccontextmanager
    async def through(
        self, purpose: Purpose, *, ahead: bool = False, leaving: Callable[[], Awaitable[None]] | None = None
    ) -> AsyncIterator[int]:
        """
        Hold one of the lanes for reads, admitted; gives the steady ms that the read may claim as its start. Raises as admit.

        *ahead*: before the others of its rank, for one read that spares many of them. *leaving* is awaited at the head of the line, before
        a token is asked for: what it raises ends the wait.
        """
        started = await self._admit(purpose, lane=True, ahead=ahead, leaving=leaving)
        try:
            yield started
        finally:
            self._lanes += 1
            self._ring()

    async def admit(self, purpose: Purpose) -> int:
        """
        Wait for a token; gives the steady ms of the admission.

        Raises UpstreamBusy when that would take longer than the purpose's patience, StoreDown when Redis does not answer.
        """
        return await self._admit(purpose, lane=False)

    async def at_once(self) -> None:
        """Take a token as a read that settles a bid does, now. Raises UpstreamBusy when there is none, or somebody waits; StoreDown."""
        if self._line:
            raise UpstreamBusy("Others wait for the request budget.", self.rate.interval_us / 1_000_000)
        answer = await self._ask(Purpose.RECONCILE)
        if not answer.ok:
            raise UpstreamBusy("The request budget has no room at this moment.", answer.wait_s)

    async def _ask(self, purpose: Purpose) -> Admitted:
        """
        Ask for a token. Raises StoreDown.

        One that came late is asked for again, once: those that a bad line held back together would leave together. A store that is always
        as slow bunches nothing, so the second answer counts.
        """
        asked = self._clock.monotonic()
        answer = await self._token(purpose)
        return await self._token(purpose) if answer.ok and self._clock.monotonic() - asked > _FRESH_S else answer

    async def _token(self, purpose: Purpose) -> Admitted:
        return await self._transitions.admit(
            interval_us=self.rate.interval_us,
            burst=self.rate.burst,
            reserve=min(purpose.leaves, self.rate.burst - 1),
            eager=purpose is Purpose.BID,
            most=self.rate.most(purpose),
        )

    async def _admit(
        self, purpose: Purpose, *, lane: bool, ahead: bool = False, leaving: Callable[[], Awaitable[None]] | None = None
    ) -> int:
        began = self._clock.monotonic()
        place = _Place(purpose, not ahead, next(self._numbers), asyncio.Event())
        self._refuse_if_hopeless(place)
        heapq.heappush(self._line, place)
        try:
            while True:
                left = PATIENCE_S[purpose] - (self._clock.monotonic() - began)
                pause = left
                if self._line[0] is place and (self._lanes > 0 or not lane):
                    if leaving is not None:
                        await leaving()
                    answer = await self._ask(purpose)
                    if answer.ok:
                        self._lanes -= lane
                        self._metrics.gate_wait.labels(purpose.name.lower()).observe(self._clock.monotonic() - began)
                        return answer.now_ms
                    if answer.wait_s > left:
                        raise self._refused(place, "The site asked for a pause, or the request budget is used up", answer.wait_s)
                    pause = answer.wait_s
                if left <= 0:
                    raise self._refused(place, "The request budget is used up", self._line_s(place))
                await bell_or(place.bell, self._clock, pause)
        finally:
            self._line.remove(place)
            heapq.heapify(self._line)
            self._ring()

    def _refuse_if_hopeless(self, place: _Place) -> None:
        wait_s = self._line_s(place)
        if wait_s > PATIENCE_S[place.purpose]:
            raise self._refused(place, "Too many reads are waiting for the request budget", wait_s)

    def _refused(self, place: _Place, why: str, wait_s: float) -> UpstreamBusy:
        self._metrics.gate_refused.labels(place.purpose.name.lower()).inc()
        return UpstreamBusy(f"{why}; ask again later.", wait_s)

    def _line_s(self, place: _Place) -> float:
        """How long those before *place* will take."""
        before = sum(1 for other in self._line if other < place)
        return before * self.rate.interval_us / 1_000_000

    def _ring(self) -> None:
        if self._line:
            self._line[0].bell.set()
