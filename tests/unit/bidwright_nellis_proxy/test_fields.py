"""Single values as the site writes them."""

import math
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bidwright.turbo_stream import INVALID_DATE, UNDEFINED, BigInt
from bidwright_nellis_proxy.embedded import NotUnderstood
from bidwright_nellis_proxy.fields import cents, count, flag, is_lot_id, lot_id, moment_ms, record, words

MOMENT = 1_790_002_430_000


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (14, 1400),
        (0, 0),
        (94.99, 9499),
        (14.0, 1400),
        (0.1, 10),
        ("$14", 1400),
        ("$1,234.50", 123450),
        (" 14 ", 1400),
        ("$ 7", 700),
        ("1234", 123400),
        (BigInt(3), 300),
        (None, None),
        (UNDEFINED, None),
    ],
)
def test_amounts(value, expected):
    """Every form of an amount becomes exact cents."""
    assert expected == cents(value, "price")


@pytest.mark.parametrize(
    "value",
    [
        -1,
        -0.5,
        94.999,
        math.nan,
        math.inf,
        -math.inf,
        True,
        "",
        "free",
        "-$3",
        "$1,23",
        "1e3",
        "14.999",
        [],
        {},
        10**9,
        BigInt(10**30),
        "$99,999,999,999",
    ],
)
def test_no_amounts(value):
    """What is no plausible amount is never made into one."""
    with pytest.raises(NotUnderstood):
        cents(value, "price")


@given(st.integers(0, 10**9))
def test_cents_survive_the_float(amount):
    """Any amount of cents that the site writes as a number of dollars comes back to the cent."""
    assert amount == cents(amount / 100, "price")


@pytest.mark.parametrize(
    "value",
    [
        {"__type": "Date", "value": "2026-09-21T14:53:50.000Z"},
        "2026-09-21T14:53:50.000Z",
        "2026-09-21T14:53:50",
        "2026-09-21T16:53:50+02:00",
        datetime(2026, 9, 21, 14, 53, 50, tzinfo=UTC),
        1_790_002_430.0,
        1_790_002_430,
        1_790_002_430_000,
    ],
)
def test_dates(value):
    """All forms of a date that the site has used are the same moment."""
    assert MOMENT == moment_ms(value, "closeTime")


@pytest.mark.parametrize("value", [None, UNDEFINED, INVALID_DATE, {"__type": "Date", "value": None}])
def test_no_date(value):
    """A missing date is missing, not wrong."""
    assert moment_ms(value, "closeTime") is None


@pytest.mark.parametrize("value", ["soon", "", True, -1, 12, math.nan, math.inf, {"value": "2026"}, [], 9e15, "0001-01-01T00:00:00"])
def test_bad_dates(value):
    """What is no time of our days is refused."""
    with pytest.raises(NotUnderstood):
        moment_ms(value, "closeTime")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (70012345, "70012345"),
        ("70012345", "70012345"),
        (7.0, "7"),
        (BigInt(8), "8"),
        (True, ""),
        ("x", ""),
        (None, ""),
        (0, ""),
        (1.5, ""),
        (-4, ""),
    ],
)
def test_lot_ids(value, expected):
    """An id is a positive number or its digits, and nothing else."""
    assert expected == lot_id(value)


@pytest.mark.parametrize(
    ("text", "expected"), [("1", True), ("70012345", True), ("", False), ("07", False), ("7a", False), ("٣", False), ("1" * 17, False)]
)
def test_is_lot_id(text, expected):
    """What people type is checked by the same rule."""
    assert expected is is_lot_id(text)


@pytest.mark.parametrize(("value", "expected"), [(True, True), (False, False), (None, None), (UNDEFINED, None)])
def test_flags(value, expected):
    """Yes, no, or missing."""
    assert expected is flag(value, "isClosed")


@pytest.mark.parametrize("value", [0, 1, "true", "false", [], "yes"])
def test_bad_flags(value):
    """Nothing else is taken for yes or no."""
    with pytest.raises(NotUnderstood):
        flag(value, "isClosed")


@pytest.mark.parametrize(
    ("value", "expected"), [(3, 3), ("12", 12), (2.0, 2), (True, 7), (-1, 7), (None, 7), (math.nan, 7), (10**12, 7), ("²", 7), ("x", 7)]
)
def test_counts(value, expected):
    """A number for display, or the one that stands in for it."""
    assert expected == count(value, 7)


def test_words():
    """Texts lose control, direction and zero-width characters, and their length has an end."""
    assert 'Lamp 12") x' == words('\x00Lamp\x1b \n12")\u202e x\u200b')
    assert "" == words(None)
    assert 300 == len(words("x" * 1000))


def test_record():
    """Whatever is no record is an empty one."""
    assert {} == record([1])
    assert {"a": 1} == record({"a": 1})


def test_words_are_looked_for_at_the_beginning():
    """Of a text without end only the beginning is read."""
    assert "x" == words("x" + " " * 1_000_000 + "y", 10)
