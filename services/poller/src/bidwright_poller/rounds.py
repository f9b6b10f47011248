"""Rounds: the account's own list, one request that keeps every lot with a bid of ours fresh."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from bidwright import Clock
from bidwright.clock import from_ms
from bidwright.errors import SessionLost, UpstreamBusy, UpstreamDown, UpstreamError
from bidwright.records import LotRecord, Records
from bidwright.runtime import reading
from bidwright.runtime.logging import get_logger
from bidwright.runtime.reads import SiteReads
from bidwright.runtime.site_time import SiteTime
from bidwright.transitions import Transitions
from bidwright_poller.metrics import Metrics
from bidwright_poller.scout import Scout
from bidwright_proto.v1 import site_pb2

log = get_logger(__name__)
_NEAR, SOON = timedelta(minutes=3), timedelta(minutes=15)
"""With a lot of ours that closes so soon rounds come every few seconds, without one every half minute."""
_NEAR_S, _SOON_S, _FAR_S = 1.5, 5.0, 30.0
_SLOW_RATE, _SLOW_FACTOR = 5.0, 2.0
_HURRIED_S = 0.7
_KEPT_FRESH_MS = 10_000
_SHORT_S, _BEHIND_S, _NOT_OFFERED_S = 3.0, 30.0, 600.0
_FEWEST = 2
_FIND_S, _FIND_A_LOT_S = 2.0, 0.002
"""All lots are asked whether they are ours this often and rarer the more there are: most are not, and asking costs for each."""
ALIVE_MS = 6000
"""A round answers for this long: meanwhile lots with a bid of ours need no single looks."""


PART = ("high", "mode", "x:participated")
"""The fields of a lot's record that say whether it is ours."""
_AT_ONCE = 1000
_TOUCHED = """
local found = {}
for n = 5, #ARGV do
  local lot = redis.call('HMGET', ARGV[1] .. ARGV[n], ARGV[2], ARGV[3], ARGV[4])
  if lot[1] and lot[1] ~= '0' or lot[3] and lot[3] ~= '' then found[#found + 1] = {ARGV[n], lot[1] or '', lot[2] or '', lot[3] or ''} end
end
return found
"""
"""Those that may be, with these fields: asking for each lot from here was most of what the poller cost while nothing happened."""


def took_part(high: int, mode: str, participated: str) -> bool:
    """Whether the account's list should carry a lot: the site says we took part, or a bid of ours (*high*, cents) stood there."""
    return (high > 0 and mode == "live") or participated == "1"


def covered(record: LotRecord) -> bool:
    """The same of a record."""
    return took_part(record.high, record.mode, record.shown.get("participated", ""))


class Rounds:
    """
    Reads the list as often as its most urgent lot wants, and tells the store what is new or needed for a bid.
    """

    def __init__(
        self,
        transitions: Transitions,
        *,
        records: Records,
        reads: SiteReads,
        clock: Clock,
        site_time: SiteTime,
        scout: Scout,
        metrics: Metrics,
    ) -> None:
        self._transitions, self._records, self._reads = transitions, records, reads
        self._clock, self._site_time, self._scout, self._metrics = clock, site_time, scout, metrics
        self._redis: Any = transitions.redis
        self._key = f"{transitions.prefix}live:round"
        self._bell = asyncio.Event()
        self._carried: set[str] = set()
        self._answered = float("-inf")
        self._found: list[str] = []
        self._find_at = float("-inf")
        self.rate = _SLOW_RATE

    async def alive(self) -> bool:
        """Whether a round of any replica answered within the last seconds. Raises redis errors."""
        return bool(await self._redis.exists(self._key))

    def carries(self, lot_id: str) -> bool:
        """Whether the last round of this replica, not long ago, told this lot."""
        return lot_id in self._carried and self._clock.monotonic() - self._answered <= ALIVE_MS / 1000

    def hurry(self) -> None:
        """Something happened on a lot of ours: have the next round soon."""
        self._bell.set()

    async def step(self) -> None:
        """One round, then the pause until the next. Raises StoreDown and redis errors."""
        await self._clock.sleep(_HURRIED_S)
        ours = await self._ours()
        if len(ours) < _FEWEST or not await self._scout.holds():
            return
        pause = await self.go(ours)
        self._bell.clear()
        await self._rest(pause - _HURRIED_S)

    async def go(self, ours: Sequence[LotRecord]) -> float:
        """Read the list once for the lots *ours*; gives the seconds until the next round. Raises StoreDown and redis errors."""
        self._metrics.requests.labels("list").inc()
        try:
            reply = await self._reads.mine()
        except (UpstreamBusy, UpstreamDown):
            return _SHORT_S
        except SessionLost:
            return _BEHIND_S
        except UpstreamError as error:
            log.info("way.closed", way="list", error=str(error), again_in_s=_NOT_OFFERED_S)
            return _NOT_OFFERED_S
        await self._site_time.refresh()
        known = {record.id: record for record in await self._records.lots([record.id for record in ours])}
        told = [lot for lot in reply.lots if lot.id in known and _whole(lot)]
        if any(_behind(known[lot.id], lot, reply.read_started_ms) for lot in told):
            log.warning("way.behind", way="list", again_in_s=_BEHIND_S)
            return _BEHIND_S
        for lot in told:
            if self._matters(known[lot.id], lot, reply.read_started_ms):
                await reading.apply(self._transitions, lot, reply.read_started_ms)
        self._metrics.looks.labels("round").inc(len(told))
        self._carried, self._answered = {lot.id for lot in told}, self._clock.monotonic()
        if told:
            await self._redis.set(self._key, "1", px=ALIVE_MS)
        return self._pause(told)

    async def _ours(self) -> list[LotRecord]:
        now = self._clock.monotonic()
        if now >= self._find_at:
            ids = await self._records.open_ids()
            self._found = await self._find(ids)
            self._find_at = now + max(_FIND_S, _FIND_A_LOT_S * len(ids))
        found = await self._records.lots(self._found) if self._found else []
        return [record for record in found if not record.final and covered(record)]

    async def _find(self, ids: Sequence[str]) -> list[str]:
        found: list[str] = []
        for begin in range(0, len(ids), _AT_ONCE):
            rows = await self._redis.eval(_TOUCHED, 0, f"{self._transitions.prefix}lot:", *PART, *ids[begin : begin + _AT_ONCE])
            found += [lot_id for lot_id, high, mode, part in rows if took_part(int(high or 0), mode or "", part or "")]
        return found

    def _matters(self, record: LotRecord, lot: site_pb2.Lot, read_ms: int) -> bool:
        """News, a lot that a bid may need fresh, or one not told for a while: the rest would only fill the log."""
        news = (
            lot.price_cents != record.price
            or lot.close_ms != record.close
            or lot.winning != record.leading
            or lot.next_bid_cents != record.next_bid
            or reading.status_of(lot) != record.status
        )
        answering = record.armed and not lot.winning and from_ms(lot.close_ms) - self._site_time.now() <= _NEAR
        return news or answering or read_ms - record.obs_started > _KEPT_FRESH_MS or record.settled >= record.obs_started

    def _pause(self, told: Sequence[site_pb2.Lot]) -> float:
        soonest = min((lot.close_ms for lot in told), default=None)
        if soonest is None:
            return _BEHIND_S
        left = from_ms(soonest) - self._site_time.now()
        pause = _NEAR_S if left <= _NEAR else _SOON_S if left <= SOON else _FAR_S
        return pause if self.rate >= _SLOW_RATE else pause * _SLOW_FACTOR

    async def _rest(self, seconds: float) -> None:
        """Sleep, or until somebody hurries: asked again every moment, since the clock is handed in."""
        end = self._clock.monotonic() + min(seconds, _NOT_OFFERED_S)
        while not self._bell.is_set() and (left := end - self._clock.monotonic()) > 0:
            await self._clock.sleep(min(left, 0.1 if seconds < _FAR_S else 1.0))


def _whole(lot: site_pb2.Lot) -> bool:
    """A list may carry less than a page; how a lot ended is left to its page."""
    return lot.close_ms > 0 and bool(lot.title) and lot.has_user_state and not lot.closed


def _behind(record: LotRecord, lot: site_pb2.Lot, read_ms: int) -> bool:
    """A price below one that an earlier read saw: the list is older than it seems, and nothing may be decided on it."""
    return read_ms > record.obs_started and lot.price_cents < record.price
