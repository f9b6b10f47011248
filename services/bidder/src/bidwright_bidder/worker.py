"""The worker: takes due lots, keeps their leases while each is reconciled, and sets the next look."""

from __future__ import annotations

from bidwright import Clock
from bidwright.runtime import worker
from bidwright.runtime.look_chain import LookChain
from bidwright.runtime.site_time import SiteTime
from bidwright.transitions import Ticket, Transitions
from bidwright_bidder.conditions import Conditions
from bidwright_bidder.reconcile import AHEAD_S, Reconciler
from bidwright_bidder.spread import Spread
from bidwright_bidder.steady import Steady

AT_ONCE = 100


class Worker(worker.Worker):
    """
    Up to 100 lots at once, each in a task of its own.
    """

    def __init__(
        self,
        transitions: Transitions,
        *,
        reconciler: Reconciler,
        chain: LookChain,
        conditions: Conditions,
        spread: Spread,
        steady: Steady,
        site_time: SiteTime,
        clock: Clock,
    ) -> None:
        super().__init__("bid", transitions, clock)
        self._reconciler, self._chain, self._conditions = reconciler, chain, conditions
        self._spread, self._steady, self._site_time = spread, steady, site_time

    async def take(self) -> int:
        """Take what is due within the next second."""
        room = AT_ONCE - self.under_way
        if room <= 0:
            self._steady.told(await self._transitions.stamp())
            return 0
        await self._conditions.refresh()
        await self._site_time.refresh()
        await self._spread.refresh()
        taken = await self._taken(room, round(AHEAD_S * 1000))
        self._steady.told(taken.now_ms)
        for ticket in taken.tickets:
            self.begin(self.hold([ticket], self._look(ticket)))
        return len(taken.tickets)

    async def _look(self, ticket: Ticket) -> None:
        after_s = await self._chain.make([ticket.lot_id], lambda: self._reconciler.look(ticket))
        await self._transitions.done("bid", ticket.lot_id, ticket.fence, round(after_s * 1000))
