"""The whole system in one process: a real Valkey, the services as shipped, the simulated site, and a clock moved by hand."""

from __future__ import annotations

import asyncio
import selectors
import threading
import time
from contextlib import AsyncExitStack
from pathlib import Path
from random import Random
from typing import Any

import stamina
from prometheus_client import CollectorRegistry
from redis.asyncio import Redis

from bidwright.clock import to_ms
from bidwright.plugins import load
from bidwright.records import LotRecord, Records
from bidwright.runtime import rpc
from bidwright.runtime.store import SCHEMA, connect
from bidwright.testing import HandClock
from bidwright.transitions import Transitions
from bidwright_bidder import bootstrap as bidder
from bidwright_bidder.bootstrap import Bidder
from bidwright_bidder.settings import BidderSettings
from bidwright_nellis_proxy import bootstrap as proxy
from bidwright_nellis_proxy.bootstrap import Proxy
from bidwright_nellis_proxy.metrics import Metrics as ProxyMetrics
from bidwright_nellis_proxy.settings import ProxySettings
from bidwright_poller import bootstrap as poller
from bidwright_poller.settings import PollerSettings
from bidwright_proto.v1 import site_pb2, site_pb2_grpc
from bidwright_simulator import Site, build
from bidwright_simulator.server import Server, listen
from bidwright_simulator.site import Wish

_SLICE_S, _QUIET_SLICES = 0.002, 4
"""What has not ended when nothing was heard for so many slices of real time waits for the hand clock."""
_IDLE_S = 0.001
"""Processor time that a slice may cost in which nothing is done: more, and somebody works without a word, such as who decodes a page."""
_SWEEP_EVERY_S = 0.5


async def _no_complaints(_: Redis) -> list[str]:
    """The tests' engine keeps its data in memory, which real money would be refused for."""
    return []


def _others_at_work() -> bool:
    """
    Whether a thread of this process besides ours runs, or would if it had a processor: gRPC's, on a busy machine.

    /proc/PID/task/TID/stat, third field (proc(5)); always no where there is no such file.
    """
    me = str(threading.get_native_id())
    for thread in Path("/proc/self/task").glob("[0-9]*"):
        try:
            state = (thread / "stat").read_text().rpartition(")")[2].split()[0]
        except (OSError, IndexError):
            continue  # it has just ended
        if state == "R" and thread.name != me:
            return True
    return False


class _Ear(selectors.DefaultSelector):
    """
    Counts what comes in: sockets that can be read or written, between the parts and to the store.
    """

    heard = 0

    def select(self, timeout=None):
        """As usual, and counted."""
        events = super().select(timeout)
        self.heard += len(events)
        return events


class System:
    """
    What a feature drives. Every method is synchronous; the loop runs inside.
    """

    def __init__(self, engine_url: str, folder: Path) -> None:
        self._ear = _Ear()
        self.runner = asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(self._ear))
        asyncio.set_event_loop(self.runner.get_loop())  # gRPC asks for it
        self.clock = HandClock()
        self.told: list[tuple[str, str]] = []
        self.registries: dict[str, CollectorRegistry] = {}
        self._stack = AsyncExitStack()
        self._swept = 0.0
        self.runner.run(self._start(engine_url, folder))

    async def _start(self, engine_url: str, folder: Path) -> None:
        self._stack.enter_context(stamina.set_testing(True, attempts=2))  # its pauses are no hand clock's: a second try follows at once
        redis = connect(engine_url, connections=200)
        await redis.flushall()
        self._stack.push_async_callback(redis.aclose)
        self.redis, self.records = redis, Records(redis)
        self.transitions = Transitions(redis, wall=lambda: to_ms(self.clock.now()))
        self.site = Site(self.clock)
        app, hub = build(self.site)
        sock = listen("127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{sock.getsockname()[1]}"
        server = Server(app, self.site, hub)
        serving = asyncio.create_task(server.serve(sockets=[sock]))

        async def stop_site() -> None:
            server.should_exit = True
            await serving

        self._stack.push_async_callback(stop_site)
        await self.transitions.init(epoch="e", known="", site=self.url, schema=SCHEMA, total_limit=2_000_000, live="1", max_bid=100_000)
        await self._start_proxy(folder)
        self.channel = await self._stack.enter_async_context(rpc.channel(f"127.0.0.1:{self.proxy.port}"))
        await self.channel.channel_ready()  # on a busy machine the first try may come to nothing
        self.stub = site_pb2_grpc.SiteStub(self.channel)
        self.bidders: list[Bidder] = []
        await self._start_poller()
        await self._start_bidder()

    async def _start_proxy(self, folder: Path, port: int = 0) -> None:
        given = ProxySettings(NELLIS_BASE_URL=self.url, BIDWRIGHT_GRPC_PORT=port, BIDWRIGHT_DATA_DIR=folder)
        self.registries["nellis-proxy"] = CollectorRegistry()
        metrics = ProxyMetrics(self.registries["nellis-proxy"])
        made = proxy.bootstrap(given, clock=self.clock, redis=self.redis, transitions=self.transitions, metrics=metrics)
        self.proxy: Proxy = await self._stack.enter_async_context(made)
        await self.proxy.server.start()

    async def _start_poller(self) -> None:
        registry = self.registries["poller"] = CollectorRegistry()
        made = poller.bootstrap(PollerSettings(), **self._common(), registry=registry, rng=Random(7))
        self.poller = await self._stack.enter_async_context(made)

    async def _start_bidder(self) -> None:
        registry = self.registries["bidder"] = CollectorRegistry()
        settings = BidderSettings(BIDWRIGHT_TIMEZONE="UTC", BIDWRIGHT_PLUGINS_DIR="")
        made = bidder.bootstrap(settings, **self._common(), registry=registry, check_store=_no_complaints)
        self.bidders.append(await self._stack.enter_async_context(made))
        self.bidder.spread.requests_per_second = 10.0

    def _common(self) -> dict[str, Any]:
        return {"clock": self.clock, "transitions": self.transitions, "stub": self.stub, "plugins": load(dropins=None)}

    @property
    def bidder(self) -> Bidder:
        """The one that was started last."""
        return self.bidders[-1]

    # ---- parts that come and go ----------------------------------------------------------------------------------------------

    def end_bidders(self) -> None:
        """All of them drop what they do, and are gone."""
        for one in self.bidders:
            self.run(one.worker.close())
        self.bidders = []

    def add_bidder(self) -> None:
        """One more, or the first again, which remembers nothing."""
        self.run(self._start_bidder())

    def restart_poller(self) -> None:
        """It drops what it does; the next one remembers nothing."""
        self.run(self.poller.worker.close())
        self.run(self._start_poller())

    def end_proxy(self) -> None:
        """Nobody answers at its port any more."""
        self.run(self.proxy.server.stop(0))

    def restart_proxy(self, folder: Path) -> None:
        """Another one, at the same port."""
        self.run(self._start_proxy(folder, self.proxy.port))
        self.run(self.channel.channel_ready())

    def close(self) -> None:
        """End everything."""
        self.runner.run(self._stack.aclose())
        self.runner.close()
        asyncio.set_event_loop(None)

    # ---- the owner -----------------------------------------------------------------------------------------------------------

    def log_in(self) -> None:
        """The owner's session reaches the proxy and is checked."""
        cookie = f"__session={self.site.accounts.open('demo@example.invalid', self.site.now())}"
        self._with_time(self.stub.SetSession(site_pb2.SetSessionRequest(cookies=cookie)))

    def open_lot(self, close_in: float, *, rivals=(), price: int = 0) -> str:
        """A lot on the site; *price*: somebody bid that much before."""
        lot = self.site.open_lot(Wish(close_in=close_in, rivals=list(rivals), early=[price] if price else []))
        return str(lot.id)

    def watch(self, lot_id: str, **fields) -> None:
        """The owner watches a lot, armed and live unless *fields* say otherwise."""
        given = {"cap": 4000, "premium": "1500", "tax": "850", "strategy": "sniping", "params": "", "armed": "1", "mode": "live"}
        answer = self.runner.run(self.transitions.watch(lot_id, {**given, **fields}))
        assert answer.ok, answer

    def run(self, work):
        """Run a coroutine to its end."""
        return self.runner.run(work)

    def follow_toggles(self) -> None:
        """Every service looks at the toggles once more."""
        for follow in (self.poller.follow_toggles, self.bidder.follow_toggles, self.proxy.parts.chain.follow):
            self._with_time(follow())

    # ---- time ----------------------------------------------------------------------------------------------------------------

    def go(self, seconds: float, step: float = 0.25) -> None:
        """Let *seconds* pass in small steps, everybody doing what is due."""
        self.runner.run(self._go(seconds, step))

    def go_to_close(self, lot_id: str, seconds_before: float) -> None:
        """Go on until *seconds_before* the lot's present close at the site; quickly while it is far off."""
        while (left := self.left(lot_id) - seconds_before) > 1e-6:
            far = left > 30
            self.go(min(left, 1.0 if far else 0.25), 1.0 if far else 0.25)

    def left(self, lot_id: str) -> float:
        """Seconds until the lot's present close."""
        return (self.at_site(lot_id).close - self.site.now()) / 1000

    async def _go(self, seconds: float, step: float) -> None:
        left = seconds
        await self._work()
        while left > 1e-9:
            pace = min(step, left)
            left -= pace
            self.clock.advance(pace)
            await self._work()

    async def _work(self) -> None:
        self.site.advance()
        for _ in range(12):
            busy = await self.poller.worker.step() + sum([await one.worker.step() for one in self.bidders])
            if not await self._ended(self._workers_ended) or not busy:
                break
        if self.clock.monotonic() - self._swept >= _SWEEP_EVERY_S:
            self._swept = self.clock.monotonic()
            for one in self.bidders:
                await one.sweeper.sweep()

    async def _workers_ended(self) -> bool:
        return all([await part.worker.settle(_SLICE_S) for part in (self.poller, *self.bidders)])

    async def _ended(self, look) -> bool:
        """Whether *look*, which takes up to a slice, says so before everything that is left waits for the hand clock."""
        quiet = 0
        while quiet < _QUIET_SLICES:
            heard, before = self._ear.heard, time.process_time()
            if await look():
                return True
            worked = time.process_time() - before
            asking = self.redis.connection_pool._in_use_connections
            busy = asking or self._ear.heard != heard or worked > _IDLE_S or _others_at_work()
            quiet = 0 if busy else quiet + 1
        return False

    def _with_time(self, call):
        async def work():
            answer = asyncio.ensure_future(_awaited(call))

            async def answered() -> bool:
                await asyncio.wait((answer,), timeout=_SLICE_S)
                return answer.done()

            while not await self._ended(answered):
                self.clock.advance(0.05)
            return answer.result()

        return self.runner.run(work())

    # ---- looking -------------------------------------------------------------------------------------------------------------

    def at_site(self, lot_id: str):
        """The lot as the site has it."""
        return self.site.lots[int(lot_id)]

    def lot(self, lot_id: str) -> LotRecord:
        """The lot as the store has it."""
        return self.runner.run(self.records.lot(lot_id))

    def receipts(self, lot_id: str):
        """Our intents on the lot, oldest first."""
        return self.runner.run(self.records.intents(lot_id))[::-1]

    def bids(self, lot_id: str) -> list[dict]:
        """Our bids that reached the site, in order."""
        return [entry for entry in self.site.ledger.read(what="bid", user=self.site.demo_user, limit=10_000) if entry["lot"] == int(lot_id)]

    def metric(self, service: str, name: str, **labels: str) -> float:
        """What a service shows under that name; 0 before it was ever set."""
        return self.registries[service].get_sample_value(name, labels) or 0.0

    def bid_requests(self) -> int:
        """Requests to bid that the site saw, whatever became of them."""
        return self.site.ledger.by_kind["bids"]

    def events(self, kind: str, lot_id: str) -> int:
        """How often the store told *kind* about the lot."""
        rows = self.runner.run(self.redis.xrange("bw:ev"))
        return sum(fields["t"] == kind and fields["lot"] == lot_id for _, fields in rows)


async def _awaited(call):
    return await call
