"""Spans: named parts of a trace. They go to the log, and to an OTLP endpoint where one is set and opentelemetry is installed."""

from __future__ import annotations

from contextlib import AbstractContextManager

import structlog

from bidwright.trace import Part, Trace, listen, root
from bidwright_feature_tracing.export import Exported, outlet

log = structlog.get_logger(__name__)


def span(name: str, **details: str) -> AbstractContextManager[Trace]:
    """What happens in the block belongs to a span: one of the current trace, or the first of a new one."""
    listen(told)
    return root(name, **details)


def told(part: Part) -> None:
    """A part of a trace has ended: into the log with it, and out."""
    took_ms = round(part.took_ns / 1e6, 2)
    parent = part.parent.span if part.parent else ""
    trace = {"trace": part.trace.id, "span": part.trace.span}
    log.info("span.ended", name=part.name, took_ms=took_ms, parent=parent, failed=part.failed, **{**part.details, **trace})
    if (send := outlet().send) is not None:
        send(Exported(part.name, part.trace, part.parent, part.began_ns, part.began_ns + part.took_ns, part.failed, part.details))
