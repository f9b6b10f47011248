"""Structured logs: one event name per fact, details as keys, nothing secret."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any

import msgspec

from bidwright.runtime.lean import without

with without("rich"):
    import structlog

from bidwright.trace import current

_SECRET_NAMES = re.compile(r"cookie|token|secret|password|authorization|session_value|api_key", re.IGNORECASE)
_SECRET_VALUES = re.compile(r"(__session=)[^;\s\"']+|(Bearer\s+)\S+", re.IGNORECASE)
_QUIET = ("httpx", "httpcore", "hpack", "asyncio", "grpc", "urllib3", "requests", "uvicorn", "uvicorn.error", "websockets")
_PLAIN = ("level", "timestamp", "service")
_hidden: list[Callable[[str], str]] = []
_secrets: set[str] = set()
_SHORTEST = 6
"""A shorter value would be found in every other word."""
_DEEPEST = 6
_HIDDEN = "[hidden]"


class _Stderr:
    """
    Whatever stderr is when a line is written: tests and supervisors swap it.
    """

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


def hide(cleaner: Callable[[str], str]) -> None:
    """From now on *cleaner* takes out of every line what this process must not tell; the newest one stands."""
    _hidden[:] = [cleaner]


def secret(*values: str) -> None:
    """From now on none of these values is told in any line, whatever key or sentence carries it."""
    _secrets.update(value for value in values if len(value) >= _SHORTEST)


def _redact(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if not key.startswith("_"):  # structlog's own, never shown
            event[key] = _HIDDEN if _SECRET_NAMES.search(key) else _told(value, 0, plain=key in _PLAIN)
    return event


def _told(value: Any, depth: int, *, plain: bool = False) -> Any:
    """What may be told of a value: text without what is secret, the same within what is nested, and of bytes only how many there are."""
    if isinstance(value, str):
        told = _SECRET_VALUES.sub(lambda m: (m[1] or m[2]) + _HIDDEN, value)
        for known in _secrets:
            told = told.replace(known, _HIDDEN)
        return _hidden[0](told) if _hidden and not plain else told
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, bytes | bytearray | memoryview):
        return f"{len(value)} bytes"
    if depth < _DEEPEST and isinstance(value, Mapping):
        named = ((str(key), inner) for key, inner in value.items())
        return {_told(key, depth + 1): _HIDDEN if _SECRET_NAMES.search(key) else _told(inner, depth + 1) for key, inner in named}
    if depth < _DEEPEST and isinstance(value, list | tuple | set | frozenset):
        return [_told(inner, depth + 1) for inner in value]
    return _told(str(value), depth)


def _trace(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Which trace a line belongs to, where one is under way."""
    trace = current()
    if trace is not None:
        event["trace"], event["span"] = trace.id, trace.span
    return event


def configure(service: str, *, form: str = "", level: str = "info") -> None:
    """
    Set logging up for this process: *form* ``console`` or ``json``; empty means console on a terminal, else json.
    """
    console = form == "console" or (form == "" and sys.stderr.isatty())
    encoder = msgspec.json.Encoder(enc_hook=str)
    render: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
        if console
        else structlog.processors.JSONRenderer(serializer=lambda d, **_: encoder.encode(d).decode())
    )
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        _trace,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _redact,
    ]
    structlog.configure(
        processors=[*shared, render],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.PrintLoggerFactory(_Stderr()),  # type: ignore[arg-type]  # it needs no more of a file
        cache_logger_on_first_use=False,
    )
    structlog.contextvars.bind_contextvars(service=service)
    handler = logging.StreamHandler(_Stderr())
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=render, foreign_pre_chain=shared))
    logging.basicConfig(handlers=[handler], level=getattr(logging, level.upper()), force=True)
    for name in _QUIET:  # their debug lines carry headers and frames
        logging.getLogger(name).setLevel(logging.WARNING)


def get_logger(name: str) -> structlog.typing.FilteringBoundLogger:
    """A logger; call it with a dotted, past-tense event name and details as keywords."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger(name)
    return logger
