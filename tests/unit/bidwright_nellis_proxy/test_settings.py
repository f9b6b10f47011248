"""What nellis-proxy is told from outside."""

import pytest

from bidwright.errors import SetupError
from bidwright.runtime.settings import read
from bidwright_nellis_proxy.settings import ProxySettings

LIVE = "https://www.nellisauction.com"


@pytest.mark.parametrize(
    ("site", "given", "expected"),
    [
        (LIVE, None, 2.0),
        ("https://nellisauction.com", None, 2.0),
        ("https://nellisauction.com.evil.test", None, 10.0),
        ("http://127.0.0.1:9900", None, 10.0),
        (LIVE, 5, 5.0),
    ],
)
def test_rate(site, given, expected):
    """Two a second on the real site, ten elsewhere, or what was asked for."""
    assert expected == read(ProxySettings, site=site, requests_per_second=given).rate


@pytest.mark.parametrize("rate", [0, -1, 10.5, "fast"])
def test_bad_rate(rate):
    """Never more than ten, never none."""
    with pytest.raises(SetupError, match="A setting is wrong"):
        read(ProxySettings, requests_per_second=rate)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"site": LIVE}, "https://sse.nellisauction.com"),
        ({"site": "http://127.0.0.1:9900"}, ""),
        ({"site": "http://127.0.0.1:9900", "sse": "http://127.0.0.1:9900/"}, "http://127.0.0.1:9900"),
        ({"site": LIVE, "max_streams": 0}, ""),
    ],
)
def test_live_events(given, expected):
    """A simulated site never sends us to the real one's events; a limit of 0 turns them off."""
    assert expected == read(ProxySettings, **given).live_events


@pytest.mark.parametrize("name", ["sse", "search"])
def test_bad_other_address(name):
    """An address is http or https."""
    with pytest.raises(SetupError):
        read(ProxySettings, **{name: "sse.nellisauction.com"})


def test_empty_variables_count_as_unset(monkeypatch):
    """A variable that is there and empty is as good as none."""
    for name in (
        "BIDWRIGHT_GRPC_PORT",
        "NELLIS_REQUESTS_PER_SECOND",
        "NELLIS_SSE_URL",
        "NELLIS_SEARCH_URL",
        "BIDWRIGHT_HALT",
        "BIDWRIGHT_SECRET_KEY",
    ):
        monkeypatch.setenv(name, "")
    given = read(ProxySettings, site=LIVE)
    assert (50051, 2.0, False, None) == (given.grpc_port, given.rate, given.halt, given.secret_key)


def test_keys(tmp_path):
    """The variable, the file it names, or a file made in the data directory for the owner's eyes only."""
    assert ["new", "old"] == read(ProxySettings, secret_key="new old").keys()
    named = tmp_path / "named"
    named.write_text("from-file\n")
    assert ["from-file"] == read(ProxySettings, secret_key_file=named).keys()
    made = read(ProxySettings, data_dir=tmp_path / "data").keys()
    assert made == read(ProxySettings, data_dir=tmp_path / "data").keys()
    assert 0o600 == (tmp_path / "data" / "secret.key").stat().st_mode & 0o777


def test_unusable_keys(tmp_path):
    """A named file that is missing is the operator's to mend; an empty one means signed out."""
    with pytest.raises(SetupError, match="BIDWRIGHT_SECRET_KEY_FILE"):
        read(ProxySettings, secret_key_file=tmp_path / "missing").keys()
    empty = tmp_path / "empty"
    empty.write_text("")
    assert 1 == len(read(ProxySettings, secret_key_file=empty).keys())


def test_key_is_not_shown():
    """The key is in no text of the settings."""
    assert "hush-hush" not in repr(read(ProxySettings, secret_key="hush-hush"))


def test_halted_here(tmp_path):
    """The variable or a file HALT stops bids at this host."""
    assert not read(ProxySettings, data_dir=tmp_path).halted_here
    assert read(ProxySettings, data_dir=tmp_path, halt=True).halted_here
    (tmp_path / "HALT").touch()
    assert read(ProxySettings, data_dir=tmp_path).halted_here
