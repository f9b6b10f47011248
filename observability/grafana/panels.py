"""What the dashboards show: one row per panel. ``tools/dashboards`` writes the files that Grafana reads from it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Panel:
    """
    One panel. *asks*: query -> legend; *unit* in Grafana's words; *kind*: timeseries or stat; *says*: what to see in it.
    """

    title: str
    asks: dict[str, str]
    unit: str = "short"
    kind: str = "timeseries"
    says: str = ""
    wide: int = 8
    red_above: float | None = None
    red_below: float | None = None


@dataclass(frozen=True)
class Board:
    """
    One dashboard.
    """

    uid: str
    title: str
    says: str
    panels: list[Panel] = field(default_factory=list)


def stat(title: str, ask: str, unit: str = "short", **more: object) -> Panel:
    """One figure."""
    return Panel(title, {ask: ""}, unit, "stat", wide=4, **more)  # type: ignore[arg-type]


OVERVIEW = Board(
    "bidwright-overview",
    "Bidwright: overview",
    "Is everything there, does it work, and does anything need me?",
    [
        stat("Lots watched", "max(auction_active_count)"),
        stat("Armed", "sum(max by (mode) (bidwright_armed_lots))"),
        stat(
            "Will not bid, closing soon",
            "max(bidwright_wont_bid_soon)",
            red_above=1,
            says="Armed lots that close within ten minutes and hold.",
        ),
        stat("Real money", "max(bidwright_live)", says="1 while the service may bid real money."),
        stat("Stopped", "max(bidwright_halted)", red_above=1, says="1 while the kill switch is thrown."),
        stat("Health", "min(system_health_status)", red_below=0.7, says="1 healthy, 0.5 degraded, 0 unhealthy."),
        stat("Logged in to the site", "min(bidwright_session_ok)", red_below=1),
        stat("Redis answers", "min(bidwright_store_up)", red_below=1),
        stat("Breaker", "max(circuit_breaker_state)", red_above=1, says="0 closed, 1 open, 2 half open."),
        stat("Clients", "sum(websocket_connections_active)"),
        stat("Disk free", "min(bidwright_disk_free_bytes / bidwright_disk_size_bytes)", "percentunit", red_below=0.1),
        stat("Replicas", "sum(max by (service) (bidwright_replicas))"),
        Panel("Replicas by service", {"max by (service) (bidwright_replicas)": "{{service}}"}),
        Panel("Lots by how soon they close", {"max by (closes_within) (bidwright_lots)": "within {{closes_within}}"}),
        Panel("Age of the oldest price", {"max by (closes_within) (bidwright_price_age_seconds)": "within {{closes_within}}"}, "s"),
        Panel("Requests of clients", {"bidwright:http_requests:rate5m": "{{route}}"}, "reqps"),
        Panel(
            "Failures",
            {"bidwright:http_failures:share5m or vector(0)": "clients", "bidwright:site_failures:share5m": "site"},
            "percentunit",
        ),
        Panel("Answers to clients, slowest of 100", {"bidwright:http_seconds:p99_5m": "p99"}, "s"),
    ],
)
MONEY = Board(
    "bidwright-money",
    "Bidwright: money",
    "What was bid, what came of it, and what the site could still charge.",
    [
        stat("Exposure and won", "max(bidwright_exposure_dollars)", "currencyUSD"),
        stat("Total budget", "max(bidwright_budget_limit_dollars)", "currencyUSD"),
        stat("Bids without an outcome", "max(bidwright_open_intents)", red_above=5),
        stat("Oldest of them", "max(bidwright_open_intent_age_seconds)", "s", red_above=60),
        stat("Won in a day", 'max(increase(auction_completed_total{result="won"}[1d]))'),
        stat("Ended in a day", "max(sum by (instance) (increase(auction_completed_total[1d])))"),
        Panel("Receipts by state", {"max by (state) (sum by (instance, state) (increase(bidwright_receipts_total[5m])))": "{{state}}"}),
        Panel("Bids by strategy", {"max by (strategy, result) (increase(bids_placed_total[5m]))": "{{strategy}} {{result}}"}),
        Panel(
            "Bids by amount",
            {"histogram_quantile(0.5, max by (le) (rate(bid_amount_dollars_bucket[30m])))": "median"},
            "currencyUSD",
            says="Of the last half hour.",
        ),
        Panel("Decisions", {"sum by (what) (rate(bidwright_decisions_total[5m]))": "{{what}}"}, says="Looks that ended without a bid."),
        Panel("Refused by a guard", {"sum by (why) (increase(bidwright_refusals_total[5m])) or vector(0)": "{{why}}"}),
        Panel("Bids as nellis-proxy ended them", {'sum by (state) (increase(bidwright_bids_total{job="nellis-proxy"}[5m]))': "{{state}}"}),
        Panel("How late planned bids are decided", {"bidwright:decision_late:p99_5m": "p99"}, "s"),
        Panel(
            "From sending to the outcome",
            {"histogram_quantile(0.95, max by (le) (rate(bid_response_time_seconds_bucket[30m])))": "p95"},
            "s",
        ),
        Panel("Exposure", {"max(bidwright_exposure_dollars)": "exposure", "max(bidwright_budget_limit_dollars)": "budget"}, "currencyUSD"),
    ],
)
SITE = Board(
    "bidwright-site",
    "Bidwright: site",
    "How the auction site answers, and what of the request budget is used.",
    [
        stat("Budget used", "bidwright:request_budget:used", "percentunit", red_above=0.9),
        stat("Requests", "bidwright:site_requests:rate1m", "reqps"),
        stat("Site's clock known to", "max(bidwright_site_clock_width_seconds)", "s"),
        stat("Clock trusted", "min(bidwright_site_clock_trusted)", red_below=1),
        stat("Live events", "max(sse_connections_active)"),
        stat("Pages not understood", "max(bidwright_format_broken)", red_above=1),
        Panel("Requests by kind", {"sum by (kind) (rate(bidwright_site_requests_total[1m]))": "{{kind}}"}, "reqps"),
        Panel("Requests by outcome", {"sum by (outcome) (rate(bidwright_site_requests_total[1m]))": "{{outcome}}"}, "reqps"),
        Panel(
            "Answers, slowest of 20",
            {"histogram_quantile(0.95, sum by (le, kind) (rate(bidwright_site_request_seconds_bucket[5m])))": "{{kind}}"},
            "s",
        ),
        Panel(
            "Waiting for a place in the budget",
            {"histogram_quantile(0.95, sum by (le, purpose) (rate(bidwright_gate_wait_seconds_bucket[5m])))": "{{purpose}}"},
            "s",
        ),
        Panel("Sent away by the budget", {"sum by (purpose) (increase(bidwright_gate_refused_total[5m])) or vector(0)": "{{purpose}}"}),
        Panel("Reads at the breaker", {"sum by (outcome) (rate(bidwright_guarded_reads_total[5m]))": "{{outcome}}"}),
        Panel("Live events", {"max by (event_type) (rate(sse_events_received_total[5m]))": "{{event_type}}"}),
        Panel("Live connections lost", {"max by (error_type) (increase(sse_connection_errors_total[5m]))": "{{error_type}}"}),
        Panel("Updates by source", {"max by (source) (auction_updates_by_source)": "{{source}}"}),
        Panel("Looks", {"sum by (outcome) (rate(bidwright_polls_total[5m]))": "{{outcome}}", "max(bidwright_poll_shortfall)": "missing"}),
        Panel("Looks by way", {"sum by (way) (rate(bidwright_poll_requests_total[5m]))": "{{way}}"}),
        Panel("Breaker", {"max(circuit_breaker_state)": "state", "max(circuit_breaker_trips_total)": "trips"}),
    ],
)
INTERNALS = Board(
    "bidwright-internals",
    "Bidwright: internals",
    "Processes, the store, calls between services, plugins and notices.",
    [
        Panel("Event loop, how late (slowest of 100)", {"bidwright:event_loop_lag:p99_5m": "{{job}}"}, "s"),
        Panel("Memory", {"max by (job) (bidwright_pss_bytes)": "{{job}}"}, "bytes"),
        Panel("Processor", {"sum by (job) (rate(process_cpu_seconds_total[5m]))": "{{job}}"}, "percentunit"),
        Panel("File descriptors", {"max by (job) (process_open_fds)": "{{job}}"}),
        Panel("Tasks", {"max by (job) (bidwright_tasks)": "{{job}}"}),
        Panel("Since the slowest loop worked", {"max by (job) (bidwright_silent_seconds)": "{{job}}"}, "s"),
        Panel("Lots in the queues", {"max by (queue) (bidwright_queue_lots)": "{{queue}}"}),
        Panel("Longest wait in a queue", {"max by (queue) (bidwright_queue_late_seconds)": "{{queue}}"}, "s"),
        Panel("Behind the event log", {"max by (reader) (bidwright_stream_lag_seconds)": "{{reader}}"}, "s"),
        Panel(
            "Transitions, slowest of 100",
            {"histogram_quantile(0.99, sum by (le, script) (rate(bidwright_transition_seconds_bucket[5m])))": "{{script}}"},
            "s",
        ),
        Panel("Transitions", {"sum by (script) (rate(bidwright_transition_seconds_count[5m]))": "{{script}}"}, "ops"),
        Panel("Store", {"max(bidwright_store_memory_bytes)": "memory", "max(bidwright_stream_entries)": "entries of the log"}),
        Panel("Calls between services", {"bidwright:rpc_calls:rate5m": "{{method}}"}, "reqps"),
        Panel("Calls that fail", {"bidwright:rpc_failures:share5m": "{{method}}"}, "percentunit"),
        Panel("Calls, slowest of 100", {"bidwright:rpc_seconds:p99_5m": "{{method}}"}, "s"),
        Panel("Plugins out", {"max by (job) (bidwright_plugin_problems)": "{{job}}"}),
        Panel("Strikes of plugins", {"sum by (plugin) (increase(bidwright_plugin_strikes_total[1h])) or vector(0)": "{{plugin}}"}),
        Panel("Orders over the WebSocket", {"sum by (kind, outcome) (rate(bidwright_ws_messages_total[5m]))": "{{kind}} {{outcome}}"}),
        Panel("Notices", {"sum by (kind) (increase(bidwright_notices_total[5m]))": "{{kind}}"}),
        Panel("Deliveries", {"sum by (channel, result) (increase(bidwright_deliveries_total[5m]))": "{{channel}} {{result}}"}),
        Panel("Notices waiting", {"max(bidwright_outbox_waiting)": "waiting", "sum(bidwright_channel_down)": "channels down"}),
    ],
)
BOARDS = [OVERVIEW, MONEY, SITE, INTERNALS]
