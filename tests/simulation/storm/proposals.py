"""What decides: the shipped strategies, and one that proposes too much, too little and nonsense."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any, ClassVar

from bidwright import Bid, Decision, Hold, LotView, Money, Params, Strategy
from bidwright.clock import from_ms
from bidwright.records import IntentRecord, LotRecord
from bidwright_bidder.views import Moment, view_of
from bidwright_strategy_auto import Auto, AutoParams
from bidwright_strategy_snipe import Snipe, SnipeParams

NAMES = ("auto", "sniping", "hostile")
_NO_PARAMS = Params()


class Hostile:
    """
    Proposes whatever the guards must refuse, and now and then something they may let pass.
    """

    name: ClassVar[str] = "hostile"
    description: ClassVar[str] = "Tests only."
    version: ClassVar[str] = "0"
    params: ClassVar[type[Params]] = Params

    def __init__(self, rng: Random) -> None:
        self._rng = rng

    def decide(self, lot: LotView, now: Any) -> Decision:
        """Anything."""
        del now
        next_bid, cap = lot.next_bid.cents, lot.cap.cents
        return Bid(
            Money(
                self._rng.choice(
                    (
                        next_bid,
                        next_bid,
                        next_bid + 300,
                        next_bid + 100,
                        cap,
                        cap,
                        cap + 100,
                        cap * 3,
                        next_bid - 100,
                        0,
                        next_bid + 50,
                        10**15,
                    )
                )
            )
        )


def strategies(rng: Random) -> dict[str, tuple[Strategy, Any]]:
    """Each strategy by name, with settings fit for lots that close within a minute."""
    return {
        "auto": (Auto(), AutoParams.model_validate({"patience": 1, "buffer": rng.choice((0, 0, 3))})),
        "sniping": (Snipe(), SnipeParams.model_validate({"lead": rng.choice((3, 6, 10)), "patience": 0.5})),
        "hostile": (Hostile(rng), _NO_PARAMS),
    }


def propose(strategy: Strategy, params: Any, lot: LotRecord, intents: list[IntentRecord], steady_ms: int, site_ms: int) -> Decision:
    """Ask *strategy* what the record as the shipped views show it makes of it; raising counts as Hold."""
    site = from_ms(site_ms)
    moment = Moment(site, site, steady_ms)
    view = view_of(lot, intents, params, at=moment, safe_lead=timedelta(seconds=2), earlier=timedelta(0))
    try:
        return strategy.decide(view, site)
    except Exception as error:  # noqa: BLE001 - as the bidder has it
        return Hold(repr(error))
