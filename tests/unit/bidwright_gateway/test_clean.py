"""Text and addresses that reach a page."""

import pytest

from bidwright_gateway import clean

SIM = "http://127.0.0.1:9900"


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("Lamp", "Lamp"),
        ('TV 55"', "TV 55″"),
        ("<img src=x onerror=alert(1)>", "‹img src=x onerror=alert(1)›"),
        ("a\x00b\nc\u202ed", "a b c d"),
        (None, ""),
        ("x" * 300, "x" * 200),
    ],
)
def test_text_is_fit_for_html(raw, shown):
    """Angle brackets and double quotes become look-alikes, no control character is left, and titles end at 200 characters."""
    assert shown == clean.text(raw)


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("https://example.invalid/a.jpg", True),
        ("http://example.invalid/a.jpg", False),
        ("javascript:alert(1)", False),
        ('https://e.invalid/"onload=x', False),
        ("https://e.invalid/<b>", False),
        ("https://user@e.invalid/a", False),
        (f"{SIM}/photo/1.svg", True),
        ("http://127.0.0.1:9900.evil.invalid/x", False),
        ("//e.invalid/x", False),
        ("", False),
        ("https://[", False),
        ("https://e.invalid/" + "x" * 1000, False),
    ],
)
def test_address_must_be_https_or_the_site(raw, kept):
    """An address that could leave its attribute, or leads off https, is dropped."""
    assert (raw if kept else "") == clean.address(raw, site=SIM)


def test_lot_address_on_the_real_site_is_always_its_own():
    """Clients open `url`; with the real site it is on nellisauction.com whatever was said."""
    bad = clean.lot_address("https://evil.invalid/p/x/7", "7", site="https://www.nellisauction.com", real=True)
    good = clean.lot_address("https://www.nellisauction.com/p/x/7", "7", site="https://www.nellisauction.com", real=True)
    assert ("https://www.nellisauction.com/p/lot/7", "https://www.nellisauction.com/p/x/7") == (bad, good)


def test_lot_address_on_another_site_is_that_site():
    """With another site the address is one that a person can open."""
    assert f"{SIM}/p/lamp/7" == clean.lot_address(f"{SIM}/p/lamp/7", "7", site=SIM, real=False)
