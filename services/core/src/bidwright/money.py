"""Money: whole US cents with a type, and the all-in arithmetic of a purchase."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

PPM = 1_000_000
_BASIS = 10_000  # a rate is held in hundredths of a percent: 8.25 % = 825


@dataclass(frozen=True, order=True, slots=True)
class Money:
    """
    An amount of US dollars, held as whole cents.

    Only text or cents become money; a float never does, since it has already lost the cent.
    """

    cents: int

    def __post_init__(self) -> None:
        if type(self.cents) is not int:
            raise TypeError(f"cents are a whole number, not {self.cents!r}")

    @classmethod
    def usd(cls, text: str) -> Money:
        """
        Read dollars from text such as ``"14"``, ``"$1,234.50"``.

        Raises ValueError when the text is no amount or has a fraction of a cent.
        """
        try:
            dollars = Decimal(text.strip().removeprefix("$").replace(",", ""))
        except InvalidOperation:
            raise ValueError(f"{text!r} is not an amount of dollars") from None
        if not dollars.is_finite():
            raise ValueError(f"{text!r} is not an amount of dollars")
        cents = dollars * 100
        if cents != cents.to_integral_value():
            raise ValueError(f"{text!r} has a fraction of a cent")
        return cls(int(cents))

    @classmethod
    def whole(cls, dollars: int) -> Money:
        """Whole dollars, as the site's wire has them."""
        return cls(dollars * 100)

    @property
    def dollars(self) -> int:
        """Whole dollars, rounded down: what fits on the site's wire."""
        return self.cents // 100

    @property
    def is_whole(self) -> bool:
        """True when there are no cents left over: the site takes whole dollars only."""
        return self.cents % 100 == 0

    def __add__(self, other: Money) -> Money:
        return Money(self.cents + other.cents)

    def __sub__(self, other: Money) -> Money:
        return Money(self.cents - other.cents)

    def __str__(self) -> str:
        sign = "-" if self.cents < 0 else ""
        whole, cents = divmod(abs(self.cents), 100)
        return f"{sign}${whole:,}" if cents == 0 else f"{sign}${whole:,}.{cents:02d}"


ZERO = Money(0)


def _half_up(cents: int, basis_points: int) -> int:
    return (cents * basis_points + _BASIS // 2) // _BASIS


@dataclass(frozen=True, slots=True)
class Rates:
    """
    Buyer's premium and sales tax, each in hundredths of a percent (15 % = 1500).
    """

    premium: int
    tax: int

    @classmethod
    def percent(cls, premium: str, tax: str) -> Rates:
        """Read two percentages from text. Raises ValueError when one is negative or finer than 0.01 %."""
        return cls(_basis_points(premium), _basis_points(tax))

    def all_in(self, hammer: Money) -> Money:
        """
        What a hammer price costs out the door.

        premium = round half up (hammer x rate); tax = round half up ((hammer + premium) x rate).
        """
        premium = _half_up(hammer.cents, self.premium)
        tax = _half_up(hammer.cents + premium, self.tax)
        return Money(hammer.cents + premium + tax)

    def hammer_cap(self, all_in: Money) -> Money:
        """The largest whole dollar whose all-in price is not above *all_in*; zero when there is none."""
        dollars = all_in.cents * PPM // (self.ppm * 100) + 1
        while dollars > 0 and self.all_in(Money.whole(dollars)) > all_in:
            dollars -= 1
        return Money.whole(max(dollars, 0))

    @property
    def ppm(self) -> int:
        """
        The all-in factor in parts per million, rounded up: what the budget scripts multiply by.
        """
        product = (_BASIS + self.premium) * (_BASIS + self.tax)
        return -(-product * PPM // (_BASIS * _BASIS))


def _basis_points(percent: str) -> int:
    try:
        points = Decimal(percent) * 100
    except InvalidOperation:
        raise ValueError(f"{percent!r} is not a percentage") from None
    if not points.is_finite() or points < 0 or points != points.to_integral_value():
        raise ValueError(f"{percent!r} is not a percentage with at most two decimals")
    return int(points)
