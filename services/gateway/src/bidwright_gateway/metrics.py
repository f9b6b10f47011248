"""Metrics: the names that existing dashboards know and that truly move here, and ours beside them."""

from __future__ import annotations

import time
from collections import Counter as Tally
from collections.abc import Iterable

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import Metric
from prometheus_client.registry import Collector

from bidwright.clock import Clock
from bidwright.records import IntentRecord
from bidwright_gateway.board import Board, Change, News
from bidwright_gateway.shape import number
from bidwright_gateway.signs import Signs

_HTTP = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 2.5, 5)
_DOLLARS = (10, 25, 50, 100, 250, 500, 1000, 2500, 5000)
_RESPONSE = (0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_TOOK = frozenset({"LEADING"})


class _BySource(Collector):
    """
    A counter without the ``_total`` ending, as existing graphs ask for it. Exported as a gauge: the library adds the ending to counters.
    """

    def __init__(self) -> None:
        self.tally: Tally[str] = Tally()

    def collect(self) -> Iterable[Metric]:
        """One sample per source."""
        metric = Metric("auction_updates_by_source", "Updates of lots by where they came from", "gauge")
        for source in ("sse", "polling"):
            metric.add_sample("auction_updates_by_source", {"source": source}, self.tally[source])
        yield metric


class Metrics:
    """
    One registry per gateway, so that several can live in one process; what belongs to the process is shown beside it.
    """

    def __init__(self, board: Board, clock: Clock) -> None:
        self.registry = made = CollectorRegistry()
        self._board = board
        self.signs = Signs(made, board, clock)
        self._by_source = _BySource()
        made.register(self._by_source)
        self.http_seconds = Histogram(
            "http_request_duration_seconds", "Time to answer", ["method", "route", "status_code"], buckets=_HTTP, registry=made
        )
        self.http = Counter("http_requests", "Requests answered", ["method", "route", "status_code"], registry=made)
        self.errors = Counter("application_errors", "Errors by where", ["type", "severity"], registry=made)
        self._active = Gauge("auction_active_count", "Lots watched and not ended", registry=made)
        self._monitored = Counter("auction_monitored", "Lots that were started to be watched", registry=made)
        self._completed = Counter("auction_completed", "Lots that closed", ["result"], registry=made)
        self._bids = Counter("bids_placed", "Bids whose outcome is known", ["strategy", "result"], registry=made)
        self._bid_dollars = Histogram("bid_amount_dollars", "Bids by amount", buckets=_DOLLARS, registry=made)
        self._bid_seconds = Histogram("bid_response_time_seconds", "From sending to the outcome", buckets=_RESPONSE, registry=made)
        self._success = Counter("strategy_success", "Lots won", ["strategy"], registry=made)
        self._cap_reached = Counter("max_bid_reached", "Lots whose price passed the cap", ["strategy"], registry=made)
        self._sockets = Gauge("websocket_connections_active", "WebSocket clients", registry=made)
        self._store = Gauge("redis_connection_status", "1 while Redis answers", registry=made)
        self.health = Gauge("system_health_status", "1 healthy, 0.5 degraded, 0 unhealthy", registry=made)
        self._memory = Gauge("nodejs_memory_usage_bytes", "Memory under the name existing alerts know", ["type"], registry=made)
        self._breaker = Gauge("circuit_breaker_state", "0 closed, 1 open, 2 half open", registry=made)
        self._trips = Counter("circuit_breaker_trips", "Times that the breaker opened", registry=made)
        self._trips_seen: int | None = None
        self._format = Gauge("bidwright_format_broken", "1 while the site's pages are not understood", registry=made)
        self._polled = Gauge("polling_active_count", "Lots that are looked at", registry=made)
        self._queue = Gauge("polling_queue_size", "Lots in the polling queue", registry=made)
        self._events = Counter("bidwright_gateway_events", "Events heard", ["kind"], registry=made)
        self.plugin_events = Counter(
            "bidwright_plugin_events", "Events for plugins that listen, by what came of them", ["plugin", "outcome"], registry=made
        )
        self._exposure = Gauge("bidwright_exposure_dollars", "What the site could still charge, and what was won, all-in", registry=made)
        self._halted = Gauge("bidwright_halted", "1 while everything is stopped", registry=made)
        self._live = Gauge("bidwright_live", "1 while the service may bid real money", registry=made)
        board.listeners.append(self.hear)

    def answered(self, method: str, route: str, status: int, began: float) -> None:
        """Count a request that was answered; it *began* at that ``time.perf_counter()``."""
        labels = (method, route, str(status))
        self.http.labels(*labels).inc()
        self.http_seconds.labels(*labels).observe(time.perf_counter() - began)

    def hear(self, news: News) -> None:
        """Count what the board heard."""
        for kind in news.kinds:
            self._events.labels(kind).inc()
        for change in news.changes:
            self._changed(change)
        for intent in self.signs.hear(news.intents):
            self._bid(intent)

    def text(self, clients: int, rss: int) -> bytes:
        """The exposition in Prometheus' text format."""
        board, service = self._board, self._board.service
        open_lots = [lot for lot in board.lots.values() if lot.watched and not lot.final]
        self._active.set(len(open_lots))
        self._polled.set(len(open_lots))
        self.signs.look()
        self._queue.set(len([lot for lot in board.lots.values() if not lot.final]))
        self._sockets.set(clients)
        self._store.set(int(board.up))
        for kind in ("rss", "heap_used", "heap_total"):
            self._memory.labels(kind).set(rss)
        self._exposure.set(number(service.total.get("live" if service.live else "dry")) / 100)
        self._halted.set(int(service.halted))
        self._live.set(int(service.live))
        self._breaker.set({"open": 1, "half": 2}.get(service.breaker.get("state", ""), 0))
        self._format.set(int(service.format.get("state") == "broken"))
        trips = number(service.breaker.get("trips"))
        self._trips.inc(max(0, trips - (trips if self._trips_seen is None else self._trips_seen)))
        self._trips_seen = trips
        return generate_latest(self.registry) + generate_latest(REGISTRY)

    def _changed(self, change: Change) -> None:
        old, new = change.old, change.new
        if new is None:
            return
        if new.watched and not (old and old.watched):
            self._monitored.inc()
        if old and (new.obs_started > old.obs_started or new.shown_started > old.shown_started):
            self._by_source.tally["polling"] += 1
        if old and new.heard_at > old.heard_at:
            self._by_source.tally["sse"] += 1
        if new.final and not (old and old.final):
            self._completed.labels("won" if new.outcome == "won" else "lost").inc()
            if new.outcome == "won":
                self._success.labels(new.strategy).inc()
        if old and old.next_bid <= new.cap < new.next_bid and new.watched and new.cap:
            self._cap_reached.labels(new.strategy).inc()

    def _bid(self, intent: IntentRecord) -> None:
        if not intent.sent:
            return
        self._bids.labels(intent.strategy, "success" if intent.state in _TOOK else "failed").inc()
        self._bid_dollars.observe(intent.amount / 100)
        if intent.ended:
            self._bid_seconds.observe((intent.ended - intent.sent) / 1000)
