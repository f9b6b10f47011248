"""Tables for spreadsheets: nothing in them is run."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bidwright_gateway.ledger import dollars
from bidwright_gateway.sheet import cell, csv_text


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", " \t@x"])
def test_a_formula_becomes_text(text):
    """Whatever stands before the sign."""
    assert f"'{text}" == cell(text)


@pytest.mark.parametrize("text", ["", "Lamp", "12.50", "a=b", "7-piece", "’", "Möbel"])
def test_text_stays_as_it_is(text):
    """Amounts and titles are not touched."""
    assert text == cell(text)


@given(st.lists(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0")), min_size=1, max_size=4))
def test_no_cell_begins_like_a_formula(cells):
    """Whatever a title is, the table reads back as it was but for an apostrophe."""
    _, row = csv.reader(io.StringIO(csv_text(["head"] * len(cells), [cells]), newline=""))
    assert [cell(text) for text in cells] == row
    assert not any(text.lstrip().startswith(("=", "+", "-", "@")) for text in row)


@pytest.mark.parametrize(
    ("cents", "text"), [(0, "0.00"), (5, "0.05"), (1747, "17.47"), (-150, "-1.50"), (123456789, "1234567.89"), (None, "")]
)
def test_cents_as_decimal_dollars(cents, text):
    """Two places, no sign of a currency, no thousands."""
    assert text == dollars(cents)
