"""S01: from a second network namespace no port of the whole installation answers by default; in LAN mode one does, with TLS."""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from bidwright.runtime.init import initialise
from bidwright_gateway.testing import SITE, running

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))  # installation.py, a whole installation in processes
from installation import Installation

pytestmark = [pytest.mark.integration, pytest.mark.timeout(200), pytest.mark.xdist_group("run")]
LISTENS = "0A"
_TRY = """
import socket, sys
for port in sys.argv[2:]:
    with socket.socket() as caller:
        caller.settimeout(3)
        print(port, caller.connect_ex((sys.argv[1], int(port))))
"""
_HELLO = """
import socket, ssl, sys
trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
with socket.create_connection((sys.argv[1], int(sys.argv[2])), 5) as plain, trusting.wrap_socket(plain) as line:
    line.sendall(f"GET /health/live HTTP/1.1\\r\\nHost: {sys.argv[1]}\\r\\nConnection: close\\r\\n\\r\\n".encode())
    print(line.recv(100).split(b"\\r\\n")[0].decode())
"""


class Outside:
    """Another network beside ours: a namespace at the far end of a cable; *here* is our end's address."""

    def __init__(self):
        number = os.getpid() % 16_000
        self.name, self.here, self.there = (
            f"bw{number}",
            f"10.213.{number // 64}.{number % 64 * 4 + 1}",
            f"10.213.{number // 64}.{number % 64 * 4 + 2}",
        )
        self._ours, self._theirs = f"bwo{number}", f"bwt{number}"

    def make(self):
        """Lay the cable. Raises CalledProcessError where that is not allowed."""
        _ip("netns", "add", self.name)
        _ip("link", "add", self._ours, "type", "veth", "peer", "name", self._theirs)
        _ip("link", "set", self._theirs, "netns", self.name)
        _ip("addr", "add", f"{self.here}/30", "dev", self._ours)
        _ip("link", "set", self._ours, "up")
        _ip("-n", self.name, "addr", "add", f"{self.there}/30", "dev", self._theirs)
        _ip("-n", self.name, "link", "set", self._theirs, "up")

    def take_away(self):
        """As if it had never been."""
        for words in (("link", "del", self._ours), ("netns", "del", self.name)):
            with suppress(subprocess.CalledProcessError):
                _ip(*words)

    def run(self, text, *words):
        """What a Python text prints over there."""
        line = ["ip", "netns", "exec", self.name, sys.executable, "-I", "-S", "-c", text, self.here, *map(str, words)]
        return subprocess.run(line, check=True, capture_output=True, text=True, timeout=120).stdout  # noqa: S603 - our own

    def refused(self, ports):
        """The ports that do not let us in from there."""
        rows = (line.split() for line in self.run(_TRY, *ports).splitlines())
        return {int(port) for port, error in rows if error != "0"}


def _ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True)  # noqa: S603, S607 - wherever the system has it


@pytest.fixture
def outside():
    """A second network; skipped where none may be made."""
    if not shutil.which("ip"):
        pytest.skip("there is no `ip` here, so no second network can be made")
    made = Outside()
    try:
        made.make()
    except subprocess.CalledProcessError as error:
        made.take_away()
        pytest.skip(f"a second network may not be made here: {error.stderr.decode(errors='replace').strip()}")
    yield made
    made.take_away()


def listening(pids):
    """The TCP ports on which these processes listen (proc(5): fd and net/tcp)."""
    inodes = set()
    for pid in pids:
        for link in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(OSError):
                if (target := str(link.readlink())).startswith("socket:["):
                    inodes.add(target[8:-1])
    rows = [line.split() for table in ("tcp", "tcp6") for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]]
    return {int(row[1].rpartition(":")[2], 16) for row in rows if row[3] == LISTENS and row[9] in inodes}


def test_nothing_of_an_installation_answers(outside, tmp_path):
    """Every port that any of its processes has opened; and that the way there is open is seen by a port of our own."""
    made = Installation(tmp_path)
    made.start()
    try:
        ports = listening(made.pids.values())
        with socket.socket() as control:
            control.bind((outside.here, 0))
            control.listen()
            open_port = control.getsockname()[1]
            assert ports == outside.refused([*ports, open_port])
        assert int(made.url.rpartition(":")[2]) in ports
        assert len(ports) >= 5, ports
    finally:
        made.kill()


async def test_in_lan_mode_one_port_answers_with_tls(outside, engine, redis, tmp_path):
    """The other one still does not."""
    await initialise(redis, data_dir=tmp_path, site=SITE, live="0", max_bid_cents=100_000, total_limit_cents=200_000)
    lan = {"BIDWRIGHT_LAN_BIND": outside.here, "BIDWRIGHT_LAN_PORT": 0}
    async with running(engine.url, BIDWRIGHT_DATA_DIR=tmp_path, **lan) as made:
        refused = await asyncio.to_thread(outside.refused, [made.port, made.lan_port])
        said = await asyncio.to_thread(outside.run, _HELLO, made.lan_port)
    assert {made.port} == refused
    assert "HTTP/1.1 200 OK" == said.strip()
