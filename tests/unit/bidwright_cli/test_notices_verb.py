"""Notices as the verbs show them."""

import json

import httpx
import pytest

from bidwright_cli import api
from bidwright_cli.app import main

AT = "2026-11-26T20:00:00.000+00:00"
DELIVERIES = [
    {"channel": "log", "state": "delivered", "attempts": 1, "why": "", "at": AT, "escalated": False},
    {"channel": "phone", "state": "pending", "attempts": 3, "why": "Refused: it answered 500", "at": AT, "escalated": False},
]
ENTRY = {"id": "1-0", "kind": "won", "urgent": False, "auctionId": "7", "text": "Won lamp.", "at": AT, "state": "pending", "why": ""}
ENTRY |= {"heldFor": None, "heldUntil": None, "deliveries": DELIVERIES}
CHANNEL = {"name": "phone", "via": "apprise", "description": "d", "state": "down", "waiting": 4, "failures": 3, "why": "no route"}
LIST = {
    "running": True,
    "notifications": [ENTRY],
    "next": None,
    "counts": {"pending": 1, "dropped": 0},
    "channels": [CHANNEL],
    "problems": ["address 2: odd"],
}
WISHES = {
    "rules": [{"kinds": ["lost"], "severity": "normal", "channels": [], "mute": True}],
    "quiet": {"from": "22:00", "to": "07:00", "urgentToo": False},
    "digest": {"dailyAt": "08:00", "everyMinutes": None},
    "escalation": {"channels": ["phone"], "afterMinutes": 10, "afterAttempts": 5, "urgentOnly": True},
    "endingMinutes": 5,
    "timezone": "",
}
SETTINGS = {"settings": WISHES, "problems": ["rules[0]: odd."], "channels": ["log"], "quietUntil": None, "now": AT}


@pytest.fixture
def asked(monkeypatch):
    """What the verbs ask: method, path and body."""
    heard = []

    def answer(request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content) if request.content else None
        heard.append((request.method, request.url.path, body))
        told = SETTINGS if "settings" in request.url.path else LIST
        if "test" in request.url.path:
            told = {"delivered": body["channel"] == "log", "why": "no route", "tookMs": 7, "channel": body["channel"]}
        return httpx.Response(200, json={"success": True, **told})

    client = httpx.Client
    monkeypatch.setattr(api.httpx, "Client", lambda **given: client(**given, transport=httpx.MockTransport(answer)))
    monkeypatch.setenv("BIDWRIGHT_URL", "http://bidwright.invalid")
    return heard


def test_the_list_shows_states_reasons_and_channels(asked, capsys):
    """
    What was not delivered, by whom, and why.
    """
    assert 0 == main(["notices", "list", "--state", "open"])
    told = capsys.readouterr().out

    assert "Won lamp." in told
    assert "log, phone waits" in told
    assert "attempt 3: Refused: it answered 500" in " ".join(told.split())
    assert "down" in told
    assert "! address 2: odd" in told
    assert "In all: 1 pending." in told


def test_a_trial_says_what_happened(asked, capsys):
    """
    By its exit code, too.
    """
    assert 0 == main(["notices", "test", "log"])
    assert "log delivered it in 7 ms." in capsys.readouterr().out
    assert 1 == main(["notices", "test", "phone"])
    assert "phone did not deliver it: no route\n" == capsys.readouterr().err


def test_settings_are_shown_as_sentences(asked, capsys):
    """
    With what is wrong.
    """
    assert 0 == main(["notices", "settings"])
    told = " ".join(capsys.readouterr().out.split())

    for words in (
        "lost that is not urgent: nobody is told.",
        "Quiet from 22:00 to 07:00; what is urgent breaks through.",
        "daily at 08:00",
    ):
        assert words in told
    assert "not delivered after 10 minutes or 5 attempts goes to phone as well." in told
    assert "! rules[0]: odd." in told


@pytest.mark.parametrize(
    ("line", "body"),
    [
        (["--quiet", "22:00-07:00"], {"quiet": {"from": "22:00", "to": "07:00"}}),
        (["--quiet", "off", "--ending", "off"], {"quiet": None, "endingMinutes": 0}),
        (["--digest", "30"], {"digest": {"everyMinutes": 30}}),
        (["--digest", "08:00", "--ending", "5"], {"digest": {"dailyAt": "08:00"}, "endingMinutes": 5}),
        (["--escalate", "phone,mail:10:3"], {"escalation": {"channels": ["phone", "mail"], "afterMinutes": 10, "afterAttempts": 3}}),
        (["--timezone", "America/Phoenix"], {"timezone": "America/Phoenix"}),
    ],
)
def test_settings_are_changed_as_typed(asked, line, body):
    """
    What is not named is not sent.
    """
    assert 0 == main(["notices", "settings", *line])
    assert [("PUT", "/api/notifications/settings", body)] == asked


def test_settings_from_a_file(asked, tmp_path, capsys):
    """
    As --json prints them; a file that is none is refused.
    """
    file = tmp_path / "wishes.json"
    file.write_text(json.dumps(SETTINGS), "utf-8")
    assert 0 == main(["notices", "settings", "--file", str(file)])
    assert [("PUT", "/api/notifications/settings", WISHES)] == asked
    for text in ("{", "[1]"):
        file.write_text(text, "utf-8")
        assert 2 == main(["notices", "settings", "--file", str(file)])
