"""A live run against a real Prometheus: every query of every dashboard finds data, and what alerts and dashboards name truly moves."""

import re
from pathlib import Path

import pytest
import yaml
from plantation import ROOT, RULES, queries, until

RECORDED = yaml.safe_load((RULES / "recorded.yml").read_text("utf-8"))["groups"][0]["rules"]
ALERTS = [rule for group in yaml.safe_load((RULES / "alerts.yml").read_text("utf-8"))["groups"] for rule in group["rules"]]
KNOWN = {
    "auction_active_count",
    "auction_monitored_total",
    "auction_completed_total",
    "bids_placed_total",
    "bid_amount_dollars_count",
    "bid_response_time_seconds_count",
    "strategy_success_total",
    "max_bid_reached_total",
    "sse_connections_active",
    "sse_connections_total",
    "sse_events_received_total",
    "sse_event_latency_seconds_count",
    "sse_connection_errors_total",
    "sse_reconnection_attempts_total",
    "polling_active_count",
    "polling_requests_total",
    "polling_duration_seconds_count",
    "polling_fallback_activations_total",
    "auction_updates_by_source",
    "system_health_status",
    "websocket_connections_active",
    "redis_connection_status",
    "http_request_duration_seconds_count",
    "http_requests_total",
    "polling_queue_size",
    "polling_queue_processing_seconds_count",
    "nodejs_memory_usage_bytes",
}
"""The contract's names, but for three that stand still while all is well: application_errors_total and the breaker's two."""
STILL = {
    "bidwright_backup_timestamp_seconds",
    "bidwright_channel_down",
    "bidwright_format_broken",
    "bidwright_gate_refused_total",
    "bidwright_outbox_waiting",
    "bidwright_plugin_problems",
    "bidwright_plugin_strikes_total",
    "bidwright_poll_shortfall",
    "bidwright_queue_late_seconds",
    "bidwright_refusals_total",
    "bidwright_stream_lag_seconds",
    "circuit_breaker_state",
    "circuit_breaker_trips_total",
    "application_errors_total",
}
"""These may stand still in a run in which all is well. Each is moved by a test of its own, which names it."""


def names_in(expressions):
    """The metrics that they ask for: what is neither in braces, nor a label, nor recorded, nor a function."""
    beside = re.compile(r"\{[^}]*\}|(?:by|on) \([^)]*\)|bidwright:[\w:]+")
    words = {word for expr in expressions for word in re.findall(r"\b[a-z]+(?:_[a-z]+)+\b", beside.sub("", expr))}
    return words - {"histogram_quantile", "max_over_time"}


NAMED = sorted(names_in([*queries(), *(rule["expr"] for rule in (*RECORDED, *ALERTS))]))


def test_every_query_of_every_dashboard_finds_data(prometheus):
    """The queries of the files as they are shipped, and the rules that they build on."""
    asked = [*queries(), *(rule["record"] for rule in RECORDED)]
    missing = until(lambda: not [query for query in asked if not prometheus.ask(query)], prometheus.patience())

    assert missing, [query for query in asked if not prometheus.ask(query)]


@pytest.mark.parametrize("name", sorted({*NAMED, *KNOWN} - STILL))
def test_what_is_named_moves(prometheus, name):
    """Above zero at some time of the run."""
    assert until(lambda: prometheus.ask(f"max(max_over_time({name}[15m])) > 0"), prometheus.patience()), prometheus.ask(name)


@pytest.mark.parametrize("name", sorted(STILL))
def test_what_stands_still_here_is_moved_elsewhere(name):
    """By a test that says its name, and not only this one."""
    others = [file for file in (ROOT / "tests").rglob("test_*.py") if file != Path(__file__)]

    assert name in {*NAMED, "application_errors_total"}
    assert [file for file in others if name in file.read_text("utf-8")]


def test_no_alert_that_needs_somebody_at_once_fires_in_a_run_in_which_all_is_well(prometheus):
    """Halted and held lots were provoked; nothing else is critical."""
    until(lambda: prometheus.ask("bidwright:http_requests:rate5m"), prometheus.patience())
    firing = {one["metric"]["alertname"] for one in prometheus.ask('ALERTS{alertstate="firing",severity="critical"}')}

    assert firing <= {"WillNotBid"}


def test_no_lot_is_a_label(prometheus):
    """Nor a title, nor an amount: no label has a value with as many digits as a lot's id."""
    series = prometheus.ask('{job=~".+"}')
    seen = {value for one in series for label, value in one["metric"].items() if label not in ("__name__", "instance", "le", "version")}

    assert len(series) > 100
    assert [] == [value for value in seen if re.search(r"\d{5,}", value)]
