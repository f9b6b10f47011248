"""OTLP by opentelemetry's own exporter. Imported only where the extra is installed."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanContext, Status, StatusCode, TraceFlags

from bidwright.trace import Trace
from bidwright_feature_tracing.export import Exported


def sender() -> Callable[[Exported], None]:
    """Sends spans in batches from a thread; what cannot be sent is dropped."""
    name = os.environ.get("OTEL_SERVICE_NAME") or next((arg for arg in sys.argv[:1] if arg), "bidwright")
    resource = Resource.create({"service.name": name.rsplit("/", 2)[-2] if name.endswith("__main__.py") else name})
    batch = BatchSpanProcessor(OTLPSpanExporter())

    def send(ended: Exported) -> None:
        batch.on_end(_readable(ended, resource))

    return send


def _readable(ended: Exported, resource: Resource) -> ReadableSpan:
    return ReadableSpan(
        name=ended.name,
        context=_context(ended.trace),
        parent=_context(ended.parent) if ended.parent else None,
        resource=resource,
        attributes=dict(ended.details),
        start_time=ended.began_ns,
        end_time=ended.ended_ns,
        status=Status(StatusCode.ERROR, ended.failed) if ended.failed else Status(StatusCode.UNSET),
    )


def _context(trace: Trace) -> SpanContext:
    return SpanContext(int(trace.id, 16), int(trace.span, 16), is_remote=False, trace_flags=TraceFlags(TraceFlags.SAMPLED))


__all__: Sequence[str] = ("sender",)
