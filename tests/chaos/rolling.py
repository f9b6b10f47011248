"""
The rolling system: every part in replicas, lots for ever, an owner who changes their mind, and something breaks every few seconds.

``python tests/chaos/rolling.py --minutes 10 --seed 1`` prints the figures, keeps them, and ends with 1 when a rule was broken.
``--kills 50`` instead kills each kind of part that often, one after the other, as fast as the system comes back.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from faults import KILLED, Faults
from judge import Watcher, judge
from owner import Owner
from plant import Plant, results, spread

WAVE_S, LOTS_IN_WAVE = 12.0, 5
SOONEST_S, LATEST_S = 35, 110
AFTER_S = 12
START_DOLLARS, ROOM_DOLLARS = 400, 300
MOST_WAIT_S = 240


def arguments() -> argparse.Namespace:
    """What can be asked for."""
    ask = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[1])
    ask.add_argument("--minutes", type=float, default=10, help="how long things break; the lots' ends come after that")
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--kills", type=int, default=0, help="kill each kind of part so many times, and nothing else")
    ask.add_argument("--pause", type=float, nargs=2, default=(2, 6), help="seconds between two faults, at least and at most")
    ask.add_argument("--name", default="", help="name of the result file; default: chaos, or kills")
    ask.add_argument("--quiet", action="store_true", help="nothing is broken: a run to compare with")
    return ask.parse_args()


async def run(asked: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """One run; gives the figures."""
    dice = random.Random(asked.seed)
    with (folder / "said").open("w") as said:
        plant = Plant(
            folder,
            bidders=3,
            proxies=2,
            pollers=2,
            lines=True,
            budget_dollars=START_DOLLARS,
            seed=asked.seed,
            say=lambda line: print(line, file=said),
        )
        try:
            await plant.start()
            return await _rolled(asked, plant, dice)
        finally:
            await plant.stop()


async def _rolled(asked: argparse.Namespace, plant: Plant, dice: random.Random) -> dict[str, Any]:
    owner, watcher = Owner(plant, random.Random(dice.random())), Watcher(plant)
    faults = Faults(plant, owner, watcher, random.Random(dice.random()))
    wrong: Counter[str] = Counter()
    began = time.monotonic()
    jobs = [
        asyncio.create_task(job) for job in (owner.listen(), watcher.run(), _waves(owner), _budget(watcher, owner), _audits(owner, wrong))
    ]
    waves = jobs[2]
    breaking = asyncio.create_task(_kills(asked, plant, faults, dice) if asked.kills else _break(asked, faults, dice))
    try:
        done, _ = await asyncio.wait({breaking, *jobs}, return_when=asyncio.FIRST_COMPLETED)
        for job in done:
            job.result()  # a job that ended early failed
        back = breaking.result()
        lasted = time.monotonic() - began
        await faults.over()
        waves.cancel()
        await _until_closed(plant, owner)
    finally:
        for job in (*jobs, breaking):
            job.cancel()
        await asyncio.gather(*jobs, breaking, return_exceptions=True)
    wrong.update(await owner.audit())
    await watcher.step()
    verdict = await judge(plant, owner, watcher)
    if wrong:
        verdict.broken["a watched lot or an acknowledged change was lost"] = sorted(wrong)
    delays = [*faults.takeovers["bid"], *faults.takeovers["poll"]]
    if delays and spread(delays)["p99"] >= 5:
        verdict.broken["lots taken over in 5 s at p99"] = [str(spread(delays))]
    return {
        "options": {key: value for key, value in vars(asked).items() if key != "name"},
        "minutes of faults": round(lasted / 60, 1),
        **verdict.figures,
        "faults": dict(sorted(faults.done.items())),
        "lots of a lost worker taken over, s": spread(delays, 2),
        "of a bidder / of a poller": [spread(faults.takeovers[queue], 2) for queue in ("bid", "poll")],
        **({"back at work after a kill, s": {kind: spread(values, 1) for kind, values in back.items()}} if back else {}),
        "broken": verdict.broken,
    }


async def _waves(owner: Owner) -> None:
    """New lots for ever; each wave is looked after in a task of its own."""
    async with asyncio.TaskGroup() as group:
        while True:
            group.create_task(owner.wave(LOTS_IN_WAVE, SOONEST_S, LATEST_S))
            await asyncio.sleep(WAVE_S)


async def _budget(watcher: Watcher, owner: Owner) -> None:
    """What was won stays spent for good, so the limit is raised by it from time to time; between that it binds."""
    while True:
        await asyncio.sleep(20)
        won = sum(lot["hammer"] for lot in watcher.lots.values() if lot["won"])
        if (wanted := ROOM_DOLLARS + round(won * 1.25)) > owner.budgets[-1][1]:
            await owner.raise_budget(wanted)


async def _audits(owner: Owner, wrong: Counter[str]) -> None:
    """What differs twice in a row from what was acknowledged is lost, not late."""
    before: set[str] = set()
    while True:
        await asyncio.sleep(3)
        now = set(await owner.audit())
        wrong.update(now & before)
        before = now


async def _break(asked: argparse.Namespace, faults: Faults, dice: random.Random) -> dict[str, list[float]]:
    end = time.monotonic() + asked.minutes * 60
    while time.monotonic() < end:
        await asyncio.sleep(dice.uniform(*asked.pause))
        if not asked.quiet:
            await faults.one()
    return {}


async def _kills(asked: argparse.Namespace, plant: Plant, faults: Faults, dice: random.Random) -> dict[str, list[float]]:
    """Each kind of part in turn; the next kill comes when the one before is back at work, after a random moment."""
    back: dict[str, list[float]] = {kind: [] for kind in KILLED}
    await asyncio.sleep(20)  # something to lose
    plan = [kind for kind in KILLED for _ in range(asked.kills)]
    dice.shuffle(plan)
    while plan:
        kind = plan.pop()
        await asyncio.sleep(dice.uniform(*asked.pause))
        began = time.monotonic()
        if not await faults.kill(kind):  # none of its kind runs at this moment
            plan.insert(0, kind)
            continue
        faults.done[f"kill {kind}"] += 1
        for name in plant.names(kind):
            if await plant.ready(name):
                back[kind].append(time.monotonic() - began)
                break
    return back


async def _until_closed(plant: Plant, owner: Owner) -> None:
    end = time.monotonic() + MOST_WAIT_S
    while time.monotonic() < end:
        await asyncio.sleep(2)
        if all(lot["closed"] for lot in (await plant.sim("summary"))["lots"]):
            break
    await asyncio.sleep(AFTER_S + 14)  # quarantines that began at the very end


def main() -> int:
    """Run, print, keep, judge."""
    asked = arguments()
    folder = Path(tempfile.mkdtemp(prefix="bidwright-chaos-"))
    figures = asyncio.run(run(asked, folder))
    results(asked.name or ("kills" if asked.kills else "chaos"), figures)
    sys.stdout.write(f"  broken: {json.dumps(figures['broken'], indent=1) if figures['broken'] else 'nothing'}   (logs in {folder})\n")
    return int(bool(figures["broken"]))


if __name__ == "__main__":
    sys.exit(main())
