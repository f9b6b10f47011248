"""The same stack on Docker Swarm, on one machine: `make swarm-test`, and nothing else, since the engine is a Swarm meanwhile."""

import os
import socket
import ssl
import sys
from pathlib import Path

import httpx
import pytest

sys.path.insert(0, str(Path(__file__).parent))  # stack.py, beside this file
from stack import kept, until
from swarm_stack import SwarmStack

ASKED = bool(os.environ.get("BIDWRIGHT_SWARM_TEST"))
pytestmark = [
    pytest.mark.docker,
    pytest.mark.timeout(1200),
    pytest.mark.skipif(not ASKED, reason="make swarm-test asks for it: it changes the engine of the machine"),
]


def free_port() -> int:
    """A port nobody listens on."""
    with socket.create_server(("", 0)) as sock:
        return int(sock.getsockname()[1])


@pytest.fixture(scope="module")
def swarm(request):
    """Deployed and well; taken down at the end whatever happened."""
    made = SwarmStack(free_port(), free_port())
    yield from kept(made, request, made.up)


def test_the_gateways_answer_through_caddy(swarm):
    """
    With TLS by its own authority, and to nobody without the token.
    """
    trust = ssl.create_default_context(cadata=swarm.authority())
    with httpx.Client(base_url=f"https://localhost:{swarm.https}", verify=trust, trust_env=False, timeout=15) as api:
        ready = until(lambda: api.get("/health/ready").is_success, 60, "a gateway behind Caddy")
        status = api.get("/api/status", headers={"Authorization": f"Bearer {swarm.token}"})

        assert ready
        assert (401, 200) == (api.get("/api/status").status_code, status.status_code)
        assert status.json()["success"]


def test_a_caller_sees_every_replica(swarm):
    """
    Two bidders are two addresses, and three are three: what calls them spreads its calls itself.
    """
    before = swarm.names("bidder")
    swarm.docker("service", "scale", "-d", "bidwright_bidder=3")
    until(swarm.well, 120, "three bidders")

    assert (2, 3) == (len(before), len(swarm.names("bidder")))


def test_one_that_ends_is_started_again(swarm):
    """
    As Swarm's own restarts do it, within the delay of the stack.
    """
    old = swarm.container("nellis-proxy")
    swarm.docker("kill", old)
    until(lambda: swarm.container("nellis-proxy") not in ("", old), 60, "another nellis-proxy")

    until(swarm.well, 120, "nellis-proxy again")
