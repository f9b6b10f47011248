"""Spans: named parts of a trace. They go to the log, and to an OTLP endpoint where one is set and opentelemetry is installed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from bidwright.trace import Trace, current, under
from bidwright_feature_tracing.export import Exported, outlet

log = structlog.get_logger(__name__)


@contextmanager
def span(name: str, **details: str) -> Iterator[Trace]:
    """What happens in the block belongs to a span: one of the current trace, or the first of a new one."""
    parent = current()
    trace = parent.child() if parent else Trace.begun()
    began, began_ns = time.perf_counter(), time.time_ns()
    failed = ""
    with under(trace):
        try:
            yield trace
        except BaseException as error:
            failed = type(error).__name__
            raise
        finally:
            took_ms = (time.perf_counter() - began) * 1000
            log.info("span.ended", name=name, took_ms=round(took_ms, 2), parent=parent.span if parent else "", failed=failed, **details)
            if (send := outlet().send) is not None:
                send(Exported(name, trace, parent, began_ns, began_ns + round(took_ms * 1e6), failed, details))
