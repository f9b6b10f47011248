"""
What a toggle costs: one evaluation in each form of value, one look at all live values, and a look at a lot with and without wrappings.

``python tests/perf/toggles.py``; some fifteen seconds.
"""

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import Callable
from contextlib import redirect_stderr
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from kit import engine, percentile, told

from bidwright import Subject, SystemClock
from bidwright.plugins import load
from bidwright.runtime import logging
from bidwright.runtime.look_chain import LookChain
from bidwright.runtime.store import connect
from bidwright.runtime.toggles import Toggles, declared
from bidwright.transitions import Transitions

LOT = Subject("70012345", "sniping", "Katy", "dry")
VALUES = {
    "nothing set": "",
    "true": "true",
    "25%": "25%",
    "control:90,challenger:10": "control:90,challenger:10",
    "a rule for some lots": "25% for strategy=sniping|auto & location=katy & mode=dry; off",
    "what cannot be read": "perhaps",
}


def each_us(work: Callable[[], object], seconds: float) -> tuple[float, float]:
    """Microseconds that *work* takes: median and 99th percentile of batches of a hundred."""
    took: list[float] = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        began = time.perf_counter()
        for _ in range(100):
            work()
        took.append((time.perf_counter() - began) * 1e4)
    return round(percentile(took, 50), 3), round(percentile(took, 99), 3)


async def looks_us(work: Callable[[], Any], times: int) -> tuple[float, float]:
    """The same for what is awaited, each by itself."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        await work()
        took.append((time.perf_counter() - began) * 1e6)
    return round(percentile(took, 50), 1), round(percentile(took, 99), 1)


async def measured(url: str, seconds: float) -> list[dict[str, Any]]:
    """The rows of the table."""
    redis, plugins = connect(url), load(dropins=None)
    toggles = Toggles(Transitions(redis), SystemClock(), declared(plugins), env={})
    challenger = toggles.get("challenger")
    assert challenger is not None
    rows = []

    def row(what: str, figures: tuple[float, float]) -> None:
        rows.append({"what": what, "p50 us": figures[0], "p99 us": figures[1]})

    for name, value in VALUES.items():
        await (redis.set("feature:challenger", value) if value else redis.delete("feature:challenger"))
        await toggles.refresh(at_once=True)
        row(f"is_on: {name}", each_us(lambda: toggles.is_on(challenger, LOT), seconds))
    row(f"one look at {len(list(toggles))} live values", await looks_us(lambda: toggles.refresh(at_once=True), 2000))

    async def nothing() -> None:
        return None

    around = SimpleNamespace(clock=SystemClock(), is_on=toggles.is_on, may_be_on=toggles.may_be_on)
    chain = LookChain("bidder", plugins, around)
    row("a look at a lot: all off", await looks_us(lambda: chain.make(["70012345"], nothing), 20_000))
    for name in ("performance_metrics", "distributed_tracing"):
        await redis.set(f"feature:{name}", "true")
        await toggles.refresh(at_once=True)
        chain.build()
        row(f"a look at a lot: {', '.join(chain.names)}", await looks_us(lambda: chain.make(["70012345"], nothing), 2000))
    await redis.aclose()
    return rows


def main() -> None:
    """Measure and tell."""
    logging.configure("bench", form="json")
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    parser.add_argument("--seconds", type=float, default=1.0, help="per form of value")
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        engine(Path(folder)) as made,
        Path(os.devnull).open("w") as nowhere,
        redirect_stderr(nowhere),  # spans are logged, which is part of what is measured
    ):
        rows = asyncio.run(measured(made.url, asked.seconds))
    told("toggles", vars(asked), rows)


if __name__ == "__main__":
    main()
