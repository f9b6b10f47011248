"""S02: a name that was rebound to this machine is refused, over HTTP and over the WebSocket."""

import asyncio

import pytest

from bidwright_gateway.testing import raw

GOOD = ["localhost", "localhost:{port}", "127.0.0.1:{port}", "[::1]:{port}", "LOCALHOST"]
BAD = [
    "evil.example", "localhost.evil.tld", "evil.localhost", "localhost.", "127.0.0.1.", "127.0.0.1.nip.io", "user@localhost",
    "localhost@evil.example", "localhost:1:2", "localhost:", "localhost:x", "127.1", "0", "2130706433", "0x7f.0.0.1",
    "[::ffff:127.0.0.1]", "[::2]", "::1]", "[::1", "[::1%25lo]", "localhost/", "localhost#", "localhost?x", "local host", "*", "null",
    "169.254.169.254", "localhost\\evil", "[localhost]", "localhost,evil", "http://localhost", "xn--localhost", "192.168.1.1", "",
]  # fmt: skip


def _lines(path, *hosts, more=()):
    return "\r\n".join([f"GET {path} HTTP/1.1", *(f"Host: {host}" for host in hosts), "Connection: close", *more, "", ""])


_UPGRADE = ("Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")


async def _status(port, text):
    reply = await raw(port, text.encode("latin-1"))
    return int(reply.split(b" ", 2)[1]) if reply else 0


async def test_hosts(gateway):
    """Those of loopback pass; each of the others is misdirected or no request at all; so are none and two."""
    port = gateway.port
    good = await asyncio.gather(*(_status(port, _lines("/api/config", host.format(port=port))) for host in GOOD))
    bad = await asyncio.gather(*(_status(port, _lines("/api/config", host)) for host in BAD))
    none, two = await _status(port, _lines("/api/config")), await _status(port, _lines("/api/config", "localhost", "localhost"))
    assert {200} == set(good)
    assert {400, 403, 421} >= {*bad, none, two}


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.tld", "user@localhost", "[::2]"])
async def test_hosts_of_a_websocket(gateway, host):
    """No upgrade for another name."""
    text = _lines("/ws", host, more=_UPGRADE).replace("Connection: close", "Connection: Upgrade")
    assert 101 != await _status(gateway.port, text)
    assert 101 == await _status(gateway.port, text.replace(f"Host: {host}", "Host: localhost"))
