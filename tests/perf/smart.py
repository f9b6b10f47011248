"""
Does `smart` earn more at equal caps than `auto` and `sniping`? On seeds, and on mixes of rivals, that it was not made with.

`python tests/perf/smart.py` runs some ten minutes and gives the same figures each time. Ends with 1 when an interval over all held-out
mixes includes zero. `smart` was made with the mixes in TUNED and seeds 1 to 12; those seeds are refused here.
"""

import argparse
import importlib.metadata
import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, stdev
from typing import Any

from kit import told

from bidwright.testing.sale import MIXES, Contestant, contestants, run_sale

TUNED = ("usual", "wars")
LAST_TUNED_SEED = 12
RIVALS = ("auto", "sniping", "auto, loose")
_Z95 = 1.96


@dataclass
class Kept:
    """
    What a strategy had on one mix: cents of surplus of each lot, how many were won, and with how many bids.
    """

    surpluses: list[int]
    won: int = 0
    bids: int = 0


def bidders() -> dict[str, Contestant]:
    """The three strategies as they come, and `auto` with limits that no war reaches and a buffer of a dollar."""
    smart, auto, sniping = contestants(["smart", "auto", "sniping"])
    params = auto.strategy.params.model_validate({"buffer": 1, "maxRebids": 500, "maxWarMinutes": 1440})
    loose = Contestant(auto.strategy, params, auto.plugin)
    return {"smart": smart, "auto": auto, "sniping": sniping, "auto, loose": loose}


def sale(name: str, seeds: Sequence[int], lots: int) -> dict[str, Kept]:
    """Let every strategy bid against the mix *name*, a sale of *lots* per seed."""
    there = bidders()
    kept = {who: Kept([]) for who in there}
    for seed in seeds:
        results = run_sale(list(there.values()), lots=lots, seed=seed, rivals=MIXES[name])
        for mine, result in zip(kept.values(), results, strict=True):
            mine.surpluses += result.surpluses_cents
            mine.won += result.won
            mine.bids += result.bids_sent
        sys.stderr.write(f"{name}, seed {seed}\n")
    return kept


def interval(one: Sequence[int], other: Sequence[int]) -> tuple[float, float, float]:
    """Mean difference lot by lot, and the bounds of its 95 % interval, in cents."""
    values = [mine - theirs for mine, theirs in zip(one, other, strict=True)]
    half = _Z95 * stdev(values) / sqrt(len(values))
    return fmean(values), fmean(values) - half, fmean(values) + half


def row(what: str, kept: dict[str, Kept]) -> dict[str, Any]:
    """One line of the table; amounts in cents a lot."""
    smart = kept["smart"]
    line: dict[str, Any] = {"rivals": what, "lots": len(smart.surpluses)}
    line |= {f"won: {who}": one.won for who, one in kept.items()}
    line |= {f"bids: {who}": one.bids for who, one in kept.items()}
    line |= {f"cents: {who}": round(fmean(one.surpluses), 1) for who, one in kept.items()}
    for who in RIVALS:
        mean, low, high = interval(smart.surpluses, kept[who].surpluses)
        line[f"more than {who}"] = f"{mean:+.1f} ({low:+.1f} .. {high:+.1f})"
    return line


def together(several: Sequence[dict[str, Kept]]) -> dict[str, Kept]:
    """All lots of *several* mixes as one."""
    sums = {who: Kept([]) for who in several[0]}
    for one in several:
        for who, kept in one.items():
            sums[who].surpluses += kept.surpluses
            sums[who].won += kept.won
            sums[who].bids += kept.bids
    return sums


def main() -> int:
    """Measure, print, keep."""
    ask = argparse.ArgumentParser(description="What smart earns more, on held-out seeds and mixes of rivals.")
    ask.add_argument("--first-seed", type=int, default=101)
    ask.add_argument("--seeds", type=int, default=20, help="how many sales of each mix")
    ask.add_argument("--lots", type=int, default=50, help="of each sale")
    asked = ask.parse_args()
    if asked.first_seed <= LAST_TUNED_SEED:
        ask.error(f"seeds up to {LAST_TUNED_SEED} are those it was made with")
    # Seeds of their own for each mix: the same seed makes the same things and limits whoever bids, and would count them several times.
    starts = range(asked.first_seed, asked.first_seed + asked.seeds * len(MIXES), asked.seeds)
    found = {name: sale(name, range(start, start + asked.seeds), asked.lots) for name, start in zip(MIXES, starts, strict=True)}
    held_out = together([kept for name, kept in found.items() if name not in TUNED])
    rows = [row(f"{name}{' (tuned on)' if name in TUNED else ''}", kept) for name, kept in found.items()]
    rows.append(row("all held out", held_out))
    lowest = {who: round(interval(held_out["smart"].surpluses, held_out[who].surpluses)[1], 1) for who in ("auto", "sniping")}
    version = importlib.metadata.version("bidwright-strategy-smart")
    told("smart", vars(asked), rows, python=platform.python_version(), smart=version, least_gain_cents=lowest)
    return int(min(lowest.values()) <= 0)


if __name__ == "__main__":
    sys.exit(main())
