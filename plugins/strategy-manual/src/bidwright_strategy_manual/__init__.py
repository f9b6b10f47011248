"""Strategy ``manual``: never bids by itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from importlib.metadata import version
from typing import ClassVar

from bidwright import Hold, LotView, Params, Strategy, hookimpl


class Manual:
    """
    Leaves every bid to the owner.
    """

    name: ClassVar[str] = "manual"
    description: ClassVar[str] = "Never bids by itself: you place each bid."
    version: ClassVar[str] = version("bidwright-strategy-manual")
    params: ClassVar[type[Params]] = Params

    def decide(self, lot: LotView, now: datetime) -> Hold:  # noqa: ARG002 - the answer is the same for every lot at any time
        """Always hold."""
        return Hold("this lot is bid on by hand only (strategy manual)")


@hookimpl
def register_strategies() -> Sequence[Strategy]:
    """Offer ``manual``."""
    return [Manual()]
