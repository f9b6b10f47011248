"""The command line: exit codes and what is printed."""

import json

import pytest

from bidwright.runtime.service import EXIT_SETUP
from bidwright_cli.app import main
from bidwright_cli.exits import Exit


@pytest.fixture(autouse=True)
def alone(monkeypatch, tmp_path):
    """Nothing runs from this folder and nothing is set."""
    monkeypatch.chdir(tmp_path)
    for name in ("BIDWRIGHT_URL", "AUTH_TOKEN", "BIDWRIGHT_DATA_DIR", "NELLIS_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


def test_setup_code_is_the_services():
    """The launcher and the services mean the same by 78."""
    assert EXIT_SETUP == Exit.SETUP


def test_nothing_runs(capsys):
    """A verb that finds nothing running says how to start it."""
    assert Exit.UNREACHABLE == main(["status"])
    assert "make run" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        (["status"], Exit.UNREACHABLE, "make run"),
        (["status", "--url", "http://127.0.0.1:1"], Exit.UNREACHABLE, "http://127.0.0.1:1"),
        (["status", "--url", "localhost"], Exit.USAGE, "no address"),
        (["watch", "add", "lamp", "--cap", "4"], Exit.USAGE, "no lot"),
        (["watch", "add", "7", "--cap", "a lot"], Exit.USAGE, "--cap"),
        (["watch", "add", "7"], Exit.USAGE, "--cap"),
        (["watch", "set", "7"], Exit.USAGE, "what to change"),
        (["watch", "set", "7", "--cap", "0"], Exit.USAGE, "above 0"),
        (["watch", "add", "7"], Exit.USAGE, "--all-in"),
        (["group", "set", "drills"], Exit.USAGE, "what to change"),
        (["group", "add", "Drills", "lamp"], Exit.USAGE, "no lot"),
        (["budget", "set", "total"], Exit.USAGE, "dollars"),
        (["bid", "7", "1.5"], Exit.USAGE, "dollars"),
        (["mode", "maybe"], Exit.USAGE, "dry-run and live"),
        (["receipts"], Exit.USAGE, "--export"),
        (["receipts", "7", "--export", "csv"], Exit.USAGE, "--export"),
        (["receipts", "--export", "xls"], Exit.USAGE, "--export"),
        (["ledger", "--url", "http://127.0.0.1:1"], Exit.UNREACHABLE, "http://127.0.0.1:1"),
    ],
)
def test_errors_are_one_document(capsys, line, code, words):
    """With --json every error is one JSON document with its sentence, and the exit code says the kind."""
    assert code == main([*line, "--json"])

    document = json.loads(capsys.readouterr().out)
    assert document["success"] is False
    assert code == document["exitCode"]
    assert words in document["error"]


@pytest.mark.parametrize("line", [["doctor"], ["doctor", "--site"], ["doctor", "--url", "http://127.0.0.1:1"]])
def test_a_doctor_without_a_patient_fails(capsys, line):
    """That nothing runs is a finding like any other, and the exit code says that something is wrong."""
    assert 1 == main([*line, "--json"])

    document = json.loads(capsys.readouterr().out)
    assert (False, ["address"], ["fail"]) == (document["success"], *([c[k] for c in document["checks"]] for k in ("name", "state")))


def test_up_refuses_a_bad_setting(monkeypatch, capsys):
    """A setting that makes no sense ends the start with 78 and its name."""
    monkeypatch.setenv("BIDWRIGHT_MAX_BID_DOLLARS", "-1")

    assert Exit.SETUP == main(["up"])
    assert "BIDWRIGHT_MAX_BID_DOLLARS" in capsys.readouterr().err


@pytest.mark.parametrize("verb", [["--help"], ["watch", "--help"], ["up", "--help"], ["receipts", "--help"]])
def test_help_is_help(capsys, verb):
    """Asking for help is no error, and there are no colours off a terminal."""
    assert Exit.OK == main(verb)

    shown = capsys.readouterr().out
    assert "Usage" in shown
    assert "\x1b" not in shown
