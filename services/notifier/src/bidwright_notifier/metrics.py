"""What the notifier counts."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge


class Metrics:
    """
    The notifier's metrics in one registry.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self.notices = Counter("bidwright_notices", "Notices taken into the outbox, by kind.", ["kind"], registry=registry)
        self.deliveries = Counter("bidwright_deliveries", "Attempts to deliver, by result.", ["channel", "result"], registry=registry)
        self.waiting = Gauge("bidwright_outbox_waiting", "Notices that are not delivered yet.", registry=registry)
