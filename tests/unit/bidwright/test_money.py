"""Money: whole cents, and the bill as product.md computes it."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bidwright import Money, Rates


@pytest.mark.parametrize(("text", "cents"), [("14", 1400), ("$1,234.50", 123450), (" 0.01 ", 1), ("-3", -300)])
def test_reads_dollars_from_text(text: str, cents: int) -> None:
    """
    Text as people and the site write it becomes cents.
    """
    assert Money(cents) == Money.usd(text)


@pytest.mark.parametrize("text", ["", "abc", "1.005", "NaN", "Infinity", "1e-9"])
def test_refuses_text_that_is_no_amount(text: str) -> None:
    """
    What is no amount, or has a fraction of a cent, is refused.
    """
    with pytest.raises(ValueError, match=r"fraction of a cent|not an amount"):
        Money.usd(text)


@pytest.mark.parametrize("cents", [1.0, True, "100", None])
def test_only_whole_numbers_are_cents(cents: object) -> None:
    """
    A float has already lost the cent; a bool is no amount.
    """
    with pytest.raises(TypeError):
        Money(cents)  # type: ignore[arg-type]


def test_prints_like_a_price() -> None:
    """
    Whole dollars without cents, others with two digits.
    """
    assert ["$1,234", "$17.44", "-$0.05"] == [str(Money(c)) for c in (123400, 1744, -5)]


def test_the_example_of_the_product_page() -> None:
    """
    15 % and 8.3 % on $14 make $17.44.
    """
    assert Money.usd("17.44") == Rates.percent("15", "8.3").all_in(Money.usd("14"))


rates = st.builds(Rates, st.integers(0, 10_000), st.integers(0, 10_000))


@given(rates, st.integers(0, 10_000_000))
def test_the_bill_is_rounded_half_up_twice(rate: Rates, cents: int) -> None:
    """
    Premium first, tax on both, each to the cent, at any rate.
    """
    hammer = Decimal(cents)
    premium = (hammer * rate.premium / 10_000).quantize(Decimal(1), ROUND_HALF_UP)
    tax = ((hammer + premium) * rate.tax / 10_000).quantize(Decimal(1), ROUND_HALF_UP)

    assert int(hammer + premium + tax) == rate.all_in(Money(cents)).cents


@given(rates, st.integers(0, 1_000_000))
def test_the_hammer_cap_is_the_largest_whole_dollar_within(rate: Rates, cents: int) -> None:
    """
    Its all-in price is not above what the owner typed, and one dollar more would be.
    """
    cap = rate.hammer_cap(Money(cents))

    assert cap.is_whole
    assert cap == Money(0) or rate.all_in(cap) <= Money(cents)
    assert rate.all_in(cap + Money.whole(1)) > Money(cents)


@pytest.mark.parametrize("text", ["", "-1", "8.255", "x", "NaN"])
def test_refuses_a_rate_that_is_none(text: str) -> None:
    """
    Rates are percentages with at most two decimals.
    """
    with pytest.raises(ValueError, match="percentage"):
        Rates.percent("15", text)
