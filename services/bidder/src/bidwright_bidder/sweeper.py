"""The sweeper: brings open bids forward that are past their time, and wakes lots when a switch was thrown."""

from __future__ import annotations

from typing import Any

from bidwright.runtime.logging import get_logger
from bidwright.transitions import Swept, Transitions
from bidwright_bidder.conditions import Conditions
from bidwright_bidder.metrics import Metrics

log = get_logger(__name__)
_WOKEN_AT_ONCE = 500


class Sweeper:
    """
    Every replica sweeps; it never decides an outcome.
    """

    def __init__(self, transitions: Transitions, conditions: Conditions, metrics: Metrics) -> None:
        self._transitions, self._conditions, self._metrics = transitions, conditions, metrics
        self._redis: Any = transitions.redis
        self._told: set[str] = set()
        self._seen_changes = 0

    async def sweep(self) -> list[Swept]:
        """One round. Raises StoreDown and redis errors."""
        swept = await self._transitions.sweep()
        for one in swept:
            if one.what in {"expired", "unknown"}:
                log.warning("bid.swept", what=one.what, lot=one.lot_id, intent=one.intent_id, age_ms=one.age_ms)
            if one.what == "stuck" and one.intent_id not in self._told:
                self._told.add(one.intent_id)
                log.error("bid.stuck", lot=one.lot_id, intent=one.intent_id, age_ms=one.age_ms)
        if self._told:
            self._told &= set(await self._redis.zrange(f"{self._transitions.prefix}open", 0, -1))
        self._metrics.stuck.set(len(self._told))
        await self._conditions.refresh()
        if self._conditions.changes != self._seen_changes:
            self._seen_changes = self._conditions.changes
            await self._wake()
        return swept

    async def _wake(self) -> None:
        """A switch was thrown: the sentences of the lots that close next are told anew."""
        for lot_id in await self._redis.zrange(f"{self._transitions.prefix}lots", 0, _WOKEN_AT_ONCE - 1):
            await self._transitions.put("bid", lot_id)
