"""Logs: structured, and nothing secret in them."""

import json
import logging

import pytest

from bidwright.runtime.logging import configure, get_logger

CANARY = "canary-4f1d"


@pytest.mark.parametrize(
    "details",
    [
        {"cookie": CANARY},
        {"auth_token": CANARY},
        {"Authorization": CANARY},
        {"header": f"__session={CANARY}; other=1"},
        {"request": f"Authorization: Bearer {CANARY}"},
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
