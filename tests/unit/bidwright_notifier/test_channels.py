"""Which channel a notice goes to."""

import logging
from datetime import UTC, datetime

import pytest

from bidwright import Notice
from bidwright.errors import SetupError
from bidwright.plugins import load
from bidwright.runtime import logging as logging_of_ours
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
    assert ["log"] == [channel.notifier.name for channel in choose(load(dropins=None), [], None)]


def test_a_drop_in_channel_with_its_address(tmp_path):
    """
    The address is handed over whole; what is remembered does not give it away.
    """
    (tmp_path / "pager.py").write_text(PAGER, "utf-8")
    [channel] = choose(load(dropins=tmp_path), ["pager://secret@host"], None)

    assert ("pager", "pager://secret@host") == (channel.notifier.name, channel.address)
    assert "secret" not in channel.key


def test_a_channel_that_is_not_there_is_a_problem_and_the_log_stands_in():
    """
    Named without the rest of the address, which may hold a password.
    """
    plugins = load(installed=["notify-log"])

    assert ["log"] == [channel.notifier.name for channel in choose(plugins, ["pager://secret@host", "s3cr3t-only"], None)]
    assert "address 1: there is no channel 'pager'; there is: log" in str(plugins.problems[0])
    assert "address 2 begins with no channel's name" in str(plugins.problems[1])
    assert "s3cr3t" not in str(plugins.problems)
    assert "secret" not in str(plugins.problems)


def test_names_of_channels(tmp_path):
    """
    The one before the equals sign, else the plugin's word, counted; an address that stands there twice is one channel.
    """
    (tmp_path / "pager.py").write_text(PAGER, "utf-8")
    plugins = load(dropins=tmp_path)
    addresses = ["pager:1", "work=pager:2", "pager:1", "pager:3", "work=log:"]
    chosen = choose(plugins, addresses, None)

    assert [("pager", "pager:1"), ("work", "pager:2"), ("pager-2", "pager:3")] == [(one.key, one.address) for one in chosen]
    assert ["address 4: the name 'work' is taken; give each address its own"] == [one.reason for one in plugins.problems]


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("webhook:https://h/p", "it has no secret to sign with"),
        ("webhook:https://h/p#short", "it has no secret to sign with"),
        ("webhook:h/p#0123456789abcdef", "give it as webhook:https://host/path#secret"),
        ("webhook:https://me:pass-word@h/p#0123456789abcdef", "without a user name"),
        ("nosuchthing://sesame-token/x", "Apprise does not understand it"),
    ],
)
def test_an_address_that_cannot_be_used_says_what_to_do(address, why):
    """
    The others go on; nothing of the address is told.
    """
    plugins = load(dropins=None)

    assert ["log"] == [channel.key for channel in choose(plugins, [address, "log:"], None)]
    [problem] = plugins.problems
    assert why in problem.reason
    assert not {"pass-word", "sesame", "short"} & set(problem.reason.replace("-token", " ").split())


def test_addresses_of_apprise_need_no_word_in_front():
    """
    What no other channel knows is Apprise's, if it understands it.
    """
    plugins = load(dropins=None)

    assert ["phone", "apprise"] == [channel.key for channel in choose(plugins, ["phone=ntfy://topic", "apprise:json://h/p"], None)]
    assert [] == plugins.problems


def test_nothing_of_an_address_reaches_the_log(caplog, capsys):
    """
    Whoever writes the line: every piece of every address is taken out.
    """
    logging_of_ours.configure("notifier", form="json", level="debug")
    choose(load(dropins=None), ["tgram://123456789:AAbbCC-dd/99887766", "webhook:https://h/hooks/T0K3N#0123456789abcdef"], None)
    logging_of_ours.get_logger("any").warning("some.thing", why="POST /hooks/T0K3N AAbbCC-dd 0123456789abcdef")
    logging.getLogger("urllib3.connectionpool").error("Max retries with url: /hooks/T0K3N")
    logging_of_ours.hide(str)

    told = capsys.readouterr().err
    assert "some.thing" in told
    assert [] == [secret for secret in ("T0K3N", "AAbbCC", "0123456789abcdef") if secret in told]


async def test_the_log_line(caplog):
    """
    Urgent notices are warnings.
    """
    [channel] = choose(load(dropins=None), [], None)
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
    monkeypatch.setenv("BIDWRIGHT_NOTIFY_URLS", "mailto://u:p@h?to=a,b,me=ntfy://t\n, log: ,")
    assert ["mailto://u:p@h?to=a,b", "me=ntfy://t", "log:"] == read(NotifierSettings).addresses

    (tmp_path / "urls").write_text("pager:2\npager:3\n", "utf-8")
    monkeypatch.setenv("BIDWRIGHT_NOTIFY_URLS_FILE", str(tmp_path / "urls"))
    assert ["pager:2", "pager:3"] == read(NotifierSettings).addresses

    monkeypatch.setenv("BIDWRIGHT_NOTIFY_URLS_FILE", str(tmp_path / "none"))
    with pytest.raises(SetupError, match="cannot be read"):
        _ = read(NotifierSettings).addresses
