"""Feature ``sse``: the site's live events bring reads of the lots that close soonest forward."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bidwright import Around, Listen, Toggle, hookimpl

SSE = Toggle(
    name="sse",
    env="USE_SSE",
    default=True,
    kind="operational",
    description="Live events of the lots that close soonest bring their reads forward; off: lots are polled only.",
    owner="poller",
    review=date(2027, 6, 1),
)


@hookimpl
def register_toggles() -> Sequence[Toggle]:
    """Declare the switch."""
    return [SSE]


@hookimpl
def wrap_listening(listen: Listen, around: Around) -> Listen | None:
    """Listen to every lot for which it is on, beside those that are listened to already."""

    def those_on(lot_ids: Sequence[str]) -> Sequence[str]:
        already = set(listen(lot_ids))
        return [lot_id for lot_id in lot_ids if lot_id in already or around.is_on(SSE, lot_id)]

    return those_on
