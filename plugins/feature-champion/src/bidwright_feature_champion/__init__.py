"""Feature ``challenger``: another strategy decides on a share of the lots; when it does worse it is taken back."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date

from bidwright import Money, Rollback, Toggle, Variant, hookimpl

_VARIABLE, _USUAL = "BIDWRIGHT_CHALLENGER", "smart"


@hookimpl
def register_toggles() -> Sequence[Toggle]:
    """Declare the experiment; the challenger is the strategy that the variable names."""
    strategy = os.environ.get(_VARIABLE, "").strip() or _USUAL
    return [
        Toggle(
            name="challenger",
            env="USE_CHALLENGER",
            default=False,
            kind="experiment",
            description=f"The strategy {strategy} ({_VARIABLE}) decides on a share of the armed lots in place of their own.",
            owner="bidder",
            review=date(2027, 6, 1),
            money=True,
            variants=(Variant("control"), Variant("challenger", strategy=strategy)),
            rollback=Rollback(worse_by=Money.whole(2), lots=30),
        )
    ]
