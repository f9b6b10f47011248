"""
What asking costs: a hook through pluggy, a built-in strategy, and a strategy in a host; and how fast a host is replaced.

``python tests/perf/hosts.py`` takes half a minute.
"""

import asyncio
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import uvloop
from kit import ROOT, cpu_s, memory_kb, percentile, told

from bidwright import Bid, Money
from bidwright.plugins import load
from bidwright.runtime.host.child import recorded
from bidwright.runtime.host.messages import Decide, Fit, Veto
from bidwright.runtime.host.process import Nursery
from bidwright.versions import plugin_at

TIMES, STARTS = 5000, 10
LIMIT_S = 5.0
VETO = """
from bidwright import hookimpl
@hookimpl
def hold_bid(bid, lot, now):
    return None
"""


def row(what: str, seconds: list[float], calls: int = 1) -> dict[str, object]:
    """Percentiles in microseconds."""
    return {"what": what, "n": len(seconds) * calls, **{f"p{p} us": round(percentile(seconds, p) * 1e6 / calls, 1) for p in (50, 99)}}


def timed(work: object, times: int, calls: int = 1) -> list[float]:
    """How long each of *times* goes at *work* takes."""
    found = []
    for _ in range(times):
        began = time.perf_counter()
        for _ in range(calls):
            work()  # type: ignore[operator]
        found.append(time.perf_counter() - began)
    return found


async def main() -> int:
    """Measure and keep."""
    lot, now = next(recorded())
    plugins = load(dropins=None)
    hook = plugins.manager.hook.hold_bid
    bid = Bid(Money(100))
    auto = next(thing for thing, _ in plugins.collect("register_strategies", lambda _: None).values() if thing.name == "auto")
    view = replace(lot, params=auto.params())
    rows = [
        row(
            "a hook that nobody answers, called through pluggy",
            timed(lambda: hook.hold_bid if False else hook(bid=bid, lot=lot, now=now), 200, 100),
            100,
        ),
        row("a built-in strategy", timed(lambda: auto.decide(view, now), 200, 100), 100),
    ]
    nursery = Nursery()
    with tempfile.TemporaryDirectory() as folder:
        veto = Path(folder) / "veto.py"
        veto.write_text(VETO, "utf-8")
        version, guard = plugin_at(ROOT / "plugins/dropin/_example.py"), plugin_at(veto)
        host, other = await nursery.checked(version), await nursery.checked(guard)
        for what, which, ask in (
            ("a strategy in its host", host, Decide("penny", lot, "{}", now)),
            ("whether settings fit, in its host", host, Fit("penny", "{}")),
            ("a veto in its host", other, Veto(100, "", lot, now)),
        ):
            seconds, before = [], cpu_s(which.pid)
            for _ in range(TIMES):
                began = time.perf_counter()
                await which.ask(ask, LIMIT_S)
                seconds.append(time.perf_counter() - began)
            rows.append(row(what, seconds) | {"host's CPU us": round((cpu_s(which.pid) - before) / TIMES * 1e6)})
        weight = memory_kb(host.pid)
        await asyncio.sleep(1)
        again, anew = [], []
        for _ in range(STARTS):
            began = time.perf_counter()
            made = await nursery.host(version)
            again.append(time.perf_counter() - began)
            await made.end()
            await asyncio.sleep(0.5)  # the next spare warms up
        for _ in range(STARTS):
            await nursery.close()
            began = time.perf_counter()
            made = await nursery.host(version)
            anew.append(time.perf_counter() - began)
            await made.end()
        rows += [row("a host replaced from the warm spare", again), row("a host started cold", anew)]
        await host.end()
        await other.end()
        await nursery.close()
    heads = dict.fromkeys(key for each in rows for key in each)
    rows = [{head: each.get(head, "") for head in heads} for each in rows]
    told("hosts", {"times": TIMES}, rows, **{"a host weighs, KiB": weight})
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(), loop_factory=uvloop.new_event_loop) if sys.version_info >= (3, 12) else uvloop.run(main()))
