"""Rules, dashboards, pages and code walk together; promtool's own tests run in ``make check`` (tools/rules)."""

import importlib.util
import json
import queue
import re
import shutil
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
import yaml
from plantation import DASHBOARDS, ROOT, RULES, any_free, program, queries, until

ALERTS = [rule for group in yaml.load((RULES / "alerts.yml").read_text("utf-8"), yaml.CSafeLoader)["groups"] for rule in group["rules"]]
RECORDED = yaml.load((RULES / "recorded.yml").read_text("utf-8"), yaml.CSafeLoader)["groups"][0]["rules"]
TESTS = yaml.load((RULES / "tests/alerts.yml").read_text("utf-8"), yaml.CSafeLoader)["tests"]
START = ROOT / "observability/alertmanager/start"
OUTSIDE = {"up", "process_resident_memory_bytes", "process_cpu_seconds_total", "process_open_fds"}
"""What Prometheus and its client library bring."""


def tool(name):
    """A module of tools/."""
    spec = importlib.util.spec_from_file_location(f"tools_{name}", ROOT / f"tools/{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["alert"])
def test_every_alert_is_tried_both_ways(alert):
    """One test in which it fires, with its words, and one in which it stays quiet."""
    tried = [rule for test in TESTS for rule in test["alert_rule_test"] if rule["alertname"] == alert["alert"]]

    assert {True, False} == {bool(rule["exp_alerts"]) for rule in tried}


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["alert"])
def test_every_alert_says_what_is_wrong_and_where_to_read_on(alert):
    """A sentence, a severity, and a heading of the runbooks that is there."""
    file, _, anchor = alert["annotations"]["runbook"].partition("#")
    headings = re.findall(r"^### (.+)$", (ROOT / file).read_text("utf-8"), re.MULTILINE)

    assert alert["annotations"]["summary"].endswith(".")
    assert alert["labels"]["severity"] in {"critical", "warning", "info"}
    assert anchor == alert["alert"].lower()
    assert alert["alert"] in headings


def test_rules_and_dashboards_ask_for_metrics_that_there_are():
    """By the names in the code; a metric that is renamed is noticed here."""
    known = {one.name for one in tool("metrics").declared()} | OUTSIDE | {rule["record"] for rule in RECORDED}
    known |= {f"{one.name}_{end}" for one in tool("metrics").declared() if one.kind == "histogram" for end in ("bucket", "count", "sum")}
    asked = [*queries(), *(rule["expr"] for rule in (*ALERTS, *RECORDED))]
    words = {
        word
        for expr in asked
        for word in re.findall(
            r"\b(?:bidwright:[a-z0-9_:]+|[a-z]+(?:_[a-z]+)+)\b", re.sub(r"\{[^}]*\}|by \([^)]*\)|on \([^)]*\)", "", expr)
        )
    }

    assert set() == words - known - {"histogram_quantile"}


def test_the_names_of_the_contract_are_kept():
    """Every one that existing rules and graphs ask for is declared somewhere."""
    known = {one.name for one in tool("metrics").declared()}
    asked = """auction_active_count auction_monitored_total auction_completed_total bids_placed_total bid_amount_dollars
        bid_response_time_seconds strategy_success_total max_bid_reached_total sse_connections_active sse_connections_total
        sse_events_received_total sse_event_latency_seconds sse_connection_errors_total sse_reconnection_attempts_total polling_active_count
        polling_requests_total polling_duration_seconds polling_fallback_activations_total auction_updates_by_source system_health_status
        websocket_connections_active redis_connection_status http_request_duration_seconds http_requests_total application_errors_total
        circuit_breaker_state circuit_breaker_trips_total polling_queue_size polling_queue_processing_seconds nodejs_memory_usage_bytes"""

    assert set() == set(asked.split()) - known


def test_no_metric_has_a_lot_as_a_label():
    """Nor what there are as many of."""
    labels = {label for one in tool("metrics").declared() for label in one.labels}

    assert set() == labels & {"lot", "lot_id", "id", "intent", "title", "url", "path", "device", "user", "amount"}


def test_the_dashboards_are_those_of_the_code():
    """Four, with unique ids, each panel with a place of its own."""
    boards = [json.loads(file.read_text("utf-8")) for file in sorted(DASHBOARDS.glob("*.json"))]

    assert ["bidwright-internals", "bidwright-money", "bidwright-overview", "bidwright-site"] == [board["uid"] for board in boards]
    for board in boards:
        places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in board["panels"]]
        assert len(places) == len(set(places))
        assert all(panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24 for panel in board["panels"])
    assert 0 == subprocess.run([sys.executable, ROOT / "tools/dashboards.py", "--check"], check=False, timeout=30).returncode  # noqa: S603 - our own


def test_every_log_event_has_one_place_or_is_listed():
    """A name is dotted, in small letters, and stands for one fact."""
    events = tool("events")
    places = {}
    for one in events.said():
        assert re.fullmatch(r"[a-z]+(?:[._][a-z]+)*\.[a-z_]+", one.name), f"{one.file}:{one.line}: {one.name!r}"
        places.setdefault(one.name, set()).add((one.file, one.line))

    assert set(events.SHARED) == {name for name, found in places.items() if len(found) > 1}


# ---- Alertmanager ----------------------------------------------------------------------------------------------------------------


def configured(**given):
    """What the start script makes of these variables."""
    ran = subprocess.run(["sh", str(START), "--print"], env={"PATH": "/usr/bin:/bin", **given}, capture_output=True, text=True, check=False)  # noqa: S603, S607 - our own
    return yaml.safe_load(ran.stdout), ran


def test_alerts_go_by_mail_and_webhook():
    """Both, with a password that is only named; nothing that somebody writes in a variable becomes more than a text."""
    config, _ = configured(
        BIDWRIGHT_ALERT_EMAIL="me@example.org",
        BIDWRIGHT_ALERT_SMTP="mail.example.org:587",
        BIDWRIGHT_ALERT_USER="o'brien: {x}",
        BIDWRIGHT_ALERT_PASSWORD_FILE="/run/secrets/mail",
        BIDWRIGHT_ALERT_WEBHOOK="https://example.org/hook?a=b#c",
    )
    (owner,) = config["receivers"]
    (mail,), (hook,) = owner["email_configs"], owner["webhook_configs"]

    assert ("me@example.org", "mail.example.org:587", "o'brien: {x}", "/run/secrets/mail") == (
        mail["to"], mail["smarthost"], mail["auth_username"], mail["auth_password_file"],
    )  # fmt: skip
    assert "https://example.org/hook?a=b#c" == hook["url"]


def test_without_an_address_alerts_are_only_shown():
    """It starts all the same, and its page shows them."""
    config, ran = configured()

    assert (0, [{"name": "owner"}]) == (ran.returncode, config["receivers"])


def test_mail_without_a_server_is_said():
    """Before anything starts, by the variable's name."""
    _, ran = configured(BIDWRIGHT_ALERT_EMAIL="me@example.org")

    assert ran.returncode != 0
    assert "BIDWRIGHT_ALERT_SMTP" in ran.stderr


def test_an_alert_reaches_the_webhook(tmp_path):
    """Through a real Alertmanager with the configuration as it is made; skipped with a word where there is none."""
    binary = shutil.which("alertmanager") or shutil.which("prometheus-alertmanager")
    if not binary:
        pytest.skip("there is no alertmanager on this machine (Debian: apt install prometheus-alertmanager)")
    told = queue.Queue()

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self):
            told.put(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            """No line for it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    _, ran = configured(BIDWRIGHT_ALERT_WEBHOOK=f"http://127.0.0.1:{server.server_port}/hook")
    (tmp_path / "am.yml").write_text(ran.stdout, "utf-8")
    port = any_free("127.0.0.1")
    words = [f"--config.file={tmp_path}/am.yml", f"--storage.path={tmp_path}/data", f"--web.listen-address=127.0.0.1:{port}"]
    process = subprocess.Popen([binary, *words, "--cluster.listen-address="], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - found on the path
    alert = {"labels": {"alertname": "WillNotBid", "severity": "critical"}, "annotations": {"summary": "A test."}}
    try:
        until(lambda: httpx.post(f"http://127.0.0.1:{port}/api/v2/alerts", json=[alert], timeout=5, trust_env=False).is_success, 20)
        body = told.get(timeout=20)
    finally:
        process.terminate()
        process.wait(10)
        server.shutdown()
        server.server_close()
    assert [("firing", "WillNotBid", "A test.")] == [
        (one["status"], one["labels"]["alertname"], one["annotations"]["summary"]) for one in body["alerts"]
    ]


def test_what_is_muted_is_an_alert():
    """Inhibitions name alerts that there are."""
    config, _ = configured()
    named = {
        name
        for rule in config["inhibit_rules"]
        for one in rule["source_matchers"] + rule["target_matchers"]
        for name in re.findall(r"[A-Z]\w+", one)
    }

    assert set() == named - {alert["alert"] for alert in ALERTS}


@pytest.mark.timeout(150)
def test_the_rules_pass_promtool():
    """The same as ``make check`` runs; skipped with a word where there is no promtool."""
    if not program("promtool"):
        pytest.skip("there is no promtool on this machine")
    ran = subprocess.run([ROOT / "tools/rules"], capture_output=True, text=True, check=False, timeout=120)  # noqa: S603 - our own

    assert f"{len(ALERTS)} alerts, each fires and stays quiet" in ran.stdout, ran.stderr
