"""Feature ``distributed_tracing``: a click, or a look at a lot, has one trace id in every service that it passes through."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from bidwright import Around, Fetch, Look, LookAt, Order, SiteCall, Surroundings, TakeOrder, Toggle, hookimpl
from bidwright.trace import current, listen, under
from bidwright_feature_tracing.export import outlet
from bidwright_feature_tracing.spans import span, told

DISTRIBUTED_TRACING = Toggle(
    name="distributed_tracing",
    env="ENABLE_DISTRIBUTED_TRACING",
    default=False,
    kind="operational",
    description="Each order and look has a trace id in the logs of every service; spans go where OTEL_EXPORTER_OTLP_ENDPOINT says.",
    owner="core",
    review=date(2027, 6, 1),
)


def _begun(around: Around) -> bool:
    """Whether it is on for any lot; the way out is then opened, before the first span needs it. Off, nobody listens."""
    wanted = around.may_be_on(DISTRIBUTED_TRACING) and outlet() is not None
    listen(told, wanted=wanted)
    return wanted


@hookimpl
def register_toggles() -> Sequence[Toggle]:
    """Declare the switch."""
    return [DISTRIBUTED_TRACING]


@hookimpl
def wrap_order(take: TakeOrder, around: Around) -> TakeOrder | None:
    """Begin a trace with each order about a lot for which it is on, or go on with the caller's own."""

    async def traced(order: Order) -> None:
        if not around.is_on(DISTRIBUTED_TRACING, order.lot_id):
            await take(order)
            return
        with under(order.trace), span("gateway.order", what=order.what, lot=order.lot_id):
            await take(order)

    return traced if _begun(around) else None


@hookimpl
def wrap_look(look_at: LookAt, around: Around) -> LookAt | None:
    """Begin a trace with each look at a lot for which it is on; one that an order or another look set off belongs to theirs."""

    async def traced(look: Look) -> None:
        if current() is None and not any(around.is_on(DISTRIBUTED_TRACING, lot_id) for lot_id in look.lot_ids):
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
