"""Settings that must be refused at start, with the sentence."""

import pytest

from bidwright.errors import SetupError
from bidwright.runtime.settings import read
from bidwright_gateway.settings import GatewaySettings


@pytest.mark.parametrize(
    ("env", "words"),
    [
        ({"AUTH_TOKEN": "dev-token", "BIDWRIGHT_BIND": "0.0.0.0"}, "everybody knows dev-token"),  # noqa: S104 - the case under test
        ({"AUTH_TOKEN": "two words"}, "without spaces"),
        ({"ALLOWED_ORIGINS": "*"}, "wildcard"),
        ({"ALLOWED_EXTENSION_IDS": "chrome-extension://*"}, "wildcard"),
        ({"PORT": "http"}, "PORT"),
        ({"BIDWRIGHT_MAX_BID_DOLLARS": "0"}, "BIDWRIGHT_MAX_BID_DOLLARS"),
        ({"BIDWRIGHT_TAX_PERCENT": "8,5"}, "percentage"),
        ({"BIDWRIGHT_PREMIUM_PERCENT": "-1"}, "percentage"),
        ({"BIDWRIGHT_PREMIUM_PERCENT": "101"}, "percentage"),
        ({"ENABLE_REQUEST_SIGNING": "true"}, "API_SIGNING_SECRET"),
    ],
)
def test_a_wrong_setting_stops_the_start(env, words):
    """A setting that would be unsafe or cannot be read is refused by name."""
    with pytest.raises(SetupError, match=words):
        read(GatewaySettings, **env)


def test_dev_token_is_fine_on_loopback():
    """Only this machine can reach it there."""
    assert "dev-token" == read(GatewaySettings, AUTH_TOKEN="dev-token").auth_token.get_secret_value()


@pytest.mark.parametrize(
    ("site", "real"),
    [
        ("https://www.nellisauction.com", True),
        ("https://nellisauction.com", True),
        ("http://127.0.0.1:9900", False),
        ("https://nellisauction.com.evil.example", False),
        ("https://notnellisauction.com", False),
    ],
)
def test_the_site_is_real_only_by_its_name(site, real):
    """The striped band and the addresses follow from it."""
    assert real == read(GatewaySettings, NELLIS_BASE_URL=site).real


@pytest.mark.parametrize(
    ("site", "told", "simulated"),
    [
        ("http://127.0.0.1:9900", "1", True),
        ("http://127.0.0.1:9900", "0", False),
        ("http://127.0.0.1:9900", None, False),
        ("https://www.nellisauction.com", "1", False),
    ],
)
def test_a_site_is_simulated_only_when_that_is_known(site, told, simulated):
    """The page promises "no real money" only when whoever started us says so, and never for the real site."""
    env = {"NELLIS_BASE_URL": site} | ({"BIDWRIGHT_SIMULATED": told} if told else {})
    assert simulated == read(GatewaySettings, **env).simulated
