"""What nellis-proxy counts. Labels never carry a lot, an amount or a title."""

from __future__ import annotations

import math

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram

from bidwright.runtime.carried import Sse


class Metrics:
    """
    One set of instruments per registry.
    """

    def __init__(self, registry: CollectorRegistry = REGISTRY) -> None:
        self.requests = Counter(
            "bidwright_site_requests",
            "Requests to the site, by what was asked and what came of it.",
            ["kind", "outcome"],
            registry=registry,
        )
        self.seconds = Histogram("bidwright_site_request_seconds", "Time until the site's answer was read.", ["kind"], registry=registry)
        self.gate_wait = Histogram(
            "bidwright_gate_wait_seconds", "Time a request waited for its place in the request budget.", ["purpose"], registry=registry
        )
        self.bids = Counter("bidwright_bids", "Intents submitted, by how they ended here.", ["state"], registry=registry)
        self.breaker = Gauge("bidwright_breaker_state", "0 closed, 1 open, 2 half open, as last heard of.", registry=registry)
        self.guarded = Counter("bidwright_guarded_reads", "Reads at the breaker, by what came of them.", ["outcome"], registry=registry)
        self.samples = Counter("bidwright_pages_kept", "Pages kept because they were not understood.", registry=registry)
        self.clock_width = Gauge("bidwright_site_clock_width_seconds", "How little is known of the site's clock.", registry=registry)
        self.clock_width.set(math.nan)  # nothing is known yet, which is not the same as knowing it exactly
        self.clock_trusted = Gauge("bidwright_site_clock_trusted", "1 while timed bids may rely on the site's clock.", registry=registry)
        self.budget = Gauge("bidwright_request_budget", "Requests per second that all replicas together may make.", registry=registry)
        self.gate_refused = Counter(
            "bidwright_gate_refused", "Requests that the request budget had no place for in time.", ["purpose"], registry=registry
        )
        self.carried = CollectorRegistry()
        self.sse = Sse(self.carried)
        self.streams = Gauge("bidwright_live_streams", "Live-event connections that are up.", registry=registry)
