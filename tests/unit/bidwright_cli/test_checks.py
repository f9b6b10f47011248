"""The doctor's checks: each names what is wrong and what to do."""

import pytest

from bidwright_cli import checks
from bidwright_cli.checks import Answers
from bidwright_cli.folder import Folder

SERVICE = {"mode": "dry-run", "halted": False, "haltedWhy": ""}
LIVE = {**SERVICE, "mode": "live"}
STATUS = {
    "service": SERVICE,
    "services": [{"service": part, "silentMs": 40, "release": "0.1.0"} for part in checks.PARTS],
    "storage": {"connected": True},
    "store": {"epoch": "e1", "schema": "1", "restored": False},
    "backup": {"at": 1_790_000_000_000, "file": "x", "why": ""},
    "storeComplaints": [],
}
SEEN = {
    "session": "ok", "breaker": "closed", "format": "ok", "formatWhy": "", "blockedUntil": None, "clockWidthMs": 240.0,
    "clockTrusted": True, "lastWay": "page-streamed", "requestsPerSecond": 2.0,
}  # fmt: skip
HEALTH = {"checks": {"diskSpace": {"status": "healthy", "message": "The disk is 40 % full"}}}
TOTAL = {"scope": "total", "limit": 2000.0, "live": 100.0, "dryRun": 1990.0}
STRATEGIES = {"strategies": [{"name": "auto"}], "problems": []}


def found(status=None, health=HEALTH, budgets=(), strategies=STRATEGIES, *, real=False, probe=None, error=None, **seen):
    """The checks by name, of an installation in which all is well but for what is given."""
    site = {"site": {"real": real}, "status": None if error else {**SEEN, **seen}, "probe": probe, "error": error}
    answers = Answers({**STATUS, **(status or {})}, health, site, [*budgets] or [{**TOTAL, "dryRun": 0.0}], strategies)
    return {check.name: check for check in checks.of(answers, epoch="e1", now_s=1_790_000_000 + 7200)}


def test_all_is_well():
    """Every check is there and ok."""
    made = found()
    parts = {*checks.PARTS, "redis", "disk", "bidding", "site", "session", "clock", "breaker", "format", "budget total", "plugins"}
    parts |= {"can bid", "epoch", "backup", "versions", "rate"}
    assert parts == set(made)
    assert {"ok"} == {check.state for check in made.values()}


@pytest.mark.parametrize(
    ("given", "name", "state", "words"),
    [
        ({"status": {"services": []}}, "bidder", "fail", "Start it"),
        ({"status": {"services": [{"service": "bidder", "silentMs": 60_000}]}}, "bidder", "fail", "nothing for 60 s"),
        ({"status": {"storage": {"connected": False}}}, "redis", "fail", "Start it"),
        ({"status": {"storeComplaints": ["It forgets"]}}, "redis", "warn", "It forgets."),
        ({"status": {"storeComplaints": ["It forgets"], "service": LIVE}}, "redis", "fail", "It forgets."),
        ({}, "can bid", "ok", "on paper"),
        ({"status": {"service": LIVE}}, "can bid", "ok", "Yes: armed lots"),
        ({"status": {"services": []}}, "can bid", "fail", "gateway, nellis-proxy, poller, bidder"),
        ({"status": {"service": {**SERVICE, "halted": True}}}, "can bid", "warn", "Not now: bidding"),
        ({"session": "expired"}, "can bid", "ok", "on paper"),
        ({"session": "expired", "status": {"service": LIVE}}, "can bid", "fail", "session"),
        ({"status": {"store": {"epoch": ""}}}, "epoch", "fail", "was not made ready"),
        ({"status": {"store": {"epoch": "e2"}}}, "epoch", "fail", "not the one that this data folder knows"),
        ({"status": {"store": {"epoch": "e1", "restored": True}}}, "epoch", "warn", "restored from a backup"),
        ({}, "backup", "ok", "2 hours ago"),
        ({"status": {"backup": {"at": None, "why": ""}}}, "backup", "warn", "`bidwright backup` makes one"),
        ({"status": {"backup": {"at": 1_789_000_000_000, "why": ""}}}, "backup", "warn", "12 days old"),
        ({"status": {"backup": {"at": 1_790_000_000_000, "why": "No room."}}}, "backup", "warn", "No room"),
        (
            {"status": {"services": [*STATUS["services"], {"service": "bidder", "silentMs": 1, "release": "0.0.9"}]}},
            "versions",
            "warn",
            "0.0.9",
        ),
        ({"requestsPerSecond": 10.0, "real": True}, "rate", "warn", "10 requests"),
        ({"requestsPerSecond": 10.0}, "rate", "ok", "10 requests"),
        ({"health": {}}, "disk", "warn", "could not be asked"),
        ({"health": {"checks": {"diskSpace": {"status": "unhealthy", "message": "Full. Free some space."}}}}, "disk", "fail", "Free some"),
        ({"status": {"service": {**SERVICE, "halted": True, "haltedWhy": "dinner"}}}, "bidding", "warn", "(dinner)"),
        ({"error": "nellis-proxy is away"}, "site", "fail", "away"),
        ({"lastWay": ""}, "site", "warn", "No lot was read"),
        ({"blockedUntil": "2026-11-26T10:00:00Z"}, "site", "warn", "left alone until"),
        ({"session": "expired"}, "session", "warn", "log in"),
        ({"session": "expired", "status": {"service": LIVE}}, "session", "fail", "log in"),
        ({"clockWidthMs": None}, "clock", "warn", "not measured yet"),
        ({"clockWidthMs": 900.0}, "clock", "ok", "± 450 ms"),
        ({"clockTrusted": False}, "clock", "warn", "contradict"),
        ({"breaker": "open"}, "breaker", "warn", "tried again by itself"),
        ({"format": "broken", "formatWhy": "Gone."}, "format", "warn", "Gone."),
        ({"format": "broken", "formatWhy": "Gone.", "status": {"service": LIVE}}, "format", "fail", "Gone."),
        ({"budgets": [TOTAL]}, "budget total", "warn", "nearly used up"),
        ({"budgets": [{**TOTAL, "dryRun": 2000.0}]}, "budget total", "warn", "nothing more is bid"),
        ({"budgets": [TOTAL], "status": {"service": LIVE}}, "budget total", "ok", "$100.00 of $2,000.00"),
        ({"budgets": [{**TOTAL, "limit": None}]}, "budget total", "warn", "no limit"),
        ({"strategies": {}}, "plugins", "warn", "could not be asked"),
        ({"strategies": {"problems": [{"plugin": "dropin:x.py", "reason": "SyntaxError"}]}}, "plugins", "warn", "x.py is left out"),
        ({"real": True}, "probe", "warn", "doctor --site"),
        ({"probe": {"at": "2026-11-26T10:00:00Z", "findings": [{"name": "data", "state": "warn"}]}}, "probe", "warn", "see data"),
        ({"probe": {"at": "2026-11-26T10:00:00Z", "findings": [{"name": "data", "state": "ok"}]}}, "probe", "ok", "2026-11-26"),
    ],
)
def test_what_is_wrong_is_said(given, name, state, words):
    """In one line, with what to do."""
    check = found(**given)[name]
    assert state == check.state
    assert words in check.sentence


@pytest.mark.parametrize(
    ("url", "state"),
    [("http://127.0.0.1:3000", "ok"), ("http://localhost:3000", "ok"), ("http://192.0.2.7:3000", "warn"), ("https://bids.example", "ok")],
)
def test_who_can_reach_the_port(url, state):
    """Beyond this machine there should be TLS."""
    assert state == checks.port(url).state


def test_secrets_are_for_their_owner(tmp_path):
    """A token that others can read is named, with the command that helps."""
    folder = Folder(tmp_path / "sim")
    folder.path.mkdir(mode=0o700)
    folder.token.touch(mode=0o600)
    assert ["ok"] == [check.state for check in checks.files(folder)]

    folder.token.chmod(0o644)
    [check] = checks.files(folder)
    assert ("fail", f"chmod 600 {folder.token}") == (check.state, check.sentence.split(": ")[-1])
