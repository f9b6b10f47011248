"""Feature ``circuit_breaker``: leaves an ailing site alone for a while, and lets one read try it for all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bidwright import Fetch, Surroundings, Toggle, hookimpl

CIRCUIT_BREAKER = Toggle(
    name="circuit_breaker",
    env="USE_CIRCUIT_BREAKER",
    default=True,
    kind="operational",
    description="After failures in a row the site is left alone for a while; one read tries it for all replicas.",
    owner="nellis-proxy",
    review=date(2027, 6, 1),
)


@hookimpl
def register_toggles() -> Sequence[Toggle]:
    """Declare the switch."""
    return [CIRCUIT_BREAKER]


@hookimpl
def wrap_site(fetch: Fetch, around: Surroundings) -> Fetch | None:
    """Put the breaker around reads while it is switched on."""
    from bidwright_feature_breaker.breaker import Breaker  # noqa: PLC0415 - the gateway, which shows the switch, has no pybreaker

    return Breaker(fetch, around.breaker, around.clock) if around.is_on(CIRCUIT_BREAKER) else None
