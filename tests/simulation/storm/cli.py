"""The command line: one seed again, thousands of them, or the table of ablations."""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from .ablations import ROWS, Row, failing_test, try_row
from .run import Result, engines, run_seed
from .world import VARIANTS

RESULTS = Path(__file__).resolve().parents[3] / "bench/results"
_BLOCK = 25


def main(argv: Sequence[str]) -> int:
    """Give 0 when every promise was kept (and every guard that should be was missed)."""
    parser = argparse.ArgumentParser(prog="tests/simulation", description="The shipped transitions in a storm.")
    parser.add_argument("--seed", type=int, help="run this one and show its last steps if it breaks")
    parser.add_argument("--variant", choices=VARIANTS, default="", help="instead of the one the seed's number gives")
    parser.add_argument("--last", type=int, default=60, help="how many steps of a broken seed to show")
    parser.add_argument("--seeds", type=int, help="run so many, and write bench/results/simulation.json")
    parser.add_argument("--first", type=int, default=0, help="number of the first one")
    parser.add_argument("--ablations", action="store_true", help="remove each guard in turn, and write bench/results/ablations.json")
    parser.add_argument("--only", default="", help="with --ablations: only the row with these guards; nothing is written")
    parser.add_argument("--enough", type=int, default=8, help="with --ablations: stop a row after so many violations")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    given = parser.parse_args(argv)
    if given.seed is not None:
        with engines() as made:
            result = run_seed(made, given.seed, given.variant, given.last)
        print(result if result.broken else f"seed {given.seed}: nothing broken, {dict(result.tally)}")  # noqa: T201
        return bool(result.broken)
    if given.ablations:
        return _ablations(given)
    if given.seeds:
        return _seeds(given)
    parser.print_help()
    return 2


def _run_block(block: tuple[int, int, str]) -> list[Result]:
    first, count, variant = block
    with engines() as made:
        return [run_seed(made, seed, variant) for seed in range(first, first + count)]


def _seeds(given: argparse.Namespace) -> int:
    began, tally, variants, broken = time.monotonic(), Counter[str](), Counter[str](), list[Result]()
    blocks = [(n, min(_BLOCK, given.first + given.seeds - n), given.variant) for n in range(given.first, given.first + given.seeds, _BLOCK)]
    for results in _spread(_run_block, blocks, given.jobs):
        for result in results:
            tally.update(result.tally)
            variants[result.variant] += 1
            if result.broken:
                broken.append(result)
                print(result, flush=True)  # noqa: T201
    report = {
        "seeds": given.seeds,
        "first seed": given.first,
        "variants": dict(sorted(variants.items())),
        "violations": len(broken),
        "95 % bound on the share of such seeds": round(3 / given.seeds, 6) if not broken else None,
        "broken seeds": [f"{r.seed} ({r.variant}): {r.broken.splitlines()[-1]}" for r in broken],
        "seconds": round(time.monotonic() - began),
        "jobs": given.jobs,
        "counted": dict(sorted(tally.items())),
    }
    _write("simulation.json", report)
    return bool(broken)


def _try(task: tuple[Row, int, int, int]) -> dict[str, object]:
    return {**try_row(*task), "failing test": failing_test(task[0])}


def _ablations(given: argparse.Namespace) -> int:
    rows = [row for row in ROWS if not given.only or row.name == given.only]
    tasks = [(row, given.first, row.most, given.enough) for row in rows]
    table, unnoticed = [], 0
    for row, outcome in zip(rows, _spread(_try, tasks, given.jobs), strict=True):
        table.append(outcome)
        spare = not outcome["caught"] and not outcome["failing test"]
        unnoticed += spare
        found = f"{outcome['first seen'] or '-'} | {outcome['failing test'] or '-'}"
        print(f"{'!' if spare else ' '} {row.name:24} {outcome['caught']}/{outcome['seeds']}  {found}", flush=True)  # noqa: T201
    if not given.only:
        _write("ablations.json", {"enough": given.enough, "rows": table, "guards that nothing misses": unnoticed})
    return bool(unnoticed)


def _spread(work: Any, tasks: Iterable[Any], jobs: int) -> Iterator[Any]:
    if jobs == 1:
        yield from map(work, tasks)
        return
    with get_context("spawn").Pool(jobs) as pool:
        yield from pool.imap(work, tasks)


def _write(name: str, report: dict[str, Any]) -> None:
    text = json.dumps(report, indent=1, ensure_ascii=False)
    (RESULTS / name).write_text(text + "\n", "utf-8")
    print(text)  # noqa: T201
