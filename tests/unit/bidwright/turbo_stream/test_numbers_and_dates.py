"""Numbers and dates of the turbo-stream encoding, as JavaScript has them."""

import math
from datetime import UTC, datetime, timedelta, timezone

import pytest

from bidwright.turbo_stream import INVALID_DATE, decode, encode


@pytest.mark.parametrize(
    ("number", "printed"),
    [
        (94.0, "94"),
        (0.5, "0.5"),
        (-1.25, "-1.25"),
        (69.99, "69.99"),
        (0.00001, "0.00001"),
        (1e-7, "1e-7"),
        (1.5e-7, "1.5e-7"),
        (1e21, "1e+21"),
        (-2.5e22, "-2.5e+22"),
        (1e20, "100000000000000000000"),
        (123456789.125, "123456789.125"),
        (0.0, "0"),
        (5e-324, "5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (2**53, "9007199254740992"),
    ],
)
def test_numbers_are_printed_as_javascript_prints_them(number, printed):
    """
    94.0 is 94, and exponents begin where JavaScript begins them.
    """
    assert f"[{printed}]\n" == encode(number)
    assert number == decode(f"[{printed}]\n")


@pytest.mark.parametrize(("text", "value"), [("[1e400]", math.inf), ("[-1e400]", -math.inf), (f"[{'9' * 400}]", math.inf)])
def test_numbers_past_the_largest_are_infinite(text, value):
    """
    A number that JavaScript cannot hold reads as JavaScript reads it.
    """
    assert value == decode(text)


def test_integers_past_the_exact_ones_are_rounded():
    """
    Above 2**53 a number is a float, as it is in JavaScript; below zero too.
    """
    assert float(2**60 + 1) == decode(f"[{2**60 + 1}]")
    assert -math.inf == decode(f"[-{'9' * 400}]")


@pytest.mark.parametrize("slot", ['["D",NaN]', '["D","invalid"]', '["D",1e300]', '["D",9e15]'])
def test_no_date(slot):
    """
    A date that is none, or that Python cannot hold, is the invalid date and no error.
    """
    assert INVALID_DATE is decode(f"[{slot}]")
    assert not decode(f"[{slot}]")


def test_dates_are_in_utc_and_whole_milliseconds():
    """
    Any time zone goes in; what comes out is UTC, cut to the millisecond.
    """
    moment = datetime(2026, 9, 21, 9, 0, 0, 1999, tzinfo=timezone(timedelta(hours=-5)))

    assert '[["D",1789999200001]]\n' == encode(moment)
    assert datetime(2026, 9, 21, 14, 0, 0, 1000, tzinfo=UTC) == decode(encode(moment))


def test_integers_that_javascript_cannot_hold_are_refused():
    """
    An id past 2**53 would be rounded in silence.
    """
    with pytest.raises(ValueError, match="BigInt"):
        encode(2**53 + 1)
