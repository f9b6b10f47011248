"""What the bidder counts."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram


class Metrics:
    """
    The bidder's metrics in one registry.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self.decisions = Counter("bidwright_decisions", "Looks at lots, by what was decided.", ["what"], registry=registry)
        self.refusals = Counter("bidwright_refusals", "Bids that a guard refused, by reason.", ["why"], registry=registry)
        self.bids = Counter("bidwright_bids", "Bids handed to nellis-proxy, by the state it answered.", ["state"], registry=registry)
        self.late = Histogram("bidwright_decision_late_seconds", "How late a planned bid was decided.", registry=registry)
        self.stuck = Gauge("bidwright_stuck_intents", "Bids without a known outcome for more than 30 s.", registry=registry)
