"""The books alone: the shipped transitions over a real store, on a clock moved by hand. Every step is a transition."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from bidwright.clock import to_ms
from bidwright.records import IntentRecord, LotRecord, Records
from bidwright.runtime.store import connect
from bidwright.testing import HandClock
from bidwright.transitions import Reserved, Ticket, Transitions

sys.path.insert(0, str(Path(__file__).parents[1] / "unit/bidwright/transitions"))
from house import LOT, RATES, House

OTHER = "70099999"
FIRST, SECOND = "bid-1", "bid-2"
__all__ = ["FIRST", "LOT", "OTHER", "RATES", "SECOND", "Books"]


class Books:
    """
    What a scenario about the books drives; every method is synchronous.
    """

    def __init__(self, engine_url: str) -> None:
        self.runner = asyncio.Runner()
        self.redis = connect(engine_url)
        self.clock = HandClock()
        self.empty()

    def empty(self) -> None:
        """A store with nothing in it."""
        self.do(self.redis.flushall())
        self.clock = HandClock()
        self.t = Transitions(self.redis, wall=lambda: to_ms(self.clock.now()))
        self.records = Records(self.redis)
        self.house = House(self.t, self.clock, self.records)
        self._tickets: dict[str, Ticket] = {}

    def close(self) -> None:
        """End it."""
        self.do(self.redis.aclose())
        self.runner.close()

    def do(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Run a coroutine to its end."""
        return self.runner.run(work)

    def go(self, seconds: float) -> None:
        """Time passes as in a running system: somebody calls a script at least once a second."""
        self.do(self.house.pass_time(seconds))

    def now(self) -> int:
        """The wall clock, in ms."""
        return to_ms(self.clock.now())

    # ---- a bid ---------------------------------------------------------------------------------------------------------------

    def taken(self, lot: str = LOT) -> Ticket:
        """The lot in the hands of a bidder: taken now, or held from before."""
        for ticket in self.do(self.t.take("bid", n=50, lease_ms=2000)).tickets:
            self._tickets[ticket.lot_id] = ticket
        return self._tickets[lot]

    def decide(self, dollars: float, intent: str = FIRST, lot: str = LOT, *, saw: LotRecord | None = None, **facts: str | int) -> Reserved:
        """A bidder decides on a bid, on what it *saw* or else on what the books say now."""
        ticket = self.taken(lot)
        seen = saw or self.lot(lot)
        return self.do(
            self.t.reserve(
                intent, lot, amount=round(dollars * 100), fence=ticket.fence, cap_ver=seen.cap_ver, obs_seq=seen.obs_seq, valid_ms=3000,
                max_obs_age_ms=2000, facts=facts,
            )
        )  # fmt: skip

    def send(self, dollars: float, intent: str = FIRST, lot: str = LOT) -> None:
        """A bid is on its way to the site."""
        reserved = self.decide(dollars, intent, lot)
        assert reserved.ok, reserved.why
        assert self.do(self.t.claim(intent, "proxy-1")).action in ("send", "simulate")

    def read(self, price: float, lot: str = LOT, **more: Any) -> Any:
        """A read of the site that begins and ends now."""
        return self.do(self.house.read(lot, **{"price": round(price * 100), "next_bid": round(price * 100) + 100} | more))

    # ---- looking -------------------------------------------------------------------------------------------------------------

    def lot(self, lot: str = LOT) -> LotRecord:
        """The lot."""
        return self.do(self.house.lot(lot))

    def receipt(self, intent: str = FIRST) -> IntentRecord:
        """The receipt."""
        return self.do(self.house.intent(intent))

    def due(self, queue: str, lot: str = LOT) -> float | None:
        """Seconds until the lot is due; None: it is not in the queue."""
        score = self.do(self.redis.zscore(f"bw:due:{queue}", lot))
        return None if score is None else (score - self.do(self.t.stamp())) / 1000

    def told(self) -> list[str]:
        """The kinds of all events, in order."""
        return self.do(self.house.kinds())
