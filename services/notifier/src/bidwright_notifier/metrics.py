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
        self.waiting = Gauge("bidwright_outbox_waiting", "Notices that have not come to their end yet.", registry=registry)
        self.down = Gauge("bidwright_channel_down", "1 while a channel does not deliver.", ["channel"], registry=registry)
