"""Export of spans over OTLP, by opentelemetry: installed as the extra ``otlp``, used where an endpoint is set."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from threading import Thread

import structlog

from bidwright.trace import Trace

log = structlog.get_logger(__name__)
_ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")


@dataclass(frozen=True, slots=True)
class Exported:
    """
    A span that has ended; times in ns since 1970.
    """

    name: str
    trace: Trace
    parent: Trace | None
    began_ns: int
    ended_ns: int
    failed: str
    details: Mapping[str, str]


class Outlet:
    """
    The way out. *send* is None without an endpoint or without opentelemetry, and while that is being loaded: it takes more than a second,
    in which no look may wait, so it is done in a thread.
    """

    def __init__(self) -> None:
        self.send: Callable[[Exported], None] | None = None
        self.loading = Thread(target=self._load, name="otlp", daemon=True)
        if any(os.environ.get(name) for name in _ENDPOINTS):
            self.loading.start()

    def _load(self) -> None:
        try:
            from bidwright_feature_tracing.otlp import sender  # noqa: PLC0415 - only with the extra

            self.send = sender()
        except ImportError as error:
            log.warning("spans.kept", why=f"an OTLP endpoint is set, but {error.name} is not installed: bidwright-feature-tracing[otlp]")


@cache
def outlet() -> Outlet:
    """That of this process."""
    return Outlet()
