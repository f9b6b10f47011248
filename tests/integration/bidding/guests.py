"""Strategies that are not ours: a folder of drop-ins, what watches it, and the lot they are asked about."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent, indent

from bidwright import Hold, LotView, Money, SystemClock
from bidwright.plugins import load
from bidwright.runtime.host.process import Nursery
from bidwright.transitions import Transitions
from bidwright_bidder.foreign import Foreign
from bidwright_bidder.strategies import Strategies

NOW = datetime(2026, 9, 21, 14, 0, tzinfo=UTC)
LOT = LotView(
    lot_id="1",
    title="Drill",
    price=Money(100),
    next_bid=Money(200),
    cap=Money(900),
    closes_at=NOW,
    seen_at=NOW,
    price_since=NOW,
    leading=False,
)
PATIENT_S, SHORT_S = 20.0, 0.3
ONLY_HERE = 'if lot.title == "Drill":'
"""The recorded lots, on which a new version is tried, have other titles."""


class Bench:
    """
    A drop-in folder and what watches it.
    """

    def __init__(self, folder: Path, transitions: Transitions, limit_s: float) -> None:
        self.folder = folder
        self.foreign = Foreign(
            transitions, SystemClock(), Nursery(), folder=folder, reserved={"auto", "sniping", "manual"}, limit_s=limit_s
        )
        self.strategies = Strategies(load(installed=["strategy-auto"], dropins=None), self.foreign)

    def write(self, body: str, *, name: str = "odd", file: str = "", first: str = "") -> None:
        """A drop-in whose decide has the given body."""
        text = dedent("""
            FIRST
            import time
            from datetime import datetime, timedelta
            from pydantic import Field
            from bidwright import Bid, Hold, Money, Params, Wait, hookimpl
            class OddParams(Params):
                most: int = Field(5, title="Most", description="Whole dollars.", ge=1, le=100)
            class Odd:
                name, description, version, params = "NAME", "Odd.", "1", OddParams
                def decide(self, lot, now):
            BODY
            @hookimpl
            def register_strategies():
                return [Odd()]
            """)
        whole = text.replace("NAME", name).replace("FIRST", first).replace("BODY", indent(dedent(body), " " * 8))
        (self.folder / (file or f"{name}.py")).write_text(whole, "utf-8")

    async def look(self, times: int = 2) -> None:
        """What half a second each does."""
        for _ in range(times):
            await self.foreign.look()

    async def ask(self, name: str = "odd", lot: LotView = LOT, settings: str = ""):
        params = await self.strategies.params(name, settings)
        return params if isinstance(params, Hold) else await self.strategies.decide(name, replace(lot, params=params), NOW)

    @property
    def problem(self) -> str:
        (only,) = self.strategies.problems
        return only.reason
