"""Status: whose memory is counted."""

import os
import socket

import pytest

from bidwright_cli.folder import Run
from bidwright_cli.verbs.status import _is_gone, _weighed

HERE = socket.gethostname()


@pytest.mark.parametrize(
    ("replica", "pid", "run", "gone"),
    [
        (f"{HERE}:5", 5, Run("", "", {"poller": 5}), False),
        (f"{HERE}:4", 4, Run("", "", {"poller": 5}), True),
        ("another:4", 4, Run("", "", {"poller": 5}), False),
        (f"{HERE}:4", 4, None, False),
    ],
)
def test_replaced_processes_are_left_out(replica, pid, run, gone):
    """A process of this run that was started again is not counted twice; replicas elsewhere are."""
    assert gone == _is_gone({"service": "poller", "replica": replica, "pid": pid}, run)


def test_own_processes_are_weighed():
    """Redis, the simulated site and the launcher are weighed by their process; without a run there is nothing to weigh."""
    found = _weighed(Run("", "", {"up": os.getpid(), "gateway": 1}))

    assert ["up"] == [entry["service"] for entry in found]
    assert os.getpid() == found[0]["pid"]
    assert [] == _weighed(None)
