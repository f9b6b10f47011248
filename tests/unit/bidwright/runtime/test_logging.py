"""Logs: structured, and nothing secret in them."""

import json
import logging

import pytest

from bidwright.runtime.logging import _secrets, configure, get_logger, secret
from bidwright.runtime.settings import CommonSettings, read

CANARY = "canary-4f1d"


@pytest.mark.parametrize(
    "details",
    [
        {"cookie": CANARY},
        {"auth_token": CANARY},
        {"Authorization": CANARY},
        {"header": f"__session={CANARY}; other=1"},
        {"request": f"Authorization: Bearer {CANARY}"},
        {"request": {"headers": {"Cookie": CANARY}}},
        {"request": [{"nested": {"api_key": CANARY}}]},
        {"pairs": (f"__session={CANARY}", 1)},
    ],
)
def test_hides_secrets_by_name_and_by_value(capsys: pytest.CaptureFixture[str], details: dict[str, str]) -> None:
    """
    Whatever key or sentence carries it, the value never reaches the log.
    """
    configure("test", form="json", level="debug")
    get_logger("t").debug("request.sent", **details)

    line = capsys.readouterr().err
    assert CANARY not in line
    assert "[hidden]" in line


def test_one_line_of_json_per_fact(capsys: pytest.CaptureFixture[str]) -> None:
    """
    Event name, level, time, service and the details as keys.
    """
    configure("test", form="json")
    get_logger("t").info("lot.closed", lot="7", cents=1400)

    line = json.loads(capsys.readouterr().err)
    assert {"event": "lot.closed", "level": "info", "service": "test", "lot": "7", "cents": 1400}.items() <= line.items()


def test_other_libraries_speak_the_same_form(capsys: pytest.CaptureFixture[str]) -> None:
    """
    What a library logs comes out as JSON too, redacted too.
    """
    configure("test", form="json")
    logging.getLogger("some.library").warning("Authorization: Bearer %s", CANARY)

    err = capsys.readouterr().err
    assert CANARY not in err
    assert "some" not in json.loads(err).get("cookie", "")


def test_quiet_libraries_stay_quiet_at_debug(capsys: pytest.CaptureFixture[str]) -> None:
    """
    HTTP clients log headers at debug; they are held at warning.
    """
    configure("test", form="json", level="debug")
    logging.getLogger("httpx").debug("Cookie: %s", CANARY)

    assert "" == capsys.readouterr().err


@pytest.fixture
def known():
    """A value that this process must not tell; it is forgotten again."""
    secret(CANARY)
    yield CANARY
    _secrets.discard(CANARY)


@pytest.mark.parametrize(
    "details",
    [
        {"why": f"refused: {CANARY}!"},
        {"deep": {"er": [f"x{CANARY}x"]}},
        {"thing": ValueError(f"no {CANARY}")},
        {"deep": {CANARY: {CANARY: 1}}},
    ],
)
def test_a_known_secret_is_in_no_line_wherever_it_stands(capsys, known, details):
    """
    In a sentence, within a value, in an exception that is told as a detail; the line itself is there.
    """
    configure("test", form="json", level="debug")
    get_logger("t").info("it.happened", **details)

    line = capsys.readouterr().err
    assert known not in line
    assert "it.happened" in line


def test_a_traceback_does_not_tell_it(capsys, known):
    """
    Nor the sentence of what was raised.
    """
    configure("test", form="json")
    try:
        int(known)
    except ValueError:
        get_logger("t").exception("it.failed")

    line = capsys.readouterr().err
    assert known not in line
    assert "ValueError" in line


def test_of_bytes_only_their_number_is_told(capsys):
    """
    They would come out as text that nobody could search.
    """
    configure("test", form="json")
    get_logger("t").info("it.came", body=CANARY.encode(), deep=[CANARY.encode()])

    line = json.loads(capsys.readouterr().err)
    assert (f"{len(CANARY)} bytes", [f"{len(CANARY)} bytes"]) == (line["body"], line["deep"])


def test_a_value_too_short_to_be_a_secret_hides_nothing(capsys):
    """
    Else half of every line would be gone.
    """
    secret("1", "", "abc")
    configure("test", form="json")
    get_logger("t").info("it.happened", lot="1", word="abc")

    assert {"lot": "1", "word": "abc"}.items() <= json.loads(capsys.readouterr().err).items()


def test_settings_that_are_typed_as_secret_are_known(capsys, monkeypatch):
    """
    Each by itself and in its parts; of an address only the password.
    """
    monkeypatch.setattr("bidwright.runtime.logging._hidden", [])  # what a notifier in this process must not tell is another matter
    monkeypatch.setenv("REDIS_URL", f"redis://me:{CANARY}@127.0.0.1:6379/0")
    read(CommonSettings)
    configure("test", form="json")
    get_logger("t").info("store.found", where=f"redis://me:{CANARY}@127.0.0.1:6379/0")
    _secrets.discard(CANARY)

    line = capsys.readouterr().err
    assert CANARY not in line
    assert "127.0.0.1:6379" in line
