"""Which site `up` works on."""

import pytest

from bidwright.errors import SetupError
from bidwright_cli.settings import settings_for


@pytest.mark.parametrize(
    ("asked", "address", "site"),
    [
        ("sim", None, "sim"),
        ("sim", "", "sim"),
        ("sim", "http://127.0.0.1:8123", "other"),
        ("sim", "https://www.nellisauction.com", "live"),
        ("live", None, "live"),
        ("live", "https://nellisauction.com", "live"),
    ],
)
def test_site_follows_from_command_and_address(monkeypatch, asked, address, site):
    """The simulated site runs unless an address is set or the live site is asked for."""
    monkeypatch.delenv("NELLIS_BASE_URL", raising=False)
    if address is not None:
        monkeypatch.setenv("NELLIS_BASE_URL", address)

    assert site == settings_for(asked)[1]


def test_contradiction_is_refused(monkeypatch):
    """Asking for the live site with another site's address set is refused."""
    monkeypatch.setenv("NELLIS_BASE_URL", "http://127.0.0.1:8123")

    with pytest.raises(SetupError, match="leave out one"):
        settings_for("live")


def test_bad_setting_is_named(monkeypatch):
    """A setting that makes no sense is refused by its name."""
    monkeypatch.setenv("PORT", "many")

    with pytest.raises(SetupError, match="PORT"):
        settings_for("sim")
