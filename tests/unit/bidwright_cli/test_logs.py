"""Logs: kept, bounded, and only what matters shown."""

import json

from bidwright_cli.logs import LogFile, Output


def record(level: str, event: str, **more: str) -> bytes:
    """A line as the services write it."""
    return (json.dumps({"level": level, "event": event, **more}) + "\n").encode()


def test_file_turns_over(tmp_path):
    """Past its limit a log begins anew and keeps one old file."""
    log = LogFile(tmp_path / "log" / "x.log", limit=10)
    log.write(b"12345678")
    log.write(b"abcdef")
    log.close()

    assert b"12345678" == (tmp_path / "log" / "x.log.1").read_bytes()
    assert b"abcdef" == (tmp_path / "log" / "x.log").read_bytes()


def test_warnings_are_shown_once_a_minute(tmp_path):
    """A warning is shown briefly, the same kind again only after a minute; other lines, and those of start and end, are only kept."""
    now, said = [0.0], []
    output = Output("poller", LogFile(tmp_path / "p.log"), said.append, clock=lambda: now[0])
    output.feed(record("warning", "store.waiting", why="starting"))
    output.quiet = False
    output.feed(record("info", "lot.seen"))
    output.feed(record("warning", "site.lost", why="time-out")[:10])
    output.feed(record("warning", "site.lost", why="time-out")[10:])
    output.feed(record("warning", "site.lost", why="again"))
    now[0] = 61
    output.feed(record("warning", "site.lost", why="still"))
    output.quiet = True
    output.feed(record("error", "loop.failed", error="end"))
    output.close()

    assert ["poller: site.lost time-out", "poller: site.lost still"] == said
    assert 6 == len((tmp_path / "p.log").read_bytes().splitlines())


def test_last_words_are_the_sentence(tmp_path):
    """A service that refuses to start is quoted with its sentence; another one with its last line."""
    output = Output("gateway", LogFile(tmp_path / "g.log"), lambda _: None)
    assert "it said nothing" == output.last_words()
    output.feed(b"Traceback\nValueError: x\n")
    assert "ValueError: x" == output.last_words()
    output.feed(record("error", "service.refused", why="AUTH_TOKEN is too short; make it longer."))
    output.feed(b"bye\n")
    output.close()

    assert "AUTH_TOKEN is too short; make it longer." == output.last_words()
