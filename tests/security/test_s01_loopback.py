"""S01: only this machine can connect, unless the owner says otherwise."""

import socket

import pytest

from bidwright.errors import SetupError
from bidwright.runtime.settings import read
from bidwright_gateway.server import listen
from bidwright_gateway.settings import GatewaySettings


def _own_addresses():
    """Where others could reach this machine."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing: it only asks which address would be used
        except OSError:
            return []
        return [found] if not (found := probe.getsockname()[0]).startswith("127.") else []


def test_by_default_the_port_is_on_loopback():
    """Whoever comes by another address of this machine finds nobody."""
    with listen(read(GatewaySettings, PORT=0)) as made:
        host, port = made.getsockname()
        assert "127.0.0.1" == host
        for address in _own_addresses():
            with socket.socket() as caller:
                caller.settimeout(2)
                assert caller.connect_ex((address, port))


def test_everybody_knows_dev_token():
    """It opens nothing beyond this machine."""
    with pytest.raises(SetupError, match="AUTH_TOKEN"):
        read(GatewaySettings, BIDWRIGHT_BIND="192.168.1.9", AUTH_TOKEN="dev-token")
