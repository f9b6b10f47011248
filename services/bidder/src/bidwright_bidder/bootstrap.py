"""The one place where the bidder's pieces meet; every piece can be handed in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import grpc.aio
from prometheus_client import CollectorRegistry
from redis.asyncio import Redis

from bidwright import Clock, SystemClock
from bidwright.errors import UpstreamError
from bidwright.plugins import BUILT_INS, Plugins, foreign_points, load
from bidwright.proper import unusable
from bidwright.records import Records
from bidwright.runtime import rpc, service
from bidwright.runtime.checkups import Checkups
from bidwright.runtime.host.process import Nursery
from bidwright.runtime.logging import get_logger
from bidwright.runtime.look_chain import LookChain
from bidwright.runtime.pace import pause
from bidwright.runtime.reads import SiteReads
from bidwright.runtime.site_time import SiteTime
from bidwright.runtime.store import complaints, connect
from bidwright.runtime.toggles import LOOK_S, Toggles, declared
from bidwright.runtime.vitals import script_ended
from bidwright.transitions import Transitions
from bidwright_bidder.conditions import Check, Conditions
from bidwright_bidder.facts import Facts
from bidwright_bidder.forecast import Forecast
from bidwright_bidder.foreign import Foreign
from bidwright_bidder.groups import Groups
from bidwright_bidder.latency import Latency
from bidwright_bidder.metrics import Metrics
from bidwright_bidder.preflight import Preflight
from bidwright_bidder.reconcile import Reconciler
from bidwright_bidder.servicer import BidderService
from bidwright_bidder.settings import BidderSettings
from bidwright_bidder.spread import Spread
from bidwright_bidder.steady import Steady
from bidwright_bidder.strategies import Strategies
from bidwright_bidder.sweeper import Sweeper
from bidwright_bidder.trial import Trial
from bidwright_bidder.variants import Variants
from bidwright_bidder.worker import Worker
from bidwright_bidder.wrapping import Wrapping
from bidwright_proto.v1 import bidder_pb2_grpc, site_pb2_grpc

log = get_logger(__name__)
_IDLE_S, _FAR_IDLE_S, _NEAR_S = 0.05, 0.25, 60.0
"""Pauses of a worker that finds nothing to do: while something is planned within the next minute, and otherwise, unless it is woken."""
_SWEEP_S, _ASK_RATE_S, _ASK_AGAIN_S = 0.5, 30.0, 2.0


@dataclass
class Bidder:
    """
    The bidder, built and ready.
    """

    transitions: Transitions
    clock: Clock
    reads: SiteReads
    strategies: Strategies
    worker: Worker
    sweeper: Sweeper
    spread: Spread
    latency: Latency
    servicer: BidderService
    preflight: Preflight
    foreign: Foreign
    checkups: Checkups
    toggles: Toggles
    look_chain: LookChain
    bell: asyncio.Event
    """Rung by whoever waits for a decision: the worker then looks at once."""
    _seen: int = 0

    async def step(self) -> None:
        """One round of the worker's loop."""
        if not await self.worker.step():
            await service.rest(self.clock, _IDLE_S if self.worker.idle_s < _NEAR_S else _FAR_IDLE_S, self.bell)

    async def sweep(self) -> None:
        """One round of the sweeper's loop."""
        await self.sweeper.sweep()
        await pause(self.clock, _SWEEP_S)

    async def follow_toggles(self) -> None:
        """Once more, whether a toggle has changed. Raises redis errors: the last known values stand."""
        await self.toggles.refresh()
        if self._seen != self.toggles.changes:  # a decision may have looked meanwhile, and seen the change first
            self._seen = self.toggles.changes
            self.look_chain.build()
        await pause(self.clock, LOOK_S)

    async def ask_rate(self) -> None:
        """Learn the request budget, which spreads planned bids that collide."""
        try:
            self.spread.requests_per_second = await self.reads.requests_per_second() or self.spread.requests_per_second
        except UpstreamError as error:
            log.debug("rate.unknown", error=str(error))
            await pause(self.clock, _ASK_AGAIN_S)
        else:
            await pause(self.clock, _ASK_RATE_S)


@asynccontextmanager
async def bootstrap(
    settings: BidderSettings,
    *,
    clock: Clock | None = None,
    redis: Redis | None = None,
    transitions: Transitions | None = None,
    stub: Any = None,
    plugins: Plugins | None = None,
    foreign: Foreign | None = None,
    registry: CollectorRegistry | None = None,
    check_store: Check = complaints,
) -> AsyncIterator[Bidder]:
    """
    Build the bidder. Opens nothing before the first use.
    """
    async with AsyncExitStack() as stack:
        clock = clock or SystemClock()
        if transitions is None:
            if redis is None:
                redis = connect(settings.redis_url.get_secret_value(), connections=200)
                stack.push_async_callback(redis.aclose)
            transitions = Transitions(redis, timed=script_ended)
        if stub is None:
            channel: grpc.aio.Channel = await stack.enter_async_context(rpc.channel(settings.proxy_addr))
            stub = site_pb2_grpc.SiteStub(channel)  # type: ignore[no-untyped-call]  # generated code
        if plugins is None:
            plugins = load(installed=settings.installed_plugins, dropins=None, disabled=settings.disabled_plugins)
        toggles = Toggles(transitions, clock, declared(plugins))
        if foreign is None:
            built_in = plugins.collect("register_strategies", unusable, only=BUILT_INS)
            nursery = Nursery(memory_mb=settings.strategy_memory_mb)
            foreign = Foreign(
                transitions,
                clock,
                nursery,
                folder=settings.dropins,
                points=foreign_points(settings.installed_plugins),
                disabled=settings.disabled_plugins,
                reserved=built_in,
            )
        stack.push_async_callback(foreign.close)
        wrapping = Wrapping(plugins, toggles, clock)
        look_chain = LookChain("bidder", plugins, wrapping)
        strategies = Strategies(plugins, foreign, wrapping)
        variants = Variants(toggles, strategies, transitions)
        metrics, latency, steady = Metrics(registry or CollectorRegistry()), Latency(), Steady(clock)
        reads = SiteReads(stub)
        records = Records(transitions.redis, transitions.prefix)
        site_time = SiteTime(transitions.redis, clock, transitions.prefix)
        conditions = Conditions(records, transitions.redis, clock, check_store, simulated=settings.simulated)
        spread = Spread(transitions.redis, clock, site_time, prefix=transitions.prefix)
        forecast = Forecast(
            records,
            strategies=strategies,
            conditions=conditions,
            latency=latency,
            spread=spread,
            site_time=site_time,
            zone=settings.zone,
            groups=Groups(records, clock),
            variants=variants,
        )
        reconciler = Reconciler(
            transitions,
            records=records,
            reads=reads,
            stub=stub,
            forecast=forecast,
            facts=Facts(strategies, toggles, variants, site_time),
            variants=variants,
            latency=latency,
            clock=clock,
            site_time=site_time,
            steady=steady,
            metrics=metrics,
        )
        preflight = Preflight(
            transitions,
            records=records,
            strategies=strategies,
            variants=variants,
            conditions=conditions,
            latency=latency,
            spread=spread,
            site_time=site_time,
            clock=clock,
            stub=stub,
            data_dir=settings.data_dir,
        )
        worker = Worker(
            transitions,
            reconciler=reconciler,
            chain=look_chain,
            conditions=conditions,
            spread=spread,
            steady=steady,
            site_time=site_time,
            clock=clock,
        )
        stack.push_async_callback(worker.close)
        bell = asyncio.Event()
        yield Bidder(
            transitions,
            clock,
            reads,
            strategies,
            worker,
            Sweeper(transitions, conditions, metrics),
            spread,
            latency,
            BidderService(
                records, strategies, forecast, reconciler, preflight, Trial(records, strategies, forecast, reconciler, clock), bell.set
            ),
            preflight,
            foreign,
            Checkups(plugins, clock),
            toggles,
            look_chain,
            bell,
        )


async def serve(bidder: Bidder, settings: BidderSettings) -> None:
    """Serve gRPC and run the loops until the process is asked to stop. Raises SetupError for a port that is taken."""
    redis = bidder.transitions.redis
    server, checks = rpc.server(**{"bidwright.v1.Bidder": (bidder_pb2_grpc.add_BidderServicer_to_server, bidder.servicer)})
    rpc.bind(server, f"{settings.bind}:{settings.grpc_port}")
    await server.start()
    pulse = service.Pulse(bidder.clock)

    try:
        await service.wait_for_store(redis, bidder.clock)

        def problems() -> list[str]:
            return [f"{problem.plugin}: {problem.reason}" for problem in bidder.strategies.problems]

        await service.until_stopped(
            service.supervise("decisions", bidder.step, pulse),
            service.supervise("sweep", bidder.sweep, pulse),
            service.supervise("checkups", bidder.checkups.step, service.Pulse(bidder.clock)),
            service.supervise("toggles", bidder.follow_toggles, pulse),
            service.supervise("plugins", bidder.foreign.step, service.Pulse(bidder.clock)),  # a check may take as long as it may
            service.supervise("words on plugins", bidder.foreign.listen, pulse),
            service.supervise("preflight", bidder.preflight.step, pulse),
            service.supervise("rate", bidder.ask_rate, service.Pulse(bidder.clock)),
            service.supervise("health", lambda: rpc.follow_store(redis, checks, bidder.clock), pulse),
            service.heartbeat(redis, "bidder", pulse, problems, unwell=lambda: bidder.checkups.problems),
        )
    finally:
        await server.stop(grace=1)
