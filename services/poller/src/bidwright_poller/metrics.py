"""What the poller counts."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from bidwright.runtime.carried import Polling


class Metrics:
    """
    The poller's metrics in one registry.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self.looks = Counter("bidwright_polls", "Looks at lots, by what came of them.", ["outcome"], registry=registry)
        self.requests = Counter("bidwright_poll_requests", "Requests made for looks, by way.", ["way"], registry=registry)
        self.seconds = Histogram("bidwright_poll_seconds", "Time from asking for a lot to its answer.", registry=registry)
        self.shortfall = Gauge("bidwright_poll_shortfall", "Looks per second that the request budget does not allow.", registry=registry)
        self.live = Gauge("bidwright_live_lots", "Lots whose live events arrive.", registry=registry)
        self.carried = CollectorRegistry()
        self.polling = Polling(self.carried)
