"""
Halts under load: how long after a halt's HTTP answer the last bid byte leaves nellis-proxy and reaches the site.

``python tests/chaos/halts.py --halts 200``. A crowd of lots is bid on without pause; each halt comes at a random moment and is taken
back a little later; every tenth is followed by a kill -9 of a part, which must not end it. Rules: no bid later than 250 ms, all quiet
within a second, nothing until the resume is asked for.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from plant import Plant, results, spread

QUIET_S, SILENT_S = 0.25, 1.0
_WATCH_S = (1.1, 1.6)
"""How long a halt is looked at before it is taken back."""
_BUSY_S = (0.3, 2.0)


async def load(plant: Plant, dice: random.Random) -> None:
    """Lots for ever, with rivals that answer, all of them bid on at once."""
    while True:
        for _ in range(6):
            rivals = [{"kind": "increment", "limit": 400}]
            lot = await plant.open_lot(first_close_s=dice.uniform(60, 90), rivals=rivals)
            await plant.watch(lot, 400, "auto")
        await asyncio.sleep(8)


async def pressed(plant: Plant, dice: random.Random) -> None:
    """Somebody outbids us everywhere, again and again, so that there is always a bid on its way."""
    while True:
        state = await plant.sim("state")
        led = [lot["id"] for lot in state["lots"] if lot["ours"] and not lot["closed"]]
        for lot in dice.sample(led, min(4, len(led))):
            await plant.http.post(f"{plant.site}/__sim/rival-bid", json={"lot": lot})
        await asyncio.sleep(0.3)


async def run(asked: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """All halts; gives the figures."""
    dice = random.Random(asked.seed)
    plant = Plant(folder, bidders=2, proxies=2, pollers=1, budget_dollars=10**7, seed=asked.seed)
    asked_at: list[float] = []
    halts: list[tuple[float, float]] = []
    posts: dict[int, dict[str, Any]] = {}
    took: list[float] = []
    killed = 0
    jobs: list[asyncio.Task[None]] = []
    try:
        await plant.start()
        jobs = [asyncio.create_task(load(plant, dice)), asyncio.create_task(pressed(plant, dice))]
        await asyncio.sleep(20)
        for number in range(asked.halts):
            await asyncio.sleep(dice.uniform(*_BUSY_S))
            asked_at.append(time.time())
            # an answer may be lost: by its key it is the same halt when it is asked for again
            await plant.insist("POST", "/api/halt", {"why": "measured"}, f"halt-{number}")
            acked = time.time()
            took.append(acked - asked_at[-1])
            if number % 10 == 9:
                name = dice.choice(("redis", *plant.names("bidder", "nellis-proxy", "gateway")))
                killed += plant.kill(name)
                await plant.ready(name)
            await asyncio.sleep(dice.uniform(*_WATCH_S))
            gen = (await plant.insist("GET", "/api/halt")).json()["gen"]
            ended = time.time()
            halts.append((acked, ended))
            answer = await plant.insist("POST", "/api/resume", {"gen": gen}, f"resume-{number}")
            if answer.status_code != 200:
                raise RuntimeError(f"the halt could not be taken back: {answer.text}")
            for job in jobs:
                if job.done():
                    job.result()
            for post in await plant.ledger(max(posts, default=0), what="request", kind="bids"):
                posts[post["n"]] = post
    finally:
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)
        await plant.stop()
    return judged(plant, halts, asked_at, sorted(post["t"] / 1000 for post in posts.values()), took) | {"kill -9 during a halt": killed}


def judged(
    plant: Plant, halts: list[tuple[float, float]], asked_at: list[float], at_site: list[float], took: list[float]
) -> dict[str, Any]:
    """What the line in front of the proxies and the site's own ledger say."""
    left = [sent.at for sent in plant.sent if sent.bid]
    after_left = [max((at - acked for at in left if acked < at < ended), default=0.0) for acked, ended in halts]
    after_site = [max((at - acked for at in at_site if acked < at < ended), default=0.0) for acked, ended in halts]
    near = sum(any(begun - 0.5 < at < acked + QUIET_S for at in left) for begun, (acked, _) in zip(asked_at, halts, strict=True))
    worst = max(*after_left, *after_site)
    return {
        "halts": len(halts),
        "bids on the wire": len(left),
        "halts with a bid within half a second before": near,
        "the halt's answer took, ms": {key: round(value * 1000, 1) if key != "n" else value for key, value in spread(took, 4).items()},
        "halts with a bid that left after the answer": sum(at > 0 for at in after_left),
        "last bid byte left after the answer, ms, most": round(max(after_left) * 1000, 1),
        "last bid arrived after the answer, ms, most": round(max(after_site) * 1000, 1),
        "bids between 250 ms and the resume": sum(at > QUIET_S for at in (*after_left, *after_site)),
        "quiet within a second": worst <= SILENT_S,
        "95 % bound on the rate of late halts": f"{3 / len(halts):.2%}" if worst <= QUIET_S else "-",
        "broken": worst > QUIET_S,
    }


def main() -> int:
    """Run, print, keep, judge."""
    ask = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[1])
    ask.add_argument("--halts", type=int, default=200)
    ask.add_argument("--seed", type=int, default=1)
    asked = ask.parse_args()
    figures = asyncio.run(run(asked, Path(tempfile.mkdtemp(prefix="bidwright-halts-"))))
    results("halts", {"options": vars(asked), **figures})
    return int(figures["broken"])


if __name__ == "__main__":
    sys.exit(main())
