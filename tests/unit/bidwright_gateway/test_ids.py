"""Lot ids and the addresses that carry them."""

import pytest

from bidwright.errors import BadInput
from bidwright_gateway import ids


@pytest.mark.parametrize("value", ["70012345", 70012345, "0"])
def test_digits_are_an_id(value):
    """Text and whole numbers are taken."""
    assert str(value) == ids.lot_id(value)


@pytest.mark.parametrize("value", ["", "abc", "1" * 19, "-1", -1, "1.5", 1.5, True, None, "7 ", "\uff17", [], {}])
def test_what_is_no_id_says_where_to_find_it(value):
    """The sentence says what an id is."""
    with pytest.raises(BadInput, match="A lot id is the number at the end of the lot's address"):
        ids.lot_id(value)


@pytest.mark.parametrize(
    "value",
    [
        "70012345",
        " 70012345 ",
        70012345,
        "https://www.nellisauction.com/p/cordless-lamp/70012345",
        "https://www.nellisauction.com/p/cordless-lamp/70012345?x=1#y",
        "http://127.0.0.1:9900/p/lamp/70012345/",
        "/auction/70012345",
    ],
)
def test_an_address_is_as_good_as_the_number(value):
    """People paste what the browser shows."""
    assert "70012345" == ids.lot_id_or_address(value)


@pytest.mark.parametrize("value", ["https://www.nellisauction.com/", "https://x/p/lamp/abc", "http://[/p/a/1", "lamp"])
def test_another_address_is_refused(value):
    """An address without a lot is told so."""
    with pytest.raises(BadInput):
        ids.lot_id_or_address(value)
