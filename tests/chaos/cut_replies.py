"""
Cut replies: many bids through the shipped last hop, each cut, delayed, doubled or answered with nonsense in another way; what the
shipped reads then make of it is compared with what the site knows.

``python tests/chaos/cut_replies.py --count 10000 --process 200``: the first on a hand clock in this process, the second through a
nellis-proxy in a process of its own, in real time.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from front import WAYS, Front
from plant import Plant, results
from prometheus_client import CollectorRegistry
from trial import Trial

from bidwright import SystemClock
from bidwright.clock import to_ms
from bidwright.runtime import logging
from bidwright.runtime.engine import Engine
from bidwright.runtime.store import SCHEMA, connect
from bidwright.testing import HandClock
from bidwright.transitions import Transitions
from bidwright_nellis_proxy import bootstrap as proxy
from bidwright_nellis_proxy import wire
from bidwright_nellis_proxy.gate import Purpose
from bidwright_nellis_proxy.metrics import Metrics
from bidwright_nellis_proxy.settings import ProxySettings
from bidwright_proto.v1 import site_pb2
from bidwright_simulator import Site, build
from bidwright_simulator.server import Server, listen
from bidwright_simulator.settings import Settings

_TURN_LOT_AFTER = 15


async def many(trial: Trial, count: int, *, lots: int, first: int = 0) -> None:
    """*count* bids over *lots* lots at once, every way equally often."""
    names = list(WAYS)
    plan = [names[n % len(names)] for n in range(first, first + count)]
    trial.dice.shuffle(plan)

    async def on_one() -> None:
        lot, left = await trial.new_lot(), _TURN_LOT_AFTER
        while plan:
            way, left = plan.pop(), left - 1
            await trial.bid(lot, len(plan), way)
            if left == 0 or trial.site.lots[int(lot)].closed:
                lot, left = await trial.new_lot(), _TURN_LOT_AFTER

    await asyncio.gather(*(on_one() for _ in range(lots)))


@asynccontextmanager
async def simulated(clock: Any) -> AsyncIterator[tuple[Site, int]]:
    """The simulated site on a socket."""
    site = Site(clock, seed="cut", settings=Settings(format="plain"))
    app, hub = build(site)
    sock = listen("127.0.0.1", 0)
    server = Server(app, site, hub)
    serving = asyncio.ensure_future(server.serve(sockets=[sock]))
    try:
        yield site, sock.getsockname()[1]
    finally:
        server.should_exit = True
        await serving


@asynccontextmanager
async def by_hand(engine_url: str, folder: Path, seed: int) -> AsyncIterator[Trial]:
    """Everything in this process, on a clock moved by hand; only the time-out for an answer is real, and short."""
    clock = HandClock()
    async with AsyncExitStack() as stack:
        redis = connect(engine_url, connections=50)
        await redis.flushall()
        stack.push_async_callback(redis.aclose)
        site, port = await stack.enter_async_context(simulated(clock))
        front = Front(site, port, random.Random(seed))
        url = await front.start()
        stack.push_async_callback(front.stop)
        transitions = Transitions(redis, wall=lambda: to_ms(clock.now()))
        await transitions.init(epoch="e", known="", site=url, schema=SCHEMA, total_limit=10**11, live="1", max_bid=10**9)
        given = ProxySettings(NELLIS_BASE_URL=url, BIDWRIGHT_GRPC_PORT=0, BIDWRIGHT_DATA_DIR=folder)
        made = await stack.enter_async_context(
            proxy.bootstrap(given, clock=clock, redis=redis, transitions=transitions, metrics=Metrics(CollectorRegistry()))
        )
        before, wire.TOTAL_S = wire.TOTAL_S, 0.1
        stack.callback(setattr, wire, "TOTAL_S", before)

        async def wait(seconds: float) -> None:
            while seconds > 1e-9:  # as in a running system, somebody asks the store at least once a second
                clock.advance(min(seconds, 1.0))
                seconds -= 1.0
                await transitions.stamp()

        async def with_time(work: Awaitable[Any]) -> Any:
            task = asyncio.ensure_future(work)
            while not task.done():
                await asyncio.wait({task}, timeout=0.3)
                if not task.done():
                    clock.advance(0.2)
            return task.result()

        async def submit(intent: str) -> str:
            return str((await with_time(made.parts.bids.submit(intent))).state)

        async def read(lot: str) -> site_pb2.GetLotReply:
            clock.advance(0.15)  # a token of the request budget
            return await with_time(made.parts.reads.lot(lot, Purpose.RECONCILE))

        cookie = f"__session={site.accounts.open('demo@example.invalid', site.now(), lasts_ms=10**12)}"
        await with_time(made.parts.session.keep(cookie))
        yield Trial(site, front, redis, transitions, submit, read, wait, random.Random(seed))


@asynccontextmanager
async def by_process(folder: Path, seed: int) -> AsyncIterator[Trial]:
    """A nellis-proxy in a process of its own, a durable store, real time."""
    async with AsyncExitStack() as stack:
        site, port = await stack.enter_async_context(simulated(SystemClock()))
        front = Front(site, port, random.Random(seed))
        url = await front.start()
        stack.push_async_callback(front.stop)
        plant = LastHop(folder, budget_dollars=10**8, seed=seed, at=url)
        stack.push_async_callback(plant.stop)
        await plant.start()
        stub = await plant.stub(stack)
        transitions = Transitions(plant.redis)

        async def submit(intent: str) -> str:
            while True:
                reply = await stub.SubmitIntent(site_pb2.SubmitIntentRequest(intent_id=intent))
                return str(reply.state)

        async def read(lot: str) -> site_pb2.GetLotReply:
            import grpc.aio  # noqa: PLC0415 - only here

            while True:
                with contextlib.suppress(grpc.aio.AioRpcError):
                    return await stub.GetLot(site_pb2.GetLotRequest(lot_id=lot, purpose=site_pb2.PURPOSE_RECONCILE))
                await asyncio.sleep(0.5)

        async def tick() -> None:  # as bidder and poller do all the time: a silent store takes the next call for one after a gap
            while True:
                await transitions.stamp()
                await asyncio.sleep(0.2)

        ticking = asyncio.create_task(tick())
        stack.callback(ticking.cancel)
        cookie = f"__session={site.accounts.open('demo@example.invalid', site.now())}"
        await stub.SetSession(site_pb2.SetSessionRequest(cookies=cookie))
        yield Trial(site, front, plant.redis, transitions, submit, read, asyncio.sleep, random.Random(seed))


class LastHop(Plant):
    """
    Only the store and one nellis-proxy, beside a site that is already there.
    """

    def __init__(self, folder: Path, *, at: str, **more: Any) -> None:
        where = {"NELLIS_BASE_URL": at, "NELLIS_SSE_URL": at, "USE_SSE": "false"}
        super().__init__(folder, more={"nellis-proxy-1": where}, **more)
        self._at = at

    async def log_in(self) -> None:
        """The trial hands over the session of its own site."""

    async def _up(self, *names: str) -> None:
        if "site" in names:  # the store belongs to the site that is there already
            self.site = self._at
        await super()._up(*(name for name in names if name == "redis" or name.startswith("nellis-proxy")))

    async def stub(self, stack: AsyncExitStack) -> Any:
        """Calls to the proxy."""
        from bidwright.runtime.rpc import channel  # noqa: PLC0415 - only here
        from bidwright_proto.v1 import site_pb2_grpc  # noqa: PLC0415

        port = self.specs["nellis-proxy-1"].env["BIDWRIGHT_GRPC_PORT"]
        return site_pb2_grpc.SiteStub(await stack.enter_async_context(channel(f"127.0.0.1:{port}")))


async def hand_run(count: int, seed: int, engine_url: str, folder: Path) -> Trial:
    """*count* bids on the hand clock."""
    async with by_hand(engine_url, folder, seed) as trial:
        await many(trial, count, lots=1)
        return trial


async def process_run(count: int, seed: int, folder: Path) -> Trial:
    """*count* bids through a process."""
    async with by_process(folder, seed) as trial:
        await many(trial, count, lots=min(20, count))
        return trial


def told(trial: Trial, took_s: float) -> dict[str, Any]:
    """The figures of one run."""
    count = sum(trial.ends.values())
    return {
        "bids": count,
        "ways": dict(sorted(trial.ways.items())),
        "ends": dict(sorted(trial.ends.items())),
        "unknown outcomes, all settled": trial.unknown,
        "wrong": trial.wrong[:20],
        "95 % bound on the rate of wrong ones": f"{3 / max(1, count):.2%}" if not trial.wrong else "-",
        "took, s": round(took_s),
    }


def main() -> int:
    """Run, print, keep, judge."""
    ask = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[1])
    ask.add_argument("--count", type=int, default=10_000)
    ask.add_argument("--process", type=int, default=200, help="bids through a process of its own")
    ask.add_argument("--seed", type=int, default=1)
    asked = ask.parse_args()
    logging.configure("cut_replies", level="error")
    folder = Path(tempfile.mkdtemp(prefix="bidwright-cut-"))
    engine = Engine(folder / "engine")
    engine.start()
    figures: dict[str, Any] = {}
    try:
        for name, count, run in (
            ("on the hand clock", asked.count, lambda n: hand_run(n, asked.seed, engine.url, folder)),
            ("through a process", asked.process, lambda n: process_run(n, asked.seed, folder / "process")),
        ):
            if count:
                began = time.monotonic()
                figures[name] = {"seed": asked.seed, **told(asyncio.run(run(count)), time.monotonic() - began)}
    finally:
        engine.stop()
    results("cut_replies", figures, parts=True)
    return int(any(part.get("wrong") for part in figures.values()))


if __name__ == "__main__":
    sys.exit(main())
