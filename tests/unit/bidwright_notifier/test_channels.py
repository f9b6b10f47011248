"""Which channel a notice goes to."""

import logging
from datetime import UTC, datetime

import pytest

from bidwright import Notice
from bidwright.errors import SetupError
from bidwright.plugins import load
from bidwright.runtime.settings import read
from bidwright_notifier.channels import choose
from bidwright_notifier.settings import NotifierSettings

PAGER = """
from bidwright import hookimpl

class Pager:
    name = "pager"
    description = "beeps"
    async def send(self, notice, address): ...

@hookimpl
def register_notifiers():
    return [Pager()]
"""


def test_the_log_when_nothing_is_named():
    """
    Somebody always hears it.
    """
    assert ["log"] == [channel.notifier.name for channel in choose(load(dropins=None), [])]


def test_a_drop_in_channel_with_its_address(tmp_path):
    """
    The address is handed over whole; what is remembered does not give it away.
    """
    (tmp_path / "pager.py").write_text(PAGER, "utf-8")
    [channel] = choose(load(dropins=tmp_path), ["pager://secret@host"])

    assert ("pager", "pager://secret@host") == (channel.notifier.name, channel.address)
    assert "secret" not in channel.key


def test_a_channel_that_is_not_there_is_a_problem_and_the_log_stands_in():
    """
    Named without the rest of the address, which may hold a password.
    """
    plugins = load(dropins=None)

    assert ["log"] == [channel.notifier.name for channel in choose(plugins, ["pager://secret@host"])]
    assert "'pager'" in str(plugins.problems[0])
    assert "secret" not in str(plugins.problems[0])


async def test_the_log_line(caplog):
    """
    Urgent notices are warnings.
    """
    [channel] = choose(load(dropins=None), [])
    caplog.set_level(logging.INFO)
    for urgent in (False, True):
        await channel.notifier.send(Notice("1-0", "won", "1", "Won it.", urgent=urgent, at=datetime.now(UTC)), "log:")

    assert [("INFO", "Won it."), ("WARNING", "Won it.")] == [(row.levelname, row.getMessage()) for row in caplog.records]


def test_addresses_from_the_variable_or_a_file(monkeypatch, tmp_path):
    """
    Blanks and commas separate; the file wins.
    """
    monkeypatch.setenv("BIDWRIGHT_NOTIFY_URLS", "log:, pager:1")
    assert ["log:", "pager:1"] == read(NotifierSettings).addresses

    (tmp_path / "urls").write_text("pager:2\npager:3\n", "utf-8")
    monkeypatch.setenv("BIDWRIGHT_NOTIFY_URLS_FILE", str(tmp_path / "urls"))
    assert ["pager:2", "pager:3"] == read(NotifierSettings).addresses

    monkeypatch.setenv("BIDWRIGHT_NOTIFY_URLS_FILE", str(tmp_path / "none"))
    with pytest.raises(SetupError, match="cannot be read"):
        _ = read(NotifierSettings).addresses
