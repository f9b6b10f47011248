"""Feature ``performance_metrics``: histograms of how long reads, looks and decisions take."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from bidwright import Around, Fetch, Look, LookAt, SiteCall, Strategy, Surroundings, Toggle, hookimpl
from bidwright_feature_timings.timings import Timed, timings

PERFORMANCE_METRICS = Toggle(
    name="performance_metrics",
    env="ENABLE_PERFORMANCE_METRICS",
    default=False,
    kind="operational",
    description="Histograms of how long each read of the site, look at a lot and decision takes, at /metrics of the services.",
    owner="core",
    review=date(2027, 6, 1),
)


@hookimpl
def register_toggles() -> Sequence[Toggle]:
    """Declare the switch."""
    return [PERFORMANCE_METRICS]


@hookimpl
def wrap_site(fetch: Fetch, around: Surroundings) -> Fetch | None:
    """Time reads of the site while it is switched on."""
    if not around.is_on(PERFORMANCE_METRICS):
        return None

    async def timed(call: SiteCall) -> Any:
        with timings().reads.labels(call.kind).time():
            return await fetch(call)

    return timed


@hookimpl
def wrap_look(look_at: LookAt, around: Around) -> LookAt | None:
    """Time looks while it is switched on."""
    if not around.is_on(PERFORMANCE_METRICS):
        return None

    async def timed(look: Look) -> None:
        with timings().looks.labels(look.service).time():
            await look_at(look)

    return timed


@hookimpl
def wrap_strategy(strategy: Strategy, around: Around) -> Strategy | None:
    """Time decisions while it is switched on."""
    return cast("Strategy", Timed(strategy)) if around.is_on(PERFORMANCE_METRICS) else None
