"""What all replicas know together of the breaker, as the plugin that wraps reads is handed it; and its figures."""

from __future__ import annotations

from typing import Literal, cast

from bidwright.site import BreakerTold
from bidwright.transitions import Transitions
from bidwright_nellis_proxy.metrics import Metrics

PROBE_TTL_MS = 3000
"""A prober that dies frees its lease after this long."""


class BreakerStore:
    """
    The record ``bw:cb``, through its two scripts. It stays open for *open_s*, or *soon_s* while an armed lot closes soon.
    """

    def __init__(self, transitions: Transitions, who: str, metrics: Metrics, *, failures: int, open_s: float, soon_s: float) -> None:
        self.failures, self.open_s, self.soon_s = failures, open_s, soon_s
        self.counts = {"ok": 0, "failed": 0, "refused": 0}
        """Reads that passed this replica's breaker, by what came of them."""
        self._transitions, self._who, self._metrics = transitions, who, metrics

    async def ask(self, *, may_probe: bool) -> tuple[Literal["go", "probe", "wait"], str, float]:
        """Whether a read may go, the generation, and for ``wait`` the seconds until a probe may. Raises StoreDown."""
        told = await self._transitions.breaker_ask(
            self._who,
            may_probe=may_probe,
            open_ms=round(self.open_s * 1000),
            soon_ms=round(self.soon_s * 1000),
            ttl_ms=PROBE_TTL_MS,
        )
        self._metrics.breaker.set({"go": 0, "wait": 1, "probe": 2}[told.word])
        return cast("Literal['go', 'probe', 'wait']", told.word), told.gen, told.wait_ms / 1000

    async def tell(self, what: BreakerTold, gen: str, why: str = "") -> None:
        """Trip it for all, or say what came of the probe. Raises StoreDown."""
        state = await self._transitions.breaker_tell(self._who, what, gen, why)
        self._metrics.breaker.set({"closed": 0, "open": 1}.get(state, 2))

    def count(self, what: Literal["ok", "failed", "refused"]) -> None:
        """Count a read."""
        self.counts[what] += 1
        self._metrics.guarded.labels(what).inc()
