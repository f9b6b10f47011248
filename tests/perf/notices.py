"""
A thousand notices through two channels, one of which hangs, then fails, then comes back: is each told once, how soon, and does the store,
on which every bid waits, answer later meanwhile? Ends with 1 when a notice is missing or was told twice.
"""

import argparse
import asyncio
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from kit import clean_environment, engine, percentile, told
from receiver import SECRET, Receiver

from bidwright.runtime.notices.entries import Box
from bidwright.runtime.notices.lanes import board
from bidwright.runtime.store import connect
from bidwright.transitions import Transitions

QUIET_S, PATIENCE_S = 10, 300


async def answers(redis, stop: asyncio.Event) -> list[float]:
    """How long the store took for a small question, in ms, asked every five."""
    took = []
    while not stop.is_set():
        began = time.perf_counter()
        await redis.hget("bw:kill", "state")
        took.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(0.005)
    return took


async def measured(redis, phase: str, until, rows: list[dict]) -> float:
    """Wait for *until*, with a row for this phase; how many seconds that took."""
    stop = asyncio.Event()
    job = asyncio.ensure_future(answers(redis, stop))
    began = time.monotonic()
    while not await until() and time.monotonic() - began < PATIENCE_S:  # noqa: ASYNC110 - waits for others
        await asyncio.sleep(0.1)
    seconds = time.monotonic() - began
    stop.set()
    took = await job
    rows.append({"phase": phase, "seconds": round(seconds, 1), **{f"store p{p} ms": round(percentile(took, p), 2) for p in (50, 99)}})
    return seconds


async def run(many: int, folder: Path) -> int:
    good, bad = Receiver("ok"), Receiver("hangs")
    rows: list[dict] = []
    with engine(folder) as store:
        redis = connect(store.url)
        transitions, box = Transitions(redis), Box(redis)
        await transitions.init(epoch="e", known="", site="s", schema="1", total_limit=1, live="0", max_bid=1)
        more = {"REDIS_URL": store.url, "BIDWRIGHT_NOTIFY_URLS": f"good={good.address} bad={bad.address}", "BIDWRIGHT_METRICS_PORT": "0"}
        env = clean_environment() | more | {"BIDWRIGHT_PLUGINS_DIR": ""}
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen([sys.executable, "-m", "bidwright_notifier"], env=env, stdout=log, stderr=log)  # noqa: ASYNC220 - ours
        try:
            while not ((await board(redis)).channels and await redis.exists("bw:outbox:mark")):  # noqa: ASYNC110 - waits for another process
                await asyncio.sleep(0.1)
            quiet = time.monotonic() + QUIET_S

            async def rested() -> bool:
                return time.monotonic() > quiet

            async def all_told() -> bool:
                return len(good.ids) >= many

            async def all_over() -> bool:
                return await box.waiting() == 0

            await measured(redis, "nothing to tell", rested, rows)
            for n in range(many):
                await transitions.halt(f"person {n}", "")
            await measured(redis, "one hangs, the other tells all", all_told, rows)
            bad.mode, quiet = "fails", time.monotonic() + QUIET_S
            await measured(redis, "it fails", rested, rows)
            bad.mode = "ok"
            await measured(redis, "it is back and tells all", all_over, rows)
            counts = await box.counts()
        finally:
            process.kill()
            process.wait()
            await redis.aclose()
    twice = sum(n - 1 for receiver in (good, bad) for n in receiver.ids.values())
    told(
        "notices",
        {"notices": many},
        rows,
        told={"good": len(good.ids), "bad": len(bad.ids)},
        twice=twice,
        states={name: n for name, n in counts.items() if n},
        secrets_in_log=SECRET in (folder / "log").read_text("utf-8"),
    )
    return int(len(good.ids) != many or len(bad.ids) != many or twice > 0)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notices", type=int, default=1000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(run(given.notices, Path(folder)))


if __name__ == "__main__":
    sys.exit(main())
