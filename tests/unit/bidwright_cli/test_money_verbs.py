"""Budgets, groups and rates as the verbs show them."""

import json

import httpx
import pytest

from bidwright_cli import api
from bidwright_cli.app import main
from bidwright_cli.verbs import budget, group

BUDGET = {"scope": "day:2026-11-26", "limit": 120.5, "live": 20, "dryRun": 0, "free": {"live": 100.5, "dryRun": 120.5}, "lots": ["7"]}
COUNTS = {"live": {"won": 0, "leading": 1}, "dryRun": {"won": 2, "leading": 0}}
GROUP = {"id": "drills", "name": "Drills", "wanted": 1, "over": 0, **COUNTS, "lots": ["7", "8"]}
PHOENIX = {"Phoenix": {"premium": "15", "tax": "8.6"}}
RATES = {"default": {"premium": 15, "tax": 8.5, "source": "assumed"}, "locations": PHOENIX, "waiting": ["7"]}
ADDED = {"config": {"maxAllIn": "25", "strategy": "auto", "autoBid": False}}


@pytest.fixture
def asked(monkeypatch):
    """What the verbs ask a Bidwright that agrees to everything: method, path and body."""
    heard = []

    def answer(request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content) if request.content else None
        heard.append((request.method, request.url.path, body))
        known = {"budgets": [BUDGET], "default": {"day": 120, "week": None}, "groups": [GROUP], "group": GROUP}
        if "rates" in request.url.path:
            known = RATES
        limit = (body or {}).get("limit")
        told = {"success": True, **known, "limit": limit and float(limit), "config": {"maxBid": 20, "maxAllIn": 25}}
        return httpx.Response(200, json=told)

    client = httpx.Client
    monkeypatch.setattr(api.httpx, "Client", lambda **given: client(**given, transport=httpx.MockTransport(answer)))
    monkeypatch.setenv("BIDWRIGHT_URL", "http://bidwright.invalid")
    return heard


@pytest.mark.parametrize(
    ("line", "made", "words"),
    [
        (["budget"], ("GET", "/api/budgets", None), "New days and weeks begin with: day $120.00, week none."),
        (["budget", "set", "total", "$1,500.25"], ("PUT", "/api/budgets/total", {"limit": "1500.25"}), "total is $1,500.25"),
        (["budget", "set", "day", "none"], ("PUT", "/api/budgets/default/day", {"limit": None}), "each new day is none"),
        (["group", "list"], ("GET", "/api/groups", None), "0 (2)"),
        (["group", "add", "Drills", "7", "8"], ("POST", "/api/groups", {"name": "Drills", "wanted": 1, "lots": ["7", "8"]}), "1 of 2"),
        (["group", "set", "drills", "--want", "2"], ("PUT", "/api/groups/drills", {"wanted": 2}), "changed"),
        (["group", "remove", "drills"], ("DELETE", "/api/groups/drills", None), "dropped"),
        (["rates", "list"], ("GET", "/api/rates", None), "a guess of ours"),
        (["rates", "set", "15", "8.6", "--at", "Phoenix"], ("PUT", "/api/rates", {"locations": PHOENIX}), "bid under way"),
        (["watch", "set", "7", "--all-in", "none"], ("PUT", "/api/auctions/7/config", {"config": {"maxAllIn": None}}), "changed"),
        (["watch", "add", "7", "--all-in", "25"], ("POST", "/api/auctions/7/monitor", ADDED), "up to $20 ($25.00 all-in), not armed"),
    ],
)
def test_what_is_asked_and_said(asked, capsys, line, made, words):
    """Each verb asks the public API once and answers in a sentence or a table."""
    assert 0 == main(line)
    assert [made] == asked
    assert words in " ".join(capsys.readouterr().out.split())


def test_rows():
    """Amounts with cents, paper in brackets."""
    assert ("day:2026-11-26", "$120.50", "$20.00", "$0.00", "$100.50", "1") == budget.row(BUDGET)
    assert ("drills", "1", "0 (2)", "1", "Drills", "7 8") == group.row(GROUP)
