"""
Decision times: is every armed lot decided, and how late after the planned instant.

``python tests/chaos/decisions.py --runs 20 --lots 200``: first, on a hand clock, 500 armed lots of which 50 close in
every minute, again and again with other dice; then *lots* armed lots in real processes, measured against the due queue's instants.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "features"))
sys.path.insert(0, str(Path(__file__).parent))
from crier import Crier
from plant import Plant, results, spread
from system import System
from zoo import Zoo

from bidwright.runtime import logging
from bidwright.runtime.engine import Engine
from bidwright_simulator.site import Wish

ARMED, PER_MINUTE = 500, 50
_FIRST_S = 45
_RIVALS = (("increment", 3), ("proxy", 4), ("sniper", 6))
_LATE_S = 0.05


class Crowd(System):
    """
    The whole system in one process, its planning included.
    """

    async def _start(self, engine_url: str, folder: Path) -> None:
        await super()._start(engine_url, folder)
        self.site.settings = self.site.settings.changed({"format": "plain"})
        self._loops = [asyncio.create_task(self._ever(step)) for step in (self.poller.plan, self.poller.rounds.step, self.proxy.aim.step)]
        self._stack.push_async_callback(self._end)

    async def _ever(self, step: Any) -> None:
        while True:
            try:
                await step()
            except Exception:  # noqa: BLE001 - as supervise() does
                await self.clock.sleep(1)

    async def _end(self) -> None:
        for loop in self._loops:
            loop.cancel()
        await asyncio.gather(*self._loops, return_exceptions=True)


def one_run(engine_url: str, folder: Path, seed: int, lots: int, minutes: float) -> dict[str, Any]:
    """One sale; every close is a decision point."""
    dice = random.Random(seed)
    system = Crowd(engine_url, folder)
    try:
        system.log_in()
        points, far = round(PER_MINUTE * minutes), lots - round(PER_MINUTE * minutes)
        ids: dict[str, int] = {}
        for n in range(points + far):
            close = _FIRST_S + dice.uniform(0, 60 * minutes) if n < points else dice.uniform(3600, 7200)
            rivals = [dice.choice(_RIVALS)] if dice.random() < 0.3 else []
            lot = str(system.site.open_lot(Wish(close, rivals=rivals)).id)
            system.watch(lot, cap=dice.randint(5, 20) * 100, strategy=dice.choice(("sniping", "sniping", "auto")))
            if n < points:
                ids[lot] = n
        system.go(_FIRST_S + 60 * minutes + 45)
        return _judged(system, list(ids))
    finally:
        system.close()


def sale_of_its_own(folder: Path, seed: int, lots: int, minutes: float) -> dict[str, Any]:
    """The same with an engine of its own, in a process of its own."""
    logging.configure("decisions", level="error")
    engine = Engine(folder / f"engine-{seed}")
    engine.start()
    try:
        return one_run(engine.url, folder / f"sale-{seed}", seed, lots, minutes)
    finally:
        with suppress(Exception):
            engine.stop()


def _judged(system: Crowd, ids: list[str]) -> dict[str, Any]:
    """A lot is missed when its limit allowed a bid at the end, none was made, and its sentence does not say why not."""
    found: Counter[str] = Counter()
    missed = []
    for lot in ids:
        record, at_site = system.lot(lot), system.at_site(lot)
        if system.bids(lot):
            found["bid"] += 1
        elif at_site.price * 100 + 100 > record.cap:
            found["above the limit"] += 1
        elif record.say_kind == "wont":
            found["said that it will not"] += 1
        else:
            missed.append(f"{lot}: {record.say}")
    return {"points": len(ids), "found": found, "missed": missed}


async def in_processes(asked: argparse.Namespace, folder: Path, beside: Zoo | Crier | None = None) -> dict[str, Any]:
    """
    Real processes: lots that nobody else wants, each sniped once; lateness is RESERVE minus the instant in the due queue.

    *beside*: what goes on all the while: strategies that misbehave, asked about lots of their own, or a thousand notices.
    """
    dice = random.Random(asked.seed)
    plant = Plant(folder, bidders=2, proxies=1, pollers=1, budget_dollars=10**6, seed=asked.seed, more=beside.settings if beside else {})
    planned: dict[str, float] = {}
    late: dict[str, float] = {}
    try:
        await plant.start()
        first, gap = 40.0, asked.gap
        closing = min(asked.closing, asked.lots)  # the others are armed and close when the run is over
        closes = [first + n * gap + dice.uniform(0, gap) if n < closing else 3600 + n for n in range(asked.lots)]
        lots = [await plant.open_lot(first_close_s=close, rivals=[]) for close in closes]
        for some in range(0, len(lots), 10):
            await asyncio.gather(*(plant.watch(lot, 9) for lot in lots[some : some + 10]))
        keeper = asyncio.create_task(beside.keep(plant)) if beside else None
        last, end = "-", time.monotonic() + first + closing * gap + 30
        while time.monotonic() < end and len(late) < closing:
            await asyncio.sleep(0.1)
            now = float(await plant.redis.hget("bw:steady", "now") or 0)
            due = await plant.redis.zrange("bw:due:bid", now + 1050, now + 60_000, byscore=True, withscores=True)
            async with plant.redis.pipeline(transaction=False) as pipe:
                for lot, _ in due:
                    pipe.hget(f"bw:lot:{lot}", "lease:bid")
                leases = await pipe.execute()
            planned.update(one for one, lease in zip(due, leases, strict=True) if not lease)  # else it is a lease's end
            for number, fields in await plant.redis.xrange("bw:ev", min=last if last == "-" else f"({last}", count=2000):
                last = number
                if fields["t"] == "bid.reserved" and fields["lot"] not in late and fields["lot"] in planned:
                    late[fields["lot"]] = (float(fields["at"]) - planned[fields["lot"]]) / 1000
        if keeper:
            keeper.cancel()
            await asyncio.gather(keeper, return_exceptions=True)
        timers = [await _late_metric(plant, name) for name in plant.names("bidder")]
    finally:
        await plant.stop()
    values = [max(0.0, value) for value in late.values()]
    within = Counter({bound: sum(timer[bound] for timer in timers) for bound in timers[0]})
    return {
        "armed lots": asked.lots,
        "closing, one every s": [closing, gap],
        "decided": len(late),
        "RESERVE after the planned instant, ms": {
            key: round(value * 1000, 1) if key != "n" else value for key, value in spread(values, 4).items()
        },
        "earlier than planned by a new plan": sum(value < -0.1 for value in late.values()),
        "timers, by bidwright_decision_late_seconds": {
            "n": within["+Inf"],
            **{f"within {b} s": within[b] for b in ("0.005", "0.025", "0.05", "0.25")},
        },
        **(await beside.found() if beside else {}),
    }


async def _late_metric(plant: Plant, name: str) -> dict[str, int]:
    text = (await plant.http.get(f"http://127.0.0.1:{plant.metrics[name]}/metrics")).text
    return {bound: int(float(n)) for bound, n in re.findall(r'bidwright_decision_late_seconds_bucket\{le="([^"]+)"\} (\S+)', text)}


def main() -> int:
    """Run, print, keep, judge."""
    ask = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[1])
    ask.add_argument("--runs", type=int, default=20, help="sales on the hand clock")
    ask.add_argument("--minutes", type=float, default=10, help="minutes of closes in each of them")
    ask.add_argument("--armed", type=int, default=ARMED)
    ask.add_argument("--lots", type=int, default=150, help="lots in real processes; 0: none")
    ask.add_argument("--closing", type=int, default=10**6, help="how many of those close while it is measured")
    ask.add_argument("--gap", type=float, default=0.8, help="seconds between two closes there")
    ask.add_argument("--zoo", action="store_true", help="only: the processes again, beside plugins that misbehave")
    ask.add_argument("--notices", type=int, default=0, help="only: the processes again, while so many notices are told")
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--jobs", type=int, default=1, help="sales at the same time")
    asked = ask.parse_args()
    logging.configure("decisions", level="error")
    folder = Path(tempfile.mkdtemp(prefix="bidwright-decisions-"))
    figures: dict[str, Any] = {}
    missed: list[str] = []
    if asked.zoo or asked.notices:
        asked.runs = 0
    if asked.runs:
        found: Counter[str] = Counter()
        points, began, runs = 0, time.monotonic(), 0
        with ProcessPoolExecutor(asked.jobs, mp_context=get_context("spawn")) as pool:  # a sale mostly waits for its parts
            sales = {
                pool.submit(sale_of_its_own, folder, seed, asked.armed, asked.minutes): seed
                for seed in range(asked.seed, asked.seed + asked.runs)
            }
            for done in as_completed(sales):
                one = done.result()
                points, runs = points + one["points"], runs + 1
                found += one["found"]
                missed += one["missed"]
                sys.stdout.write(f"  sale {sales[done]}: {one['points']} points, {dict(one['found'])}, {time.monotonic() - began:.0f} s\n")
                sys.stdout.flush()
        figures["on the hand clock"] = {
            "armed lots, closes a minute, first seed": [asked.armed, PER_MINUTE, asked.seed],
            "sales": runs,
            "decision points": points,
            **dict(found),
            "missed": len(missed),
            "which": missed[:20],
            "95 % bound on the rate of missed ones": f"{3 / points:.3%}" if points and not missed else "-",
        }
    part = "beside a zoo" if asked.zoo else "beside notices" if asked.notices else "in processes"
    if asked.lots:
        beside = Zoo(folder / "zoo") if asked.zoo else Crier(folder / "crier", asked.notices) if asked.notices else None
        figures[part] = asyncio.run(in_processes(asked, folder / "plant", beside))
    results("decisions", figures, parts=True)
    late = figures.get(part, {}).get("RESERVE after the planned instant, ms", {}).get("p99", 0)
    return int(bool(missed) or late > _LATE_S * 1000)


if __name__ == "__main__":
    sys.exit(main())
