"""
Flips under load: every toggle thrown a hundred times while lots are bid on, by the API and by hand in Redis in turn.

``python tests/chaos/flips.py --flips 100``. Rules: every service sees each flip within a second, each has its entry in
the audit, the API answers without error meanwhile, and at the end every lot that was watched is known to have ended.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from plant import Plant, results, spread

NAMES = (
    "polling_queue", "circuit_breaker", "sse", "performance_metrics", "distributed_tracing", "smart_bidding", "minimal_polling",
    "challenger",
)  # fmt: skip
Seen = dict[tuple[str, str], list[tuple[float, str]]]
WITHIN_S = 1.0


async def load(plant: Plant, dice: random.Random, lots: dict[str, float], until: float) -> None:
    """New lots with rivals that answer, until there is no time left for one to close."""
    while time.monotonic() < until:
        for _ in range(4):
            rivals = [{"kind": "increment", "limit": dice.choice((20, 60))}]
            lot = await plant.open_lot(first_close_s=dice.uniform(25, 40), extension_s=5, rivals=rivals)
            await plant.watch(lot, 40, dice.choice(("auto", "sniping", "smart")))
            lots[lot] = time.monotonic()
        await asyncio.sleep(6)


async def ask(plant: Plant, answers: list[int], stop: asyncio.Event) -> None:
    """Somebody looks at the page all the time."""
    while not stop.is_set():
        for path in ("/api/auctions", "/api/features", "/health/ready"):
            answer = await plant.told("GET", path)
            answers.append(answer.status_code if answer is not None else 0)
        await asyncio.sleep(0.2)


async def flip(plant: Plant, dice: random.Random, count: int, pause_s: float, answers: list[int]) -> list[tuple[float, str, str, str]]:
    """*count* flips of every toggle, in turns: when, by whom, which, what."""
    made = []
    for number in range(count):
        for name in dice.sample(NAMES, len(NAMES)):
            value, by = ("true" if number % 2 else "false"), dice.choice(("api", "redis"))
            at = time.time()
            if by == "api":
                answer = await plant.told("PUT", f"/api/toggles/{name}", {"value": value, "why": f"flip {number}"})
                answers.append(answer.status_code if answer is not None else 0)
            else:
                await plant.redis.set(f"feature:{name}", value)
            made.append((at, by, name, value))
        await asyncio.sleep(pause_s)
    return made


def seen(plant: Plant, folder: Path) -> Seen:
    """By part and toggle: when it saw which value, as its log says."""
    found: Seen = {}
    parts = plant.names("gateway", "bidder", "poller", "nellis-proxy")
    for part in parts:
        for line in (folder / "log" / f"{part}.log").read_text("utf-8", "replace").splitlines():
            with suppress(ValueError):
                entry = json.loads(line[line.index("{") :])
                if entry.get("event") == "toggle.flipped":
                    at = datetime.fromisoformat(entry["timestamp"]).timestamp()
                    found.setdefault((part, entry["toggle"]), []).append((at, entry["now"]))
    return found


def judged(made: list[tuple[float, str, str, str]], found: Seen, parts: list[str]) -> dict[str, Any]:
    """How long each flip took to be seen in each part, and how many were not seen in time."""
    took: list[float] = []
    late: list[float] = []
    missed = 0
    last: dict[str, str] = {}
    for at, _, name, value in made:
        if last.get(name) == value:
            continue
        last[name] = value
        for part in parts:
            after = [when - at for when, now in found.get((part, name), []) if now == value and when >= at - 0.005]
            if after:
                (took if min(after) <= WITHIN_S else late).append(min(after))
            else:
                missed += 1
    return {"flips seen, s": spread(took + late), "flips not seen within a second": len(late) + missed, "flips never seen": missed}


async def run(asked: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """All flips; gives the figures."""
    dice = random.Random(asked.seed)
    plant = Plant(folder, bidders=2, proxies=2, pollers=2, budget_dollars=10**7, seed=asked.seed)
    lots: dict[str, float] = {}
    answers: list[int] = []
    stop = asyncio.Event()
    try:
        await plant.start()
        until = time.monotonic() + asked.flips * asked.pause
        jobs = [asyncio.create_task(load(plant, dice, lots, until)), asyncio.create_task(ask(plant, answers, stop))]
        await asyncio.sleep(3)
        made = await flip(plant, dice, asked.flips, asked.pause, answers)
        await jobs[0]
        for name in NAMES:
            await plant.redis.delete(f"feature:{name}")
        lost = await _lost(plant, lots)
        stop.set()
        await jobs[1]
        rows = await plant.redis.xrange("bw:toggles:audit")
        entered = [(row["name"], row["new"]) for _, row in rows if row["new"] and row["by"] in ("api", "redis")]
        parts = plant.names("gateway", "bidder", "poller", "nellis-proxy")
        figures = judged(made, seen(plant, folder), parts)
    finally:
        await plant.stop()
    changed = _changes([(name, value) for _, _, name, value in made])
    return {
        "flips": len(made),
        "parts": len(parts),
        **figures,
        "changes without their entry": len(_missing(changed, _changes(entered))),
        "lots watched": len(lots),
        "lots lost sight of": len(lost),
        "answers": len(answers),
        "answers that were errors": sum(status >= 500 or status in (0, 429) for status in answers),
    }


async def _lost(plant: Plant, lots: dict[str, float]) -> list[str]:
    """Lots that have closed at the site and are not known to have, given three minutes; and those that never closed in that time."""
    end = time.monotonic() + 180
    lost = list(lots)
    while lost and time.monotonic() < end:
        closed = {str(lot["id"]) for lot in (await plant.sim("state"))["lots"] if lot["closed"]}
        final = {lot for lot in lots if await plant.redis.hget(f"bw:lot:{lot}", "final") == "1"}
        lost = [lot for lot in lots if lot not in final or lot not in closed]
        await asyncio.sleep(2)
    return lost


def _changes(values: list[tuple[str, str]]) -> dict[str, list[str]]:
    """By toggle what it was changed to; the same again is no change."""
    found: dict[str, list[str]] = {}
    for name, value in values:
        if found.setdefault(name, [""])[-1] != value:
            found[name].append(value)
    return found


def _missing(made: dict[str, list[str]], entered: dict[str, list[str]]) -> list[str]:
    return [value for name, values in made.items() for value in values[len(entered.get(name, [])) :]]


def main() -> int:
    """Run, keep the figures, and end with 1 when a rule was broken."""
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    parser.add_argument("--flips", type=int, default=100, help="of each toggle")
    parser.add_argument("--pause", type=float, default=1.2, help="seconds between two flips of one toggle")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = asyncio.run(run(asked, Path(folder)))
    results("toggles-flipped", figures)
    rules = ("flips not seen within a second", "changes without their entry", "lots lost sight of", "answers that were errors")
    return int(any(figures[rule] for rule in rules))


if __name__ == "__main__":
    sys.exit(main())
