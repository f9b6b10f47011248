"""
The soak: a whole system at its usual work for a long time, and whether anything grows that should not.

``python tests/soak/soak.py --minutes 30`` (up to 1440) prints and keeps memory per service with its slope, file descriptors, threads, tasks
and the lengths of what the store keeps. Ends with 1 when something surely grows, judged from 20 minutes on.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "chaos"))
from plant import HOST, Plant, results
from slope import slope

from bidwright_cli import readiness
from bidwright_cli.children import Spec
from bidwright_cli.ports import any_free

MIB = 1024 * 1024
SAMPLE_S, WAVE_S, LOTS_IN_WAVE = 5.0, 10.0, 3
CLOSE_S, RETENTION_S, CLEANUP_S = 45, 60, 10
JUDGED_FROM_MIN = 20
WARM = 1 / 2
"""The part of the run that is not judged: the gateway fills its journal of 1 500 events, lots come to be as many as they stay."""
MOST_MIB_PER_HOUR, MOST_MORE_FDS, MOST_MORE_TASKS = 4.0, 20, 50
_TASKS = re.compile(rb"^bidwright_tasks (\S+)$", re.MULTILINE)


def arguments() -> argparse.Namespace:
    """What can be asked for."""
    ask = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[1])
    ask.add_argument("--minutes", type=float, default=30, help="how long; at most 1440")
    ask.add_argument("--name", default="soak", help="name of the result file")
    asked = ask.parse_args()
    if not 0 < asked.minutes <= 1440:
        ask.error("--minutes must be above 0 and at most 1440 (a day)")
    return asked


async def work(plant: Plant) -> None:
    """What an owner's system does all day: lots come, are bid on, close and are forgotten; clients look at them."""
    number = 0
    while True:
        for _ in range(LOTS_IN_WAVE):
            number += 1
            lot = await plant.open_lot(first_close_s=CLOSE_S, rivals=[{"kind": "patient", "limit": 25}] if number % 2 else [])
            await plant.watch(lot, 40, ("sniping", "auto", "manual")[number % 3])
        for path in ("/api/auctions", "/api/status", "/health", "/api/strategies"):
            await plant.told("GET", path)
        await asyncio.sleep(WAVE_S)


def own_mib(folder: Path) -> float:
    """Memory of a process that no file stands behind. Its share of files that others use too would change with who else runs here."""
    rows = dict(line.split(":", 1) for line in (folder / "smaps_rollup").read_text("ascii").splitlines()[1:])
    return sum(int(rows[name].split()[0]) for name in ("Pss_Anon", "SwapPss")) * 1024 / MIB


async def sampled(plant: Plant, ports: dict[str, int]) -> dict[str, dict[str, float]]:
    """What every part holds now, and what the store keeps."""
    found: dict[str, dict[str, float]] = {}
    for name, child in plant.supervisor.children.items():
        if not child.pid:
            continue
        folder = Path(f"/proc/{child.pid}")
        try:
            fds, threads = (len(list((folder / kind).iterdir())) for kind in ("fd", "task"))
            held = {"own": own_mib(folder), "fds": fds, "threads": threads}
        except OSError:
            continue  # it has just ended
        if name in ports:
            answer = await plant.http.get(f"http://{HOST}:{ports[name]}/metrics")
            held["tasks"] = float(shown[1]) if (shown := _TASKS.search(answer.content)) else 0.0
        found[name] = held
    redis: Any = plant.redis
    memory = await redis.info("memory")
    found["store"] = {"used MiB": memory["used_memory"] / MIB, "keys": await redis.dbsize(), "log": await redis.xlen("bw:ev")}
    for key in ("lots", "gone", "due:poll", "due:bid", "open", "outbox:due"):
        found["store"][key] = await redis.zcard(f"bw:{key}")
    return found


async def soak(asked: argparse.Namespace, plant: Plant, say: Callable[[str], None]) -> dict[str, Any]:
    """One run; gives the figures."""
    ports = {**plant.metrics, "gateway": plant.gateway_port}
    working = asyncio.create_task(work(plant))
    began, samples = time.monotonic(), list[tuple[float, dict[str, dict[str, float]]]]()
    restarts = {name: child.started for name, child in plant.supervisor.children.items()}
    try:
        while (at := time.monotonic() - began) < asked.minutes * 60:
            if working.done():
                working.result()  # it failed: what follows would be no work at all
            samples.append((at, await sampled(plant, ports)))
            if len(samples) % 12 == 1:
                weights = ", ".join(f"{name} {held['own']:.0f}" for name, held in samples[-1][1].items() if "own" in held)
                say(f"{at / 60:5.1f} min  MiB: {weights}")
            await asyncio.sleep(SAMPLE_S)
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
    ended = [name for name, child in plant.supervisor.children.items() if child.started != restarts.get(name)]
    return figures(asked.minutes, samples, ended)


def figures(minutes: float, samples: list[tuple[float, dict[str, dict[str, float]]]], ended: list[str]) -> dict[str, Any]:
    """What the samples come to; the first half is left out of slopes."""
    last = samples[-1][0]
    late = [(at, found) for at, found in samples if at >= last * WARM]
    told: dict[str, Any] = {"minutes": minutes, "samples": len(samples), "judged": minutes >= JUDGED_FROM_MIN}
    grows = [f"{name} ended and was started again" for name in ended]
    for name in samples[-1][1]:
        kept = [(at, found[name]) for at, found in late if name in found]
        row: dict[str, Any] = {}
        for what in kept[-1][1]:
            line = [held[what] for _, held in kept if what in held]
            growth = slope([at for at, held in kept if what in held], line)
            row[what] = {"from": round(line[0], 1), "to": round(line[-1], 1), "most": round(max(line), 1)}
            if what in ("own", "used MiB"):
                row[what] |= {"MiB/h": round(growth.per_hour, 2), "between": [_finite(growth.low), _finite(growth.high)]}
            if what == "own" and growth.low > MOST_MIB_PER_HOUR and name not in ("redis", "site"):
                grows.append(f"{name} surely grows by {growth.low:.1f} MiB/h or more")
            if what == "fds" and line[-1] - line[0] > MOST_MORE_FDS and growth.grows:
                grows.append(f"{name} holds {line[-1] - line[0]:.0f} more file descriptors")
            if what == "tasks" and line[-1] - line[0] > MOST_MORE_TASKS and growth.grows:
                grows.append(f"{name} has {line[-1] - line[0]:.0f} more tasks")
        told[name] = row
    told["grows"] = grows
    return told


def _finite(bound: float) -> float | None:
    return round(bound, 2) if abs(bound) < float("inf") else None


async def run(asked: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Start everything, soak it, end everything."""
    with (folder / "said").open("w") as said:
        gateway = {"ENDED_AUCTION_RETENTION_MS": str(RETENTION_S * 1000), "AUCTION_CLEANUP_INTERVAL_MS": str(CLEANUP_S * 1000)}
        plant = Plant(folder, budget_dollars=2_000_000, more={"gateway": gateway}, say=lambda line: print(line, file=said))
        try:
            await plant.start()
            plant.metrics["notifier"] = any_free(HOST)
            env = plant.specs["bidder-1"].env | {"BIDWRIGHT_METRICS_PORT": str(plant.metrics["notifier"]), "BIDWRIGHT_NOTIFY_URLS": "log:"}
            spec = Spec("notifier", (sys.executable, "-m", "bidwright_notifier"), env, readiness.beat(plant.store_url, "notifier"), 5)
            plant.supervisor.start(spec)
            if not await plant.ready("notifier"):
                raise RuntimeError("the notifier did not come up")
            return await soak(asked, plant, told)
        finally:
            await plant.stop()


def told(line: str) -> None:
    """Show a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> int:
    """Run, print, keep."""
    asked = arguments()
    with tempfile.TemporaryDirectory(prefix="bidwright-soak-") as folder:
        found = asyncio.run(run(asked, Path(folder)))
    results(asked.name, found)
    for sentence in found["grows"]:
        told(f"GROWS: {sentence}" if found["judged"] else f"(too short to judge) {sentence}")
    return int(found["judged"] and bool(found["grows"]))


if __name__ == "__main__":
    sys.exit(main())
