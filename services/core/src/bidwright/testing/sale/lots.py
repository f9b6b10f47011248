"""What is sold: lots, rivals and the owner's caps, all following from the seed."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import cycle, islice
from random import Random
from typing import TYPE_CHECKING, cast

from bidwright import Money, Rates
from bidwright.errors import BadInput
from bidwright.testing.sale.rivals import MIXES, USUAL, Mix

if TYPE_CHECKING:
    from bidwright_simulator.lots import Lot
    from bidwright_simulator.rivals import Kind
    from bidwright_simulator.site import Site

_FIRST_CLOSE_S, _BETWEEN_S = 300, 20
_RIVAL_SHARE = (0.03, 0.45)
_EARLY_SHARE = 0.06


@dataclass(frozen=True)
class Caps:
    """
    The owner's hammer limits: each lot's is drawn between *low* and *high* percent of its retail price, at least one dollar.
    """

    low: float = 8
    high: float = 40

    def __post_init__(self) -> None:
        if not 0 < self.low <= self.high:
            raise BadInput(f"Caps go from a percentage above 0 to one not below it, not from {self.low:g} to {self.high:g}.", "caps")


@dataclass(frozen=True)
class Wanted:
    """
    A lot of the sale with the owner's cap (hammer, whole dollars) and the fees at its place.
    """

    lot: Lot
    cap: Money
    rates: Rates

    @property
    def value(self) -> Money:
        """What the lot is taken to be worth to the owner: the all-in price of the cap."""
        return self.rates.all_in(self.cap)


def open_lots(site: Site, *, count: int, seed: int, caps: Caps, rivals: Mix = USUAL) -> list[Wanted]:
    """Put *count* lots up for sale that close 20 s after each other. Raises BadInput when there is no such kind of *rivals*."""
    from bidwright_simulator.catalog import ITEMS  # noqa: PLC0415 - the simulator is no dependency of the library
    from bidwright_simulator.rivals import KINDS  # noqa: PLC0415 - as above
    from bidwright_simulator.site import Wish  # noqa: PLC0415 - as above

    rng = Random(f"{seed}:sale")  # noqa: S311 - repeatable is the point
    if unknown := [kind for kind in rivals.kinds if kind not in KINDS]:
        named, there = ", ".join(MIXES), ", ".join(KINDS)
        raise BadInput(f"There are no rivals {unknown[0]!r}; there are the mixes {named} and the kinds {there}.", "rivals")
    kinds = cycle(cast("tuple[Kind, ...]", rivals.kinds))
    wanted = []
    for number in range(count):
        item = rng.choice(ITEMS)
        retail = item.retail / 100
        mix: list[tuple[Kind, int]] = [
            (kind, max(2, round(retail * rng.uniform(*_RIVAL_SHARE)))) for kind in islice(kinds, rng.randint(rivals.fewest, rivals.most))
        ]
        early = sorted(rng.randint(1, max(2, round(retail * _EARLY_SHARE))) for _ in range(rng.randint(0, 2)))
        lot = site.open_lot(Wish(_FIRST_CLOSE_S + number * _BETWEEN_S + rng.random(), item=item, rivals=mix, early=early))
        cap = Money.whole(max(1, round(retail * rng.uniform(caps.low, caps.high) / 100)))
        wanted.append(Wanted(lot, cap, Rates.percent(str(site.premium_percent), str(lot.place.tax))))
    return wanted
