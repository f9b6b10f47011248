"""The supervisor with real processes: started again, refused, ended in order, never orphaned."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bidwright.errors import SetupError
from bidwright_cli.children import Spec
from bidwright_cli.folder import Folder, Run
from bidwright_cli.processes import is_there, see_off, started_at
from bidwright_cli.supervisor import Supervisor

pytestmark = pytest.mark.integration
IDLE = "import time; time.sleep(60)"


class Bench:
    """
    A supervisor in a folder, with all that it said.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.said: list[str] = []
        self.supervisor = Supervisor(Folder(path), say=self.said.append, changed=lambda: None)

    def start(self, name: str, *lines: str, stage: int = 1):
        """Start a child that runs *lines* with `mark` being its file; it is ready once that file is there."""
        mark = self.path / f"{name}.ready"
        code = "\n".join(("import os, signal, sys, time, pathlib", f"mark = pathlib.Path({str(mark)!r})", *lines))

        async def ready(_pid: int) -> str:
            return "" if mark.exists() else "not yet"

        return self.supervisor.start(Spec(name, (sys.executable, "-c", code), dict(os.environ), ready, stage))


async def until(condition, within_s: float = 10) -> None:
    """Wait for *condition*, looking often."""
    async with asyncio.timeout(within_s):
        while not condition():  # noqa: ASYNC110 - a process is looked at, it does not tell
            await asyncio.sleep(0.01)


@pytest.fixture
async def bench(tmp_path) -> AsyncIterator[Bench]:
    """A supervisor whose children are gone after the test."""
    made = Bench(tmp_path)
    yield made
    await made.supervisor.stop()


async def test_killed_child_comes_back(bench):
    """A child that was killed is started again, and one line each says so."""
    child = bench.start("poller", "mark.touch()", "time.sleep(60)")
    await asyncio.wait_for(child.ready.wait(), 10)
    first = child.pid
    os.kill(first, signal.SIGKILL)
    await until(lambda: any("is back" in line for line in bench.said))

    assert child.pid not in (0, first)
    assert "poller was ended by SIGKILL; starting it again" == bench.said[0]


async def test_refusal_ends_everything(bench):
    """A child that ends with 78 is not started again; its sentence is the error."""
    bench.start("gateway", """print('{"level":"error","event":"service.refused","why":"Set AUTH_TOKEN."}')""", "sys.exit(78)")

    with pytest.raises(SetupError, match=r"gateway cannot run: Set AUTH_TOKEN\."):
        await asyncio.wait_for(bench.supervisor.failed(), 10)


async def test_child_that_never_starts_is_told(bench):
    """A child that ends again and again before it was ready gets a clear line with its last words."""
    bench.start("bidder", "raise ValueError('no luck')")
    await until(lambda: any("cannot start" in line for line in bench.said))

    assert any("bidder cannot start, it ended with code 1: ValueError: no luck (see log/bidder.log)" in line for line in bench.said)


async def test_stop_ends_dependants_first(bench):
    """Children of a higher stage have ended before those they depend on are asked to."""
    note = bench.path / "order"
    children = []
    for stage, (name, pause) in enumerate((("redis", 0), ("proxy", 0.1), ("gateway", 0.2))):
        end = f"def end(*_):\n    time.sleep({pause}); open({str(note)!r}, 'a').write('{name} '); sys.exit()"
        children.append(bench.start(name, end, "signal.signal(signal.SIGTERM, end)", "mark.touch()", "time.sleep(60)", stage=stage))
        await asyncio.wait_for(children[-1].ready.wait(), 10)
    await bench.supervisor.stop()

    assert "gateway proxy redis " == note.read_text()
    assert [0, 0, 0] == [child.pid for child in children]


async def test_stubborn_child_is_killed(bench):
    """A child that ignores the request to end is killed in time."""
    child = bench.start("bidder", "signal.signal(signal.SIGTERM, signal.SIG_IGN)", "mark.touch()", "time.sleep(60)")
    await asyncio.wait_for(child.ready.wait(), 10)
    async with asyncio.timeout(9):
        await bench.supervisor.stop()

    assert 0 == child.pid


async def test_a_question_that_outlives_its_child_keeps_nobody_from_the_next(bench):
    """
    redis-py swallows a cancellation that hits it while it connects; the child is started again all the same.
    """
    swallowed, asked = [], asyncio.Event()

    async def ready(_pid: int) -> str:
        try:
            asked.set()
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            if swallowed:
                raise
            swallowed.append(True)
        return "not yet"

    child = bench.supervisor.start(Spec("bidder", (sys.executable, "-c", IDLE), dict(os.environ), ready, 1))
    await asked.wait()
    first = child.pid
    os.kill(first, signal.SIGKILL)
    await until(lambda: child.pid not in (0, first))

    assert swallowed


LAUNCHER = """
import asyncio, os, pathlib, sys
from bidwright_cli.children import Spec
from bidwright_cli.folder import Folder
from bidwright_cli.supervisor import Supervisor

async def ready(_pid):
    return ""

async def main():
    supervisor = Supervisor(Folder(pathlib.Path(sys.argv[1])), say=print, changed=lambda: None)
    child = supervisor.start(Spec("poller", (sys.executable, "-c", sys.argv[2]), dict(os.environ), ready, 1))
    await child.ready.wait()
    print(child.pid, flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's parent-death signal is Linux's")
async def test_killed_launcher_leaves_no_orphan(tmp_path):
    """When the launcher is killed its children end as well."""
    launcher = await asyncio.create_subprocess_exec(sys.executable, "-c", LAUNCHER, str(tmp_path), IDLE, stdout=subprocess.PIPE)
    assert launcher.stdout is not None
    pid = int(await asyncio.wait_for(launcher.stdout.readline(), 20))
    started = started_at(pid)
    assert is_there(pid, started)
    launcher.kill()
    await launcher.wait()

    await until(lambda: not is_there(pid, started))


def test_leftovers_are_seen_off(tmp_path):
    """What a crashed launcher left behind is ended before anything new starts; a stranger with an old number is left alone."""
    stubborn_code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(60)"
    stubborn = subprocess.Popen([sys.executable, "-c", stubborn_code], stdout=subprocess.PIPE)  # noqa: S603 - our own code
    stranger = subprocess.Popen([sys.executable, "-c", IDLE])  # noqa: S603 - our own code
    try:
        assert stubborn.stdout is not None
        stubborn.stdout.readline()
        run = Run("", "", {"redis": stubborn.pid, "poller": stranger.pid}, {"redis": started_at(stubborn.pid), "poller": 1})
        see_off(run, within_s=0.5)

        assert -signal.SIGKILL == stubborn.wait(5)
        assert stranger.poll() is None
    finally:
        for process in (stubborn, stranger):
            with contextlib.suppress(OSError):
                process.kill()
            process.communicate()
