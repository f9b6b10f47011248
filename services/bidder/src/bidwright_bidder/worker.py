"""The worker: takes due lots, keeps their leases while each is reconciled, and sets the next look."""

from __future__ import annotations

import asyncio

from redis.exceptions import RedisError

from bidwright import Clock
from bidwright.errors import BidwrightError
from bidwright.runtime import failpoints, service, worker
from bidwright.runtime.logging import get_logger
from bidwright.runtime.site_time import SiteTime
from bidwright.transitions import Ticket, Transitions
from bidwright_bidder.conditions import Conditions
from bidwright_bidder.reconcile import AHEAD_S, Reconciler
from bidwright_bidder.spread import Spread
from bidwright_bidder.steady import Steady

log = get_logger(__name__)
AT_ONCE = 100
LEASE_MS = 2000
RENEW_S = 0.5


class Worker(worker.Worker):
    """
    Up to 100 lots at once, each in a task of its own.
    """

    def __init__(
        self,
        transitions: Transitions,
        *,
        reconciler: Reconciler,
        conditions: Conditions,
        spread: Spread,
        steady: Steady,
        site_time: SiteTime,
        clock: Clock,
    ) -> None:
        super().__init__()
        self._transitions, self._reconciler, self._conditions = transitions, reconciler, conditions
        self._spread, self._steady, self._site_time, self._clock = spread, steady, site_time, clock

    async def step(self) -> int:
        """Take what is due within the next second."""
        room = AT_ONCE - self.under_way
        if room <= 0:
            self._steady.told(await self._transitions.stamp())
            return 0
        await self._conditions.refresh()
        await self._site_time.refresh()
        await self._spread.refresh()
        taken = await self._transitions.take("bid", n=room, lease_ms=LEASE_MS, ahead_ms=round(AHEAD_S * 1000))
        self._steady.told(taken.now_ms)
        for ticket in taken.tickets:
            self.begin(self._hold(ticket))
        return len(taken.tickets)

    async def _hold(self, ticket: Ticket) -> None:
        """Reconcile one lot while its lease is renewed; when the lease is lost the work stops where it is."""
        look = asyncio.create_task(self._look(ticket))
        try:
            while True:
                nap = asyncio.create_task(self._clock.sleep(RENEW_S))
                try:
                    await asyncio.wait((look, nap), return_when=asyncio.FIRST_COMPLETED)
                finally:
                    nap.cancel()
                if look.done():
                    return
                await failpoints.hit("F7")
                if not await self._transitions.renew("bid", ticket.lot_id, ticket.fence, LEASE_MS):
                    log.info("lease.lost", lot=ticket.lot_id)
                    return
        except (RedisError, BidwrightError) as error:
            log.warning("lease.not_renewed", lot=ticket.lot_id, error=str(error))
        finally:
            await service.end([look])

    async def _look(self, ticket: Ticket) -> None:
        try:
            after_s = await self._reconciler.look(ticket)
            await self._transitions.done("bid", ticket.lot_id, ticket.fence, round(after_s * 1000))
        except (RedisError, BidwrightError) as error:
            log.warning("look.dropped", lot=ticket.lot_id, error=str(error))
        except Exception:
            log.exception("look.failed", lot=ticket.lot_id)
