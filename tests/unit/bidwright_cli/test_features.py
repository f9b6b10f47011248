"""Switches as the verbs show and throw them."""

import json

import httpx
import pytest

from bidwright_cli import api
from bidwright_cli.app import main
from bidwright_cli.exits import Exit

TOGGLE = {
    "name": "challenger", "value": "control", "reason": "percentage: 10% live", "forSomeLots": True, "live": "10%", "environment": None,
    "review": "2026-01-01", "stale": True, "locked": "", "description": "A try.", "warnings": ["it is odd"],
}  # fmt: skip
ENTRY = {"at": "2026-11-26T10:00:00+00:00", "who": "redis", "name": "challenger", "old": None, "new": "10%", "why": "set in Redis by hand"}
ROW = {"variant": "challenger", "lots": 30, "won": 9, "surplusPerLot": -1.5, "interval": [-2.0, 1.0], "againstFirst": None}
AGAINST = {**ROW, "againstFirst": {"surplusPerLot": 2.0, "interval": None}}


@pytest.fixture
def asked(monkeypatch):
    """What the verbs ask a Bidwright that agrees to everything: method, path and body."""
    heard = []

    def answer(request: httpx.Request) -> httpx.Response:
        heard.append((request.method, request.url.raw_path.decode(), json.loads(request.content) if request.content else None))
        known = {"toggles": [TOGGLE], "toggle": TOGGLE, "audit": [ENTRY], "outcomes": [ROW, AGAINST], "mixed": 2}
        return httpx.Response(200, json={"success": True, **known})

    client = httpx.Client
    monkeypatch.setattr(api.httpx, "Client", lambda **given: client(**given, transport=httpx.MockTransport(answer)))
    monkeypatch.setenv("BIDWRIGHT_URL", "http://bidwright.invalid")
    return heard


@pytest.mark.parametrize(
    ("line", "made", "words"),
    [
        (["list"], ("GET", "/api/toggles", None), "it is odd"),
        (["list", "--lot", "7"], ("GET", "/api/toggles?lot=7", None), "challenger"),
        (["set", "sse", "off"], ("PUT", "/api/toggles/sse", {"value": "off", "why": "", "who": "cli"}), "for some lots 10%"),
        (
            ["set", "challenger", "10%", "--why", "a try", "--worse-by", "$2.50", "--lots", "30"],
            (
                "PUT",
                "/api/toggles/challenger",
                {"value": "10%", "why": "a try", "who": "cli", "rollback": {"worseBy": "2.50", "lots": 30}},
            ),
            "challenger is",
        ),
        (["reset", "sse", "--why", "enough"], ("DELETE", "/api/toggles/sse", {"why": "enough", "who": "cli"}), "challenger is"),
        (["audit"], ("GET", "/api/toggles/audit?limit=20", None), "redis"),
        (["audit", "sse", "--limit", "5"], ("GET", "/api/toggles/audit?limit=5&name=sse", None), "10%"),
        (["outcomes", "challenger"], ("GET", "/api/toggles/challenger/outcomes", None), "2 lots were under several"),
    ],
)
def test_what_is_asked_and_said(asked, capsys, line, made, words):
    """Each verb asks the public API once and answers in a sentence or a table."""
    assert 0 == main(["features", *line])
    assert [made] == asked
    assert words in capsys.readouterr().out


def test_json_is_the_answer(asked, capsys):
    """As the API gives it."""
    assert 0 == main(["features", "outcomes", "challenger", "--json"])
    assert 30 == json.loads(capsys.readouterr().out)["outcomes"][0]["lots"]


def test_a_rule_needs_both_halves(asked, capsys):
    """How much worse, and over how many lots."""
    assert Exit.USAGE == main(["features", "set", "challenger", "10%", "--lots", "30"])
    assert [] == asked
