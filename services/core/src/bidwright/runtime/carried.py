"""
Carried metrics: what existing graphs look for at the gateway and what moves in other services.

Each service counts for itself and tells its samples with its heartbeat; the gateway adds them up. What one counted stays when it ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.core import Metric
from prometheus_client.registry import Collector
from prometheus_client.samples import Sample

from bidwright.runtime.telemetry import Beat

_LATENCY = (0.01, 0.05, 0.1, 0.5, 1, 2, 5)
_POLL = (0.1, 0.25, 0.5, 1, 2.5, 5)
_QUEUE = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2)


class Sse:
    """
    Live events, counted where they arrive: in nellis-proxy.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self.active = Gauge("sse_connections_active", "Live-event connections that are up", registry=registry)
        self.connections = Counter("sse_connections", "Attempts to connect", ["result"], registry=registry)
        self.events = Counter("sse_events_received", "Live events that arrived", ["event_type"], registry=registry)
        self.latency = Histogram("sse_event_latency_seconds", "From arrival to hand-over", buckets=_LATENCY, registry=registry)
        self.errors = Counter("sse_connection_errors", "Connections that broke or were refused", ["error_type"], registry=registry)
        self.reconnects = Counter("sse_reconnection_attempts", "Attempts after a connection was lost", registry=registry)
        for result in ("success", "failed"):
            self.connections.labels(result)
        for event in ("bid_update", "auction_closed", "ping"):
            self.events.labels(event)
        for error in ("timeout", "network", "auth"):
            self.errors.labels(error)


class Polling:
    """
    Looks at lots, counted in the poller.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self.requests = Counter("polling_requests", "Looks by what came of them", ["result"], registry=registry)
        self.duration = Histogram("polling_duration_seconds", "Time of a read", buckets=_POLL, registry=registry)
        self.fallbacks = Counter("polling_fallback_activations", "Lots whose live events were lost", registry=registry)
        self.processing = Histogram(
            "polling_queue_processing_seconds", "Time of a look, from taken to told", buckets=_QUEUE, registry=registry
        )
        for result in ("success", "failed"):
            self.requests.labels(result)


def tally(registry: CollectorRegistry) -> dict[str, float]:
    """Every sample of *registry* by its full name."""
    return {_key(sample.name, sample.labels): sample.value for metric in registry.collect() for sample in _samples(metric)}


class Carried(Collector):
    """
    The sums over all replicas, as metrics. *since_ms*: what a replica counted before that was shown by another gateway.
    """

    def __init__(self, since_ms: int) -> None:
        self._since_ms = since_ms
        shape = CollectorRegistry()
        Sse(shape)
        Polling(shape)
        self._shape = list(shape.collect())
        self._kinds = {_key(s.name, s.labels): metric.type for metric in self._shape for s in _samples(metric)}
        self._sums = dict.fromkeys(self._kinds, 0.0)
        self._seen: dict[str, dict[str, float]] = {}

    def take(self, beats: Iterable[Beat]) -> None:
        """Add what was counted since the last beats; gauges are those of the replicas that are there."""
        there = [beat for beat in beats if beat.tally]
        for key, kind in self._kinds.items():
            if kind == "gauge":
                self._sums[key] = sum(beat.tally.get(key, 0.0) for beat in there)
        for beat in there:
            new = beat.started_ms >= self._since_ms
            before = self._seen.get(beat.replica, {} if new else beat.tally)
            for key, value in beat.tally.items():
                if self._kinds.get(key, "gauge") != "gauge":
                    self._sums[key] += max(0.0, value - before.get(key, 0.0))
            self._seen[beat.replica] = beat.tally
        names = {beat.replica for beat in there}
        self._seen = {name: seen for name, seen in self._seen.items() if name in names}

    def collect(self) -> Iterable[Metric]:
        """The metrics with their sums."""
        for metric in self._shape:
            made = Metric(metric.name, metric.documentation, metric.type)
            for sample in _samples(metric):
                made.add_sample(sample.name, sample.labels, self._sums[_key(sample.name, sample.labels)])
            yield made


def _samples(metric: Metric) -> Iterator[Sample]:
    return (sample for sample in metric.samples if not sample.name.endswith("_created"))


def _key(name: str, labels: dict[str, str]) -> str:
    return "|".join([name, *(f"{label}={value}" for label, value in sorted(labels.items()))])
