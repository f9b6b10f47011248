"""Hosts and origins that may call."""

import pytest

from bidwright_gateway.origins import host_ok, origin_ok
from bidwright_gateway.settings import GatewaySettings

SETTINGS = GatewaySettings(
    BIDWRIGHT_ALLOWED_HOSTS="bids.home, nas:3000", ALLOWED_ORIGINS="https://dash.example", BIDWRIGHT_BIND="192.168.1.9"
)


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "localhost:3000",
        "LOCALHOST:1",
        "127.0.0.1",
        "127.0.0.1:9930",
        "[::1]",
        "[::1]:3000",
        "bids.home",
        "bids.home:80",
        "nas:3000",
        "192.168.1.9:3000",
    ],
)
def test_known_hosts_pass(host):
    """Loopback names on any port, configured names, and the address that is bound."""
    assert host_ok(SETTINGS, [host.encode()])


@pytest.mark.parametrize(
    "host",
    [
        "", "evil.example", "localhost.evil.example", "evil.localhost", "localhost.", "127.0.0.1.", "127.0.0.1.nip.io", "user@localhost",
        "localhost@evil.example", "localhost:3000:1", "localhost:", "localhost:abc", "localhost:999999", "127.1", "0.0.0.0", "2130706433",  # noqa: S104 - a name that must be refused
        "0x7f.0.0.1", "[::ffff:127.0.0.1]", "[::2]", "::1]", "[::1", "[::1%25lo]", "localhost/", "localhost#", "localhost?x", "local host",
        "nas", "nas:3001", "bids.home.evil", "192.168.1.8", "xn--localhost", "localhost\x00", "localhost,evil", "http://localhost",
        "localhost\\evil", "[localhost]", "bids.home@evil", "169.254.169.254", "*", "null",
    ],
)  # fmt: skip
def test_other_hosts_do_not(host):
    """Names that rebind, near misses and nonsense are refused."""
    assert not host_ok(SETTINGS, [host.encode()])


def test_missing_and_doubled_hosts_do_not():
    """There must be exactly one Host header."""
    assert not host_ok(SETTINGS, [])
    assert not host_ok(SETTINGS, [b"localhost", b"localhost"])


@pytest.mark.parametrize(
    "origin",
    [
        "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
        "http://localhost",
        "http://localhost:8080",
        "http://127.0.0.1:1",
        "https://dash.example",
        "http://bids.home:3000",
        "https://bids.home:3000",
    ],
)
def test_known_origins_pass(origin):
    """Extensions, local pages, listed origins, and our own page."""
    assert origin_ok(SETTINGS, origin, "bids.home:3000")


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "",
        "https://evil.example",
        "https://dash.example.evil",
        "https://dash.example:444",
        "http://dash.example",
        "http://localhost.evil.example",
        "http://localhost:80@evil.example",
        "chrome-extension://",
        "chrome-extension://a/b",
        "chrome-extension://*",
        "file://",
        "http://bids.home",
        "moz-extension://abc",
    ],
)
def test_other_origins_do_not(origin):
    """Near misses are refused."""
    assert not origin_ok(SETTINGS, origin, "bids.home:3000")


def test_listed_extensions_shut_out_the_others():
    """With ids listed, only those extensions may call."""
    only = GatewaySettings(ALLOWED_EXTENSION_IDS="aaaa")
    assert origin_ok(only, "chrome-extension://aaaa", "localhost")
    assert not origin_ok(only, "chrome-extension://bbbb", "localhost")
