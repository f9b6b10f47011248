"""The journal: a line per event, and the file before this one."""

import json

import pytest

from bidwright import Event
from bidwright_feature_journal import on_event

EVENT = Event("1764000000123-0", "watch.added", "70012345", 1, 55, {"lot:70012345": {"cap": "4000"}})
LINE = {
    "id": "1764000000123-0",
    "at": "2025-11-24T16:00:00.123+00:00",
    "kind": "watch.added",
    "lot": "70012345",
    "n": 1,
    "changes": {"lot:70012345": {"cap": "4000"}},
}


@pytest.fixture
def file(monkeypatch, tmp_path):
    """The journal's file, of the usual size."""
    made = tmp_path / "journal.jsonl"
    monkeypatch.setenv("BIDWRIGHT_JOURNAL_FILE", str(made))
    monkeypatch.delenv("BIDWRIGHT_JOURNAL_MIB", raising=False)
    return made


def lines(file):
    """What a file holds."""
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def test_on_event_appends_a_line(file):
    """
    Everything that the event says, with the time for people.
    """
    on_event(EVENT)
    on_event(EVENT)

    assert [LINE, LINE] == lines(file)


def test_without_a_file_nothing_is_written(monkeypatch, tmp_path):
    """
    Off is off.
    """
    monkeypatch.delenv("BIDWRIGHT_JOURNAL_FILE", raising=False)
    monkeypatch.chdir(tmp_path)

    on_event(EVENT)

    assert [] == list(tmp_path.iterdir())


def test_past_its_size_the_file_gives_way(file, monkeypatch):
    """
    It becomes the one before, in place of that one; nothing is cut in two.
    """
    monkeypatch.setenv("BIDWRIGHT_JOURNAL_MIB", "0.0003")
    for _ in range(5):
        on_event(EVENT)

    assert ([LINE], [LINE, LINE]) == (lines(file), lines(file.with_name("journal.jsonl.1")))


def test_a_file_that_cannot_be_written_is_told(file, monkeypatch, tmp_path):
    """
    The gateway logs and counts it.
    """
    monkeypatch.setenv("BIDWRIGHT_JOURNAL_FILE", str(tmp_path / "absent/journal"))

    with pytest.raises(FileNotFoundError):
        on_event(EVENT)
