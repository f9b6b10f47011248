"""Commands of plugins: under their own word, never in place of ours, and broken ones hurt nobody."""

import importlib.metadata
import sys
from importlib.metadata import EntryPoint

import pytest

from bidwright_cli import extra
from bidwright_cli.app import main
from bidwright_cli.exits import Exit

HELLO = """
@hookimpl
def register_cli(app, around):
    @app.command()
    def {name}(loud: bool = False):
        {how}
"""
SAY = "print('HELLO' if loud else 'hello')"


@pytest.fixture
def plugin(monkeypatch, tmp_path):
    """Makes the one installed plugin of this name and text."""
    for name in ("BIDWRIGHT_URL", "AUTH_TOKEN", "BIDWRIGHT_DATA_DIR", "BIDWRIGHT_PLUGINS", "BIDWRIGHT_PLUGINS_DISABLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)

    def make(name, text):
        (tmp_path / "installed_verb.py").write_text(f"from bidwright import *\n{text}", "utf-8")
        monkeypatch.setattr(importlib.metadata, "entry_points", lambda group: [EntryPoint(name, "installed_verb", group)])

    yield make
    sys.modules.pop("installed_verb", None)


@pytest.mark.parametrize("name", ["feature-hello", "hello"])
def test_register_cli_adds_a_command_under_the_plugins_word(plugin, capsys, name):
    """
    With its own options, and found by the help.
    """
    plugin(name, HELLO.format(name="say", how=SAY))

    assert Exit.OK == main(["hello", "--loud"])
    assert Exit.OK == main(["--help"])

    first, *rest = capsys.readouterr().out.splitlines()
    assert "HELLO" == first
    assert any(" hello " in line for line in rest)


def test_several_commands_are_a_group(plugin, capsys):
    """
    Each by its name.
    """
    plugin("hello", HELLO.format(name="say", how=SAY) + "    @app.command()\n    def shout():\n        print('HEY')\n")

    assert Exit.OK == main(["hello", "shout"])
    assert "HEY\n" == capsys.readouterr().out


@pytest.mark.parametrize("name", ["status", "feature-status", "watch"])
def test_a_built_in_command_stays_what_it_is(plugin, capsys, name):
    """
    A plugin called like one is not even imported.
    """
    plugin(name, "raise SystemExit(0)")

    assert Exit.UNREACHABLE == main(["status"])
    assert "make run" in capsys.readouterr().err
    assert "installed_verb" not in sys.modules


def test_our_own_commands_look_for_no_plugin(monkeypatch, capsys):
    """
    They stay quick.
    """
    monkeypatch.setattr(extra, "_points", lambda: pytest.fail("looked for plugins"))

    assert Exit.UNREACHABLE == main(["status", "--url", "http://127.0.0.1:1"])


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("raise RuntimeError('no module')", "installed_verb.py:2: RuntimeError: no module"),
        ("@hookimpl\ndef register_cli(app):\n    1 / 0\n", "installed_verb.py:4: ZeroDivisionError"),
        ("@hookimpl\ndef register_cli(app): ...\n", "Could not get a command"),
        ("@hookimpl\ndef register_cli(app, more): ...\n", "more"),
        ("BIDWRIGHT_API = 2", "asks for BIDWRIGHT_API 2"),
    ],
)
def test_a_broken_plugin_says_so_when_it_is_typed(plugin, capsys, text, why):
    """
    With the reason, and everything else works.
    """
    plugin("feature-hello", text)

    assert Exit.REFUSED == main(["hello", "--anything", "at all"])
    told = capsys.readouterr().err
    assert Exit.OK == main(["--help"])

    assert told.startswith("A plugin is left out. feature-hello: ")
    assert why in told


def test_a_command_that_fails_ends_in_a_sentence(plugin, capsys):
    """
    With file and line, and no traceback.
    """
    plugin("hello", HELLO.format(name="say", how="1 / 0"))

    assert Exit.REFUSED == main(["hello"])

    told = capsys.readouterr().err
    assert told.startswith("The command failed in its plugin. hello: ")
    assert "installed_verb.py:7: ZeroDivisionError" in told
    assert 1 == len(told.splitlines())


def test_url_and_token_lead_it_like_ours(plugin, capsys):
    """
    Every refusal is the one that other commands have.
    """
    plugin("hello", HELLO.format(name="say", how="around.get('/api/status')"))

    assert Exit.UNREACHABLE == main(["hello"])
    assert Exit.UNREACHABLE == main(["hello", "--url", "http://127.0.0.1:1"])

    first, second = capsys.readouterr().err.splitlines()
    assert "make run" in first
    assert "http://127.0.0.1:1" in second


@pytest.mark.parametrize("setting", [("BIDWRIGHT_PLUGINS_DISABLE", "hello"), ("BIDWRIGHT_PLUGINS", "other")])
def test_a_plugin_that_may_not_load_has_no_command(plugin, monkeypatch, capsys, setting):
    """
    The operator's word counts here too.
    """
    plugin("hello", HELLO.format(name="say", how=SAY))
    monkeypatch.setenv(*setting)

    assert Exit.USAGE == main(["hello"])
    assert "No such command 'hello'" in " ".join(capsys.readouterr().err.split())


def test_a_plugin_without_commands_has_no_word(plugin, capsys):
    """
    Typing it is a typing mistake.
    """
    plugin("hello", "")

    assert Exit.USAGE == main(["hello"])
