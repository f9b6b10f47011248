"""Feature ``polling``: other plans for when to look at lots, behind two switches."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bidwright import Around, Schedule, Toggle, hookimpl
from bidwright_feature_polling.switched import Switched

POLLING_QUEUE = Toggle(
    name="polling_queue",
    env="USE_POLLING_QUEUE",
    default=True,
    kind="operational",
    description="The chosen schedule says when to look at a lot; off: every lot each 6 s, each 2 s in its last half minute.",
    owner="poller",
    review=date(2027, 6, 1),
)
MINIMAL_POLLING = Toggle(
    name="minimal_polling",
    env="USE_MINIMAL_POLLING",
    default=False,
    kind="operational",
    description="The plan of few looks: from every 10 minutes far from the close to every second in the last half minute.",
    owner="poller",
    review=date(2027, 6, 1),
)


@hookimpl
def register_toggles() -> Sequence[Toggle]:
    """Declare the switches."""
    return [POLLING_QUEUE, MINIMAL_POLLING]


@hookimpl
def wrap_schedule(schedule: Schedule, around: Around) -> Schedule | None:
    """Put the plans that are switched on for some lot around the schedule; without the queue there is no plan of few looks."""
    switched = around.is_on(POLLING_QUEUE) and not around.may_be_on(MINIMAL_POLLING)
    return None if switched else Switched(schedule, around, queue=POLLING_QUEUE, minimal=MINIMAL_POLLING)
