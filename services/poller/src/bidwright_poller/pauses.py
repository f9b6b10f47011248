"""Pauses: how long a lot is left alone until its next look."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import timedelta
from random import Random
from typing import Any

from bidwright import Glance, Schedule
from bidwright.clock import from_ms
from bidwright.records import LotRecord
from bidwright.runtime.site_time import SiteTime
from bidwright.transitions import Transitions
from bidwright_poller.demand import Demand
from bidwright_poller.urgency import PROOF_S
from bidwright_proto.v1 import site_pb2

LATEST_S = 35 * 60.0
"""No lot is left alone for longer."""
LAST_S, JUST_AFTER_S = 1.0, 0.35
"""A lot that nobody bids on is left alone in its last second: what it ended at is read right after it. The second witness may come a second
after the first, so an end is told within a second and a half also without live events; sooner than this the site's clock is not known well
enough for the first to count."""
_CROWDED_S, _CROWDED_PART, _CROWDED_MOST_S = 1.5, 0.1, 15.0
"""A look for which there is no place is put back for a part of the time until it comes too late, within these bounds."""
_NEW_PER_S = 40.0
"""So many of the unread lots that were put back come due again in a second, however many there are: enough that one request follows the
other."""
_JITTER = 0.1


class Pauses:
    """
    Asks the schedule in force, and stretches what it says by what the budget allows. *live* holds the lots whose events arrive; *meet* is
    told of each record that is asked about.
    """

    def __init__(
        self,
        transitions: Transitions,
        *,
        site_time: SiteTime,
        schedule: Schedule,
        demand: Demand,
        live: Collection[str],
        meet: Callable[[LotRecord], None],
        rng: Random,
    ) -> None:
        self._transitions, self._site_time, self._schedule, self._demand = transitions, site_time, schedule, demand
        self._live, self._meet, self._rng = live, meet, rng
        self._redis: Any = transitions.redis

    async def planned_s(self, record: LotRecord) -> float:
        """Seconds between two looks at *record* by the schedule alone. Raises StoreDown and redis errors."""
        glance = await self._glance(record, record.close, extended=_extended(record))
        return self._within(glance, self._stretched(glance), lead=False)

    async def next_s(self, record: LotRecord, told: site_pb2.Lot | None = None, *, aged_s: float = 0.0) -> float:
        """
        Seconds until the next look at *record*, read *aged_s* ago; *told* is that read, where the record does not say so yet.

        Raises StoreDown and redis errors.
        """
        close_ms, extended = (told.close_ms, told.extended) if told else (record.close, _extended(record))
        glance = await self._glance(record, close_ms, extended=extended)
        return self._within(glance, self._stretched(glance) - aged_s, lead=record.armed and (record.exposure > 0 or record.high > 0))

    async def _glance(self, record: LotRecord, close_ms: int, *, extended: bool) -> Glance:
        self._meet(record)
        return Glance(
            to_close=from_ms(close_ms) - self._site_time.now(),
            armed=record.armed,
            extended=extended,
            decides_in=await self._decides_in(record),
            live=record.id in self._live,
            lot_id=record.id,
        )

    def crowded_s(self, left_s: float) -> float:
        """For how long a look is put back for which there is no place, when it comes too late, or its lot closes, in *left_s* seconds."""
        return self._jittered(min(max(_CROWDED_S, left_s * _CROWDED_PART), _CROWDED_MOST_S))

    def unread_s(self, unread: int) -> float:
        """For how long one of *unread* new lots is put back: at an even pace, so that one due always sets the next request going."""
        return self._rng.uniform(_CROWDED_S, max(2 * _CROWDED_S, unread / _NEW_PER_S))

    def _stretched(self, glance: Glance) -> float:
        return self._jittered(self._demand.stretch(self._schedule.next_look(glance).total_seconds()))

    def _within(self, glance: Glance, pause_s: float, *, lead: bool) -> float:
        """The pause, cut so that no look is missing before the close and right after it."""
        if glance.to_close is None or glance.to_close <= timedelta(0):
            return pause_s
        left_s = glance.to_close.total_seconds()
        over_s = left_s + JUST_AFTER_S  # no pause reaches farther over a close
        last = pause_s > left_s - LAST_S and not glance.armed
        pause_s = over_s if last else min(pause_s, over_s)
        if lead and left_s > PROOF_S:  # one look while an outbid can still be answered; when the budget is short, no other
            pause_s = min(pause_s, left_s - PROOF_S)
            if self._demand.stretch.shortfall > 0:
                pause_s = over_s if glance.live else left_s - PROOF_S
        return pause_s

    async def _decides_in(self, record: LotRecord) -> timedelta | None:
        """The time to the lot's planned bid: the bidder puts the lot into its own queue for that instant."""
        if not (record.armed and record.say_kind == "will"):
            return None
        due = await self._redis.zscore(f"{self._transitions.prefix}due:bid", record.id)
        return None if due is None else timedelta(milliseconds=due - await self._transitions.stamp())

    def _jittered(self, pause_s: float) -> float:
        return pause_s * self._rng.uniform(1 - _JITTER, 1 + _JITTER)


def _extended(record: LotRecord) -> bool:
    return record.shown.get("extended") == "1"
