"""The calendar: what an entry says, the route and the command."""

from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest
import typer
from fastapi import APIRouter, FastAPI
from typer.testing import CliRunner

from bidwright import Money, WatchedLot
from bidwright_feature_calendar import register_cli, register_routes
from bidwright_feature_calendar.calendar import calendar

NOW = datetime(2026, 11, 26, 17, 0, tzinfo=UTC)
LOT = WatchedLot(
    id="70012345",
    title="Drill, 18V; red",
    url="https://site.invalid/p/drill/70012345",
    location="North Las Vegas",
    closes_at=datetime(2026, 11, 26, 18, 30, tzinfo=UTC),
    price=Money(1400),
    next_bid=Money(1500),
    cap=Money(4000),
    armed=True,
    leading=False,
    ended=False,
    outcome="",
    says="It bids in the last 10 s.",
)


class Around:
    """
    A gateway with these lots.
    """

    def __init__(self, clock, *lots):
        self.clock, self._lots = clock, lots

    def lots(self):
        return self._lots


def unfolded(text):
    """The lines as they were before they were folded."""
    return text.replace("\r\n ", "").split("\r\n")


def test_a_lot_is_an_event_at_its_close():
    """
    With what it costs now and what will happen; signs that mean something to a calendar are escaped.
    """
    lines = unfolded(calendar([LOT], NOW))

    assert [
        "BEGIN:VEVENT",
        "UID:lot-70012345@bidwright",
        "DTSTAMP:20261126T170000Z",
        "DTSTART:20261126T183000Z",
        "DTEND:20261126T183500Z",
        "SUMMARY:Closes: Drill\\, 18V\\; red",
        "DESCRIPTION:Now at $14\\, your limit is $40. It bids in the last 10 s.",
        "LOCATION:North Las Vegas",
        "URL:https://site.invalid/p/drill/70012345",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ] == lines[5:-2]
    assert ["BEGIN:VCALENDAR", "END:VCALENDAR", ""] == [lines[0], *lines[-2:]]


@pytest.mark.parametrize("more", [{"closes_at": None}, {"ended": True}])
def test_what_does_not_close_is_not_there(more):
    """
    A lot that was never read, and one that is over.
    """
    assert "VEVENT" not in calendar([replace(LOT, **more)], NOW)


def test_lines_are_short_and_signs_stay_whole():
    """
    At most 75 octets, the rest after a blank; unfolding gives back every sign.
    """
    text = calendar([replace(LOT, title="Größe ✓ " * 30)], NOW)

    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    assert f"SUMMARY:Closes: {'Größe ✓ ' * 30}" in unfolded(text)


def test_nothing_breaks_out_of_its_line():
    """
    A line break in somebody else's words begins no property.
    """
    text = calendar([replace(LOT, title="a\r\nATTACH:x", url="https://x.invalid/\r\nATTACH:y")], NOW)

    assert not any(line.startswith("ATTACH") for line in unfolded(text))


async def test_register_routes_answers_with_the_file(clock):
    """
    The lots as they are when it is asked.
    """
    api, app = APIRouter(), FastAPI()
    register_routes(api, Around(clock, LOT))
    app.include_router(api)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway") as http:
        answer = await http.get("/closes.ics")

    assert (200, "text/calendar; charset=utf-8") == (answer.status_code, answer.headers["content-type"])
    assert calendar([LOT], clock.now()) == answer.text


class Line:
    """
    A Bidwright that answers every path with it.
    """

    def text(self, path):
        return f"{path}\r\n"


def test_register_cli_prints_or_saves(tmp_path):
    """
    To the byte as the gateway gave it.
    """
    app, file = typer.Typer(), tmp_path / "closes.ics"
    register_cli(app, Line())

    shown, saved = CliRunner().invoke(app, []), CliRunner().invoke(app, ["--save", str(file)])

    assert "/api/x/feature-calendar/closes.ics" == shown.stdout.strip()
    assert b"/api/x/feature-calendar/closes.ics\r\n" == file.read_bytes()
    assert f"Saved to {file}." == " ".join(saved.stdout.split())


def test_a_file_that_cannot_be_written_is_told(tmp_path):
    """
    In a sentence.
    """
    app = typer.Typer()
    register_cli(app, Line())

    ran = CliRunner().invoke(app, ["--save", str(tmp_path / "absent/closes.ics")])

    assert 2 == ran.exit_code
    assert "cannot be written" in " ".join(ran.output.split())
