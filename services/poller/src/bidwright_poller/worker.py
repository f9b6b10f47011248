"""The worker: takes due lots and has them looked at."""

from __future__ import annotations

from collections.abc import Sequence

from bidwright import Clock
from bidwright.runtime import worker
from bidwright.runtime.look_chain import LookChain
from bidwright.transitions import Ticket, Transitions
from bidwright_poller.coach import SEATS
from bidwright_poller.looks import Looks
from bidwright_poller.metrics import Metrics

MOST_TASKS = 200


class Worker(worker.Worker):
    """
    Many lots under way at once; none twice within its lease.
    """

    def __init__(self, transitions: Transitions, looks: Looks, chain: LookChain, clock: Clock, metrics: Metrics) -> None:
        super().__init__("poll", transitions, clock)
        self._looks, self._chain, self._metrics = looks, chain, metrics

    async def take(self) -> int:
        """Take what is due, several lots together where one request can carry them."""
        if self.under_way >= MOST_TASKS:
            await self._transitions.stamp()
            return 0
        together = self._looks.ways.open
        taken = await self._taken(SEATS)
        groups: list[Sequence[Ticket]] = [taken.tickets] if together and taken.tickets else [[ticket] for ticket in taken.tickets]
        for group in groups:
            self.begin(self.hold(group, self._look(group)))
        return len(taken.tickets)

    async def _look(self, group: Sequence[Ticket]) -> None:
        with self._metrics.polling.processing.time():
            await self._chain.make([ticket.lot_id for ticket in group], lambda: self._looks.look(group))
