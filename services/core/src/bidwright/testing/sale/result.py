"""The result of a sale: what a strategy won, what it paid and what that was worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from math import sqrt
from statistics import fmean, stdev
from typing import Any

from bidwright import Money

_Z95 = 1.96


@dataclass(frozen=True)
class Ending:
    """
    How one lot ended. *hammer* is None when it was not won; *war_s* is how far the close had moved when the strategy bid last.
    """

    cap: Money
    value: Money
    hammer: Money | None
    all_in: Money
    bids: int
    war_s: float

    @property
    def surplus(self) -> Money:
        """Value minus all-in price of a lot that was won; nothing is gained or lost on the others."""
        return Money(0) if self.hammer is None else self.value - self.all_in


@dataclass(frozen=True)
class Result:
    """
    One strategy's sale; amounts in cents. A lot's value is the all-in price of its cap.

    *held* are proposals that a guard stopped, *failed* answers that were none. The interval is that of the mean surplus per lot
    with 95 % confidence (normal approximation), None with fewer than two lots.
    """

    strategy: str
    plugin: str
    version: str
    lots: int
    won: int
    lost: int
    asked: int
    bids_sent: int
    bids_refused: int
    held: dict[str, int]
    failed: int
    failures: list[str]
    hammer_cents: int
    all_in_cents: int
    surplus_cents: int
    surplus_per_lot_cents: float
    surplus_per_lot_interval_cents: tuple[float, float] | None
    paid_percent_of_cap: float | None
    longest_war_s: float
    surpluses_cents: tuple[int, ...] = field(repr=False)
    """Of each lot, in the order of the sale."""

    def document(self, beside: Sequence[Result] = ()) -> dict[str, Any]:
        """The result as it goes into JSON, with the names that other JSON of ours has; *against* the others of the run *beside* it."""
        told = {_camel(name): value for name, value in asdict(self).items() if name != "surpluses_cents"}
        others = [paired(self, other) for other in beside if other is not self]
        return told | {"against": [{_camel(name): value for name, value in asdict(other).items()} for other in others]}


@dataclass(frozen=True)
class Difference:
    """
    How much more surplus per lot a strategy had than *strategy*, on the same lots, in cents; negative when it had less.

    The interval is that of the mean of the differences lot by lot, as in Result: what a lot is worth to everybody cancels out.
    """

    strategy: str
    per_lot_cents: float
    interval_cents: tuple[float, float] | None


def paired(one: Result, other: Result) -> Difference:
    """The difference of *one* to *other*, which must come from the same seed, lots, rivals and caps."""
    values = [mine - theirs for mine, theirs in zip(one.surpluses_cents, other.surpluses_cents, strict=True)]
    mean = fmean(values)
    return Difference(other.strategy, round(mean, 2), _interval(values, mean))


def summary(endings: Sequence[Ending]) -> dict[str, Any]:
    """The fields of a Result that follow from how the lots ended."""
    won = [(ending, ending.hammer) for ending in endings if ending.hammer is not None]
    surpluses = [ending.surplus.cents for ending in endings]
    mean = fmean(surpluses)
    return {
        "lots": len(endings),
        "won": len(won),
        "lost": len(endings) - len(won),
        "bids_sent": sum(ending.bids for ending in endings),
        "hammer_cents": sum(hammer.cents for _, hammer in won),
        "all_in_cents": sum(ending.all_in.cents for ending, _ in won),
        "surplus_cents": sum(surpluses),
        "surplus_per_lot_cents": round(mean, 2),
        "surplus_per_lot_interval_cents": _interval(surpluses, mean),
        "paid_percent_of_cap": round(fmean(100 * hammer.cents / ending.cap.cents for ending, hammer in won), 2) if won else None,
        "longest_war_s": max(ending.war_s for ending in endings),
        "surpluses_cents": tuple(surpluses),
    }


def _interval(values: Sequence[int], mean: float) -> tuple[float, float] | None:
    if len(values) < 2:  # noqa: PLR2004 - one value has no spread
        return None
    half = _Z95 * stdev(values) / sqrt(len(values))
    return round(mean - half, 2), round(mean + half, 2)


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(map(str.capitalize, rest))
