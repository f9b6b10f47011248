"""The notifier as a process: killed at any moment, it tells everything, and each entry is made once."""

import asyncio
import os
import signal
import subprocess
import sys
import time

import pytest

from bidwright.clock import SystemClock
from bidwright.runtime.telemetry import beats
from bidwright.transitions import Transitions
from bidwright_notifier.inbox import GROUP
from bidwright_notifier.outbox import Outbox

pytestmark = [pytest.mark.integration, pytest.mark.timeout(90)]
EVENTS, KILLS = 300, 6


@pytest.fixture
def run(engine, tmp_path):
    """Starts a notifier; all are ended at the end."""
    started = []

    def start():
        env = {key: value for key, value in os.environ.items() if not key.startswith("BIDWRIGHT_")}
        env |= {"REDIS_URL": engine.url, "BIDWRIGHT_METRICS_PORT": "0", "BIDWRIGHT_LOG_FORMAT": "json", "BIDWRIGHT_PLUGINS_DIR": ""}
        with (tmp_path / "log").open("ab") as log:
            process = subprocess.Popen([sys.executable, "-m", "bidwright_notifier"], env=env, stdout=log, stderr=log)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


async def until(found, within_s=30):
    """Wait for something to be so."""
    end = time.monotonic() + within_s
    while not await found():
        assert time.monotonic() < end
        await asyncio.sleep(0.05)


async def test_killed_again_and_again(redis, run, tmp_path):
    """
    Halts and resumes go on while it is killed six times: one entry for each, all delivered, none missing from the log.
    """
    transitions = Transitions(redis)
    await transitions.init(epoch="e", known="", site="s", schema="1", total_limit=1, live="0", max_bid=1)
    process = run()

    async def there():
        return any(one.service == "notifier" for one in await beats(redis)) and await redis.exists("bw:outbox:mark")

    await until(there)
    for n in range(EVENTS):
        await transitions.halt(f"person {n}", "")
        if n % (EVENTS // KILLS) == KILLS:
            process.send_signal(signal.SIGKILL)
            process.wait()
            for row in await redis.xpending_range("bw:ev", GROUP, "-", "+", 1000):  # as if half a minute had passed
                await redis.xclaim("bw:ev", GROUP, row["consumer"], 0, [row["message_id"]], idle=60_000)
            process = run()
    outbox = Outbox(redis, SystemClock())

    async def all_in():
        return len(await outbox.entries()) >= EVENTS

    await until(all_in)
    while leased := [entry for entry in await outbox.entries() if entry.state != "delivered"]:
        for entry in leased:  # as if the lease of the dead had ended
            await redis.zadd("bw:outbox:due", {entry.notice.id: 0}, xx=True)
        await asyncio.sleep(0.3)

    entries = await outbox.entries()
    log = (tmp_path / "log").read_text("utf-8")
    assert EVENTS == len(entries)
    assert {f"Everything is stopped by person {n}." for n in range(EVENTS)} == {e.notice.text.split(" Nothing")[0] for e in entries}
    assert [] == [n for n in range(EVENTS) if f"person {n}." not in log]
