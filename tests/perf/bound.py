"""
The schedule against a bound: how many requests an evening takes, and how few would do for whoever knows it beforehand.

``python tests/perf/bound.py --lots 10000 --hours 3``: poller and bidder as shipped on a real store, nellis-proxy's own gate and
live events, and an evening of auctions in this process, on a clock that leaps from event to event. The site's own record is the judge.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path
from random import Random
from typing import Any

from evening import Evening
from kit import engine, told
from port import Port
from prometheus_client import CollectorRegistry
from verdict import Verdict
from warp import Leaping, Warp

from bidwright.clock import to_ms
from bidwright.plugins import load
from bidwright.records import Records
from bidwright.runtime import logging, reading, site_time
from bidwright.runtime.site_time import Offset
from bidwright.runtime.store import SCHEMA, connect
from bidwright.transitions import Transitions
from bidwright_bidder import bootstrap as bidder
from bidwright_bidder.settings import BidderSettings
from bidwright_nellis_proxy.gate import Rate
from bidwright_poller import bootstrap as poller
from bidwright_poller.settings import PollerSettings

_AFTER_S = 90.0
_AT_ONCE = 100
_CLOCK = Offset(-60.0, 60.0)
"""How well the site's clock is known once it was aimed at."""
_WISH = {"premium": "1500", "tax": "850", "strategy": "sniping", "params": "", "mode": "live"}
_CAPS = (400, 900, 2500)


async def _no_complaints(_) -> list[str]:
    """The engine here keeps its data in memory, which real money would be refused for."""
    return []


async def _ever(step) -> None:
    while True:
        await step()


async def held(asked: argparse.Namespace, url: str, leaping: Leaping) -> dict[str, Any]:
    """Hold the evening, and judge it."""
    clock = leaping.clock
    async with AsyncExitStack() as stack:
        redis = connect(url, connections=200)
        stack.push_async_callback(redis.aclose)
        leaping.wait_for(lambda: bool(redis.connection_pool._in_use_connections))
        transitions = Transitions(redis, wall=lambda: to_ms(clock.now()))
        await transitions.init(epoch="e", known="", site="site", schema=SCHEMA, total_limit=10**9, live="1", max_bid=10**6)
        await transitions.session("ok", "")
        await site_time.publish(redis, _CLOCK, to_ms(clock.now()))
        evening = Evening(clock, lots=asked.lots, hours=asked.hours, armed=asked.armed, seed=asked.seed)
        port = Port(evening, transitions, clock, per_second=asked.per_second, bare=asked.bare, live=not asked.no_live)
        common = {"clock": clock, "transitions": transitions, "stub": port, "plugins": load(dropins=None), "registry": CollectorRegistry()}
        looks = await stack.enter_async_context(poller.bootstrap(PollerSettings(), **common, rng=Random(asked.seed)))
        settings = BidderSettings(BIDWRIGHT_TIMEZONE="UTC", BIDWRIGHT_PLUGINS_DIR="")
        bids = await stack.enter_async_context(bidder.bootstrap(settings, **common, check_store=_no_complaints))
        bids.spread.requests_per_second = asked.per_second
        caps = await _watched(evening, transitions, Random(asked.seed))
        steps = [looks.step, looks.plan, looks.rounds.step, bids.step, bids.sweep]
        steps += [] if asked.no_live else [port.live.run, looks.listen]
        running = [asyncio.create_task(_ever(step)) for step in steps]
        running += [asyncio.create_task(evening.others()), asyncio.create_task(evening.ends())]
        await _until(clock, min(evening.hours_s + _AFTER_S, asked.minutes * 60), running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        records = {record.id: record for record in await Records(redis).lots(list(evening.lots))}
        verdict = Verdict(evening, records, bare=asked.bare, live=not asked.no_live, until_s=min(asked.minutes * 60, clock.monotonic()))
        rest = {**verdict.requests(), **verdict.ends(Rate(asked.per_second)), **verdict.decisions(caps), **verdict.prices()}
        return {"rows": verdict.rows(), **rest}


async def _watched(evening: Evening, transitions: Transitions, dice: Random) -> dict[str, int]:
    """The owner watches all of them, and each is read once, as a watch does; gives the limits in cents of those that are armed."""
    caps = {number: dice.choice(_CAPS) for number, story in evening.stories.items() if story.armed}
    numbers = list(evening.lots)
    for some in (numbers[n : n + _AT_ONCE] for n in range(0, len(numbers), _AT_ONCE)):
        wishes = [{**_WISH, "cap": caps.get(number, 100), "armed": str(int(number in caps))} for number in some]
        await asyncio.gather(*(transitions.watch(number, wish) for number, wish in zip(some, wishes, strict=True)))
        began = await transitions.stamp()
        await asyncio.gather(*(reading.apply(transitions, evening.told(number, ours=True), began) for number in some))
        for number in some:
            evening.seen(number, full=True)
    return caps


async def _until(clock: Warp, end_s: float, running: list[asyncio.Task[None]]) -> None:
    """Let the evening pass, and say how far it is. Raises what ended a part before its time."""
    began = time.monotonic()
    while clock.monotonic() < end_s:
        await clock.sleep(min(300.0, end_s - clock.monotonic()))
        sys.stderr.write(f"  {clock.monotonic() / 60:.0f} of {end_s / 60:.0f} minutes, after {time.monotonic() - began:.0f} s\n")
        for task in running:
            if task.done() and task.exception():
                raise task.exception()


def main() -> int:
    """Run, print, keep."""
    ask = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[1])
    ask.add_argument("--lots", type=int, default=10_000)
    ask.add_argument("--hours", type=float, default=3.0)
    ask.add_argument("--minutes", type=float, default=1e6, help="leave after so many, and judge what was until then")
    ask.add_argument("--armed", type=float, default=0.05, help="the share of them that is armed")
    ask.add_argument("--per-second", type=float, default=10.0, help="the request budget")
    ask.add_argument("--bare", action="store_true", help="no batch read and no account list: every read is a page")
    ask.add_argument("--no-live", action="store_true", help="no live events")
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--name", default="", help="name of the result file; default: made from the options")
    asked = ask.parse_args()
    logging.configure("bound", level="error")
    leaping = Leaping()
    began = time.monotonic()
    with engine(Path(tempfile.mkdtemp(prefix="bidwright-bound-"))) as store, leaping.runner as runner:
        found = runner.run(held(asked, store.url, leaping))
    name = asked.name or "-".join(["bound"] + ["bare"] * asked.bare + ["no-live"] * asked.no_live)
    told(name, vars(asked), found.pop("rows"), **found, **{"took, s": round(time.monotonic() - began)})
    return 0


if __name__ == "__main__":
    sys.exit(main())
