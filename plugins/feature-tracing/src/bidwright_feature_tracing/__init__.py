"""Feature ``distributed_tracing``: a look at a lot has one trace id in every service that it passes through."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from bidwright import Around, Fetch, Look, LookAt, SiteCall, Surroundings, Toggle, hookimpl
from bidwright.trace import current
from bidwright_feature_tracing.export import outlet
from bidwright_feature_tracing.spans import span

DISTRIBUTED_TRACING = Toggle(
    name="distributed_tracing",
    env="ENABLE_DISTRIBUTED_TRACING",
    default=False,
    kind="operational",
    description="Each look has a trace id in the logs of every service it passes through; spans go where OTEL_EXPORTER_OTLP_ENDPOINT says.",
    owner="core",
    review=date(2027, 6, 1),
)


def _begun(around: Around) -> bool:
    """Whether it is on for any lot; the way out is then opened, before the first span needs it."""
    return around.may_be_on(DISTRIBUTED_TRACING) and outlet() is not None


@hookimpl
def register_toggles() -> Sequence[Toggle]:
    """Declare the switch."""
    return [DISTRIBUTED_TRACING]


@hookimpl
def wrap_look(look_at: LookAt, around: Around) -> LookAt | None:
    """Begin a trace with each look at a lot for which it is on."""

    async def traced(look: Look) -> None:
        if not any(around.is_on(DISTRIBUTED_TRACING, lot_id) for lot_id in look.lot_ids):
            await look_at(look)
            return
        with span(f"{look.service}.look", lots=",".join(look.lot_ids)):
            await look_at(look)

    return traced if _begun(around) else None


@hookimpl
def wrap_site(fetch: Fetch, around: Surroundings) -> Fetch | None:
    """Note each read of the site that belongs to a trace."""

    async def traced(call: SiteCall) -> Any:
        if current() is None:
            return await fetch(call)
        with span("site.read", kind=call.kind, purpose=call.purpose):
            return await fetch(call)

    return traced if _begun(around) else None
