"""Needs: what a lot needs of the site now, a read of its own or a seat in a request for many."""

from __future__ import annotations

from bidwright.clock import to_ms
from bidwright.records import LotRecord
from bidwright.runtime.site_time import SiteTime
from bidwright_poller.demand import Demand
from bidwright_poller.rounds import SOON, covered
from bidwright_poller.ways import Ways

_LAST_MINUTES_S = 120.0
"""So long before its close an armed lot is looked at every few seconds."""


class Needs:
    """
    Judges records by the site's time, by how much the budget has room for, and by what the batch read has told.
    """

    def __init__(self, site_time: SiteTime, demand: Demand, ways: Ways) -> None:
        self._site_time, self._demand, self._ways = site_time, demand, ways
        self.rounds_alive = False
        """Whether rounds over the account's list keep lots of ours fresh."""

    def left_s(self, record: LotRecord) -> float:
        """Seconds until the lot's close, as far as is known; below 0 after it."""
        return (record.close - to_ms(self._site_time.now())) / 1000

    def over(self, record: LotRecord) -> bool:
        """Whether its close has come, as far as is known."""
        return record.close > 0 and self.left_s(record) <= 0

    def carried(self, record: LotRecord) -> bool:
        """Whether rounds keep it fresh."""
        return self.rounds_alive and covered(record)

    def urgent(self, record: LotRecord) -> bool:
        """Worth a read of its own: a bid of which nothing is known yet, a close to confirm, an armed lot never read in full."""
        after_bid = bool(record.inflight) or bid_since(record)
        if after_bid and not self.over(record) and self.carried(record) and self.left_s(record) <= SOON.total_seconds():
            return False  # the next round will tell; of lots that close later it may come half a minute from now
        return after_bid or self.over(record) or (record.armed and not record.obs_started)

    def listed(self, record: LotRecord) -> bool:
        """Lots for which a price without user state is news enough, and that no round keeps fresh."""
        return record.seen and not record.final and not self.urgent(record) and not self.carried(record)

    def closes_next(self, record: LotRecord) -> bool:
        """Whether it is armed and in its last minutes: its look is not put back behind prices of lots that close later."""
        return record.armed and 0 < self.left_s(record) <= _LAST_MINUTES_S

    def may_be_gone(self, record: LotRecord) -> bool:
        """
        Whether a batch read shall ask for a lot whose close has come: in a crowd, and with nothing of ours on it, that a list of open lots
        leaves out what it told before is one of the two witnesses of an end, and spares a page.
        """
        ours = record.armed or record.exposure > 0 or record.inflight or record.ask or bid_since(record)
        waits = self.over(record) and not (ours or record.final or record.ending)
        return waits and self._demand.stretch.crowded and self._ways.tells(record.id)

    def end_goes_first(self, record: LotRecord) -> bool:
        """Whether a page of it tells its end and goes ahead of looks that can wait: where the budget has room, or when it is the second."""
        return self.over(record) and (record.ending or not self._demand.stretch.crowded)


def unknown(record: LotRecord) -> bool:
    """Nothing is known of it, not even when it closes."""
    return not record.seen and not record.final and record.close <= 0


def bid_since(record: LotRecord) -> bool:
    """A bid has ended that no read tells of yet."""
    return 0 < record.settled >= record.obs_started
