"""Ports: the gateway's is never changed silently, the others are."""

import socket
from collections.abc import Iterator

import pytest

from bidwright.errors import SetupError
from bidwright_cli import ports

HOST = "127.0.0.1"


@pytest.fixture
def busy() -> Iterator[int]:
    """A port that another program listens on."""
    with socket.create_server((HOST, 0)) as other:
        yield other.getsockname()[1]


def test_busy_public_port_names_port_and_remedy(busy):
    """A taken gateway port is refused with the port and the command that helps."""
    with pytest.raises(SetupError, match=f"Port {busy} is in use .* PORT={busy + 1} make run"):
        ports.public(HOST, busy)


def test_public_port_zero_takes_a_free_one():
    """Port 0 asks for any free port."""
    assert ports.is_free(HOST, ports.public(HOST, 0))


def test_busy_internal_default_moves(busy):
    """A taken default of an internal port is replaced by a free one."""
    found = ports.internal(HOST, busy, chosen=False, name="POLLER_ADDR")

    assert busy != found
    assert ports.is_free(HOST, found)


def test_busy_internal_choice_is_refused(busy):
    """A taken internal port that the owner chose is refused with the variable's name."""
    with pytest.raises(SetupError, match=f"Port {busy} .* POLLER_ADDR"):
        ports.internal(HOST, busy, chosen=True, name="POLLER_ADDR")


def test_free_port_is_kept():
    """A free port is taken as it is."""
    free = ports.any_free(HOST)

    assert free == ports.internal(HOST, free, chosen=True, name="POLLER_ADDR")


def test_foreign_address_is_refused():
    """An address that is not this machine's is refused with the variable's name."""
    with pytest.raises(SetupError, match="BIDWRIGHT_BIND"):
        ports.is_free("192.0.2.1", 0)
