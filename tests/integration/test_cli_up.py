"""Starts that cannot go on: each ends with one sentence and the right code, or waits and says for what."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bidwright_cli.folder import Folder

pytestmark = pytest.mark.integration
UP = (sys.executable, "-m", "bidwright_cli", "up")


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """An environment in which nothing of Bidwright's is set, with a data folder of its own and free ports."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("NELLIS_", "BIDWRIGHT_", "AUTH_TOKEN", "REDIS_URL"))}
    return clean | {"BIDWRIGHT_DATA_DIR": str(tmp_path), "PORT": "0", "BIDWRIGHT_SIMULATOR_PORT": "0"}


def refused(env: dict[str, str]) -> str:
    """What an `up` that must not start says; it ends with 78."""
    done = subprocess.run(UP, env=env, capture_output=True, text=True, timeout=20, check=False)  # noqa: S603 - our own command
    assert 78 == done.returncode, done.stdout + done.stderr
    return done.stderr


def test_busy_port_is_one_sentence(env):
    """A taken port is named with the command that helps, and nothing is started."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        said = refused(env | {"PORT": str(port)})

    assert re.fullmatch(rf"Port {port} is in use by another program\. .* PORT={port + 1} make run\n", said)


def test_busy_chosen_port_is_one_sentence(env):
    """An internal port that the owner chose and something else uses is named with its variable."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        said = refused(env | {"POLLER_ADDR": f"127.0.0.1:{other.getsockname()[1]}"})

    assert "POLLER_ADDR" in said
    assert 1 == said.count("\n")


def test_folder_in_use_is_one_sentence(env, tmp_path):
    """A second start on the same data is refused, naming the first."""
    with Folder(tmp_path / "sim").lock():
        said = refused(env)

    assert f"process {os.getpid()}" in said


def test_bad_address_is_one_sentence(env):
    """A site address that is none is refused by its variable."""
    assert "NELLIS_BASE_URL" in refused(env | {"NELLIS_BASE_URL": "nellis"})


def test_bad_redis_address_is_one_sentence(env):
    """A Redis address that is none is refused by its variable."""
    assert "REDIS_URL" in refused(env | {"REDIS_URL": "nothing"})


def test_absent_redis_is_waited_for(env, tmp_path):
    """A Redis that does not answer is waited for, said once with what to do, and Ctrl-C still ends everything."""
    printed = tmp_path / "printed"
    with printed.open("wb") as out:
        process = subprocess.Popen(UP, env=env | {"REDIS_URL": "redis://:hidden@127.0.0.1:1/0"}, stdout=out, stderr=out)  # noqa: S603 - ours
    try:
        end = time.monotonic() + 20
        while "does not answer" not in printed.read_text() and time.monotonic() < end:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)

        assert 0 == process.wait(10)
    finally:
        process.kill()
        process.wait()
    assert 1 == printed.read_text().count("does not answer")
    assert "Start it, or unset REDIS_URL" in printed.read_text()
    assert "hidden" not in printed.read_text()
