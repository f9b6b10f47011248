"""The one place where the poller's pieces meet; every piece can be handed in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from random import Random
from typing import Any, cast

import grpc.aio
from prometheus_client import CollectorRegistry
from redis.asyncio import Redis

from bidwright import Clock, Schedule, SystemClock
from bidwright.errors import BidwrightError, PluginError, SetupError, UpstreamDown, UpstreamError
from bidwright.plugins import Plugins, load
from bidwright.records import Records
from bidwright.runtime import rpc, service, shortage
from bidwright.runtime.approved import Approved
from bidwright.runtime.carried import tally
from bidwright.runtime.checkups import Checkups
from bidwright.runtime.logging import get_logger
from bidwright.runtime.look_chain import LookChain
from bidwright.runtime.pace import pause
from bidwright.runtime.reads import SiteReads
from bidwright.runtime.site_time import SiteTime
from bidwright.runtime.store import connect
from bidwright.runtime.telemetry import replica_name
from bidwright.runtime.toggles import Toggles, declared
from bidwright.runtime.vitals import script_ended
from bidwright.transitions import Transitions
from bidwright_poller.chain import Chain
from bidwright_poller.demand import Demand
from bidwright_poller.listening import Listening
from bidwright_poller.live import LiveEvents
from bidwright_poller.looks import Looks
from bidwright_poller.metrics import Metrics
from bidwright_poller.rounds import Rounds
from bidwright_poller.scout import Scout
from bidwright_poller.servicer import PollerService
from bidwright_poller.settings import PollerSettings
from bidwright_poller.worker import Worker
from bidwright_proto.v1 import poller_pb2_grpc, site_pb2_grpc

log = get_logger(__name__)
_IDLE_S, _MOST_IDLE_S = 0.05, 0.25
"""Pauses of a worker that finds nothing to do: until something is due, within these bounds."""
_PLAN_S, _ASK_RATE_S, _LISTEN_AGAIN_S, _LASTED_S = 2.0, 30.0, 0.5, 10.0
_MEET_S, _MEET_AGAIN_S = 10.0, 0.05
DEFAULT = "default"
_OURS = ("register_schedules", "wrap_schedule", "wrap_listening", "register_toggles")
_CAREFUL_RATE = 2.0


@dataclass
class Poller:
    """
    The poller, built and ready.
    """

    transitions: Transitions
    clock: Clock
    site_time: SiteTime
    reads: SiteReads
    looks: Looks
    demand: Demand
    worker: Worker
    live: LiveEvents
    rounds: Rounds
    servicer: PollerService
    metrics: Metrics
    plugins: Plugins
    chain: Chain
    checkups: Checkups
    approved: Approved
    settings: PollerSettings
    _rate: float = _CAREFUL_RATE
    _asked_rate: float = float("-inf")
    _met: bool = False

    async def step(self) -> None:
        """One round of the worker's loop."""
        if not self._met:
            await self._meet_proxy()
        if not await self.worker.step():
            await service.rest(self.clock, min(max(_IDLE_S, self.worker.idle_s), _MOST_IDLE_S), self.looks.asked)

    async def _meet_proxy(self) -> None:
        """Wait for nellis-proxy, for a while: all parts start together, and lots asked for before it listens are put off for seconds."""
        end = self.clock.monotonic() + _MEET_S
        while not self._met:
            try:
                await self.reads.requests_per_second()
            except BidwrightError:
                self._met = self.clock.monotonic() >= end
                await self.clock.sleep(_MEET_AGAIN_S)
            else:
                self._met = True

    async def plan(self) -> None:
        """Work out anew how far looks must be stretched."""
        await self.site_time.refresh()
        if self.clock.monotonic() - self._asked_rate >= _ASK_RATE_S:
            try:
                self.rounds.rate = self._rate = await self.reads.requests_per_second() or _CAREFUL_RATE
                self._asked_rate = self.clock.monotonic()
                self.looks.keep_to(self._rate)
            except UpstreamError as error:
                log.debug("rate.unknown", error=str(error))
        self.looks.needs.rounds_alive = await self.rounds.alive()
        before = self.demand.stretch.shortfall
        rounds, lists = self.looks.needs.rounds_alive, self.looks.ways.open
        after = (await self.demand.refresh(self._rate, self.looks.cover, rounds=rounds, lists=lists)).shortfall
        self.metrics.shortfall.set(after)
        await shortage.tell(self.transitions.redis, after, self.transitions.prefix)
        if (before > 0) != (after > 0):
            log.info("budget.short" if after else "budget.enough", looks_per_second_missing=round(after, 2))
        await pause(self.clock, _PLAN_S)

    async def listen(self) -> None:
        """One connection of live events. One that has lasted and then broke is no failure: the next is made at once."""
        began = self.clock.monotonic()
        try:
            await self.live.listen()
        except UpstreamDown as error:
            if self.clock.monotonic() - began < _LASTED_S:
                raise
            log.info("live.broken", why=str(error))
        await self.clock.sleep(_LISTEN_AGAIN_S)

    async def follow_toggles(self) -> None:
        """Once more, whether a toggle or a drop-in has changed; lots that the schedule now wants sooner are then brought forward."""
        changed = self.settings.dropins is not None and await self.approved.refresh()
        if changed:
            self.chain.rest_on(choose_schedule(self.plugins, self.settings.schedule, awaited=True))
        if await self.chain.follow() or changed:
            self.demand.forget()
            await self.looks.bring_forward()

    def loops(self, pulse: service.Pulse) -> list[Awaitable[None]]:
        """The loops of a running service."""
        quiet = service.Pulse(self.clock)  # silence there is no fault of ours
        loops = [service.supervise("looks", self.step, pulse), service.supervise("plan", self.plan, pulse)]
        loops.append(service.supervise("rounds", self.rounds.step, quiet))
        loops.append(service.supervise("toggles", self.follow_toggles, pulse))
        loops.append(service.supervise("checkups", self.checkups.step, quiet))
        loops.append(service.supervise("live", self.listen, quiet))
        return cast("list[Awaitable[None]]", loops)


@asynccontextmanager
async def bootstrap(
    settings: PollerSettings,
    *,
    clock: Clock | None = None,
    redis: Redis | None = None,
    transitions: Transitions | None = None,
    stub: Any = None,
    plugins: Plugins | None = None,
    registry: CollectorRegistry | None = None,
    rng: Random | None = None,
) -> AsyncIterator[Poller]:
    """
    Build the poller. Opens nothing before the first use. Raises SetupError for an unknown schedule.
    """
    async with AsyncExitStack() as stack:
        clock = clock or SystemClock()
        if transitions is None:
            if redis is None:
                redis = connect(settings.redis_url.get_secret_value(), connections=200)  # one for each look under way
                stack.push_async_callback(redis.aclose)
            transitions = Transitions(redis, timed=script_ended)
        if stub is None:
            channel: grpc.aio.Channel = await stack.enter_async_context(rpc.channel(settings.proxy_addr))
            stub = site_pb2_grpc.SiteStub(channel)  # type: ignore[no-untyped-call]  # generated code
        if plugins is None:
            plugins = load(installed=settings.installed_plugins, disabled=settings.disabled_plugins)
        toggles = Toggles(transitions, clock, declared(plugins))
        checkups = Checkups(plugins, clock)
        schedule = Chain(choose_schedule(plugins, settings.schedule, awaited=settings.dropins is not None), plugins, toggles, clock)
        listening = Listening(plugins, schedule)
        look_chain = LookChain("poller", plugins, schedule)
        schedule.also = (listening.build, look_chain.build)
        approved = Approved(transitions.redis, clock, plugins, _OURS, disabled=settings.disabled_plugins, prefix=transitions.prefix)
        metrics = Metrics(registry or CollectorRegistry())
        reads = SiteReads(stub)
        site_time = SiteTime(transitions.redis, clock, transitions.prefix)
        demand = Demand(transitions.redis, site_time, schedule, prefix=transitions.prefix)
        live_lots: set[str] = set()
        records = Records(transitions.redis, transitions.prefix)
        looks = Looks(
            transitions,
            records=records,
            reads=reads,
            clock=clock,
            site_time=site_time,
            schedule=schedule,
            demand=demand,
            metrics=metrics,
            live=live_lots,
            meet=toggles.meet,
            rng=rng,
        )
        scout = Scout(transitions.redis, replica_name(), clock, transitions.prefix)
        rounds = Rounds(transitions, records=records, reads=reads, clock=clock, site_time=site_time, scout=scout, metrics=metrics)
        live = LiveEvents(
            stub,
            transitions,
            clock,
            site_time,
            metrics,
            live=live_lots,
            streams=settings.live_streams,
            scout=scout,
            rounds=rounds,
            looks=looks,
            listening=listening,
        )
        worker = Worker(transitions, looks, look_chain, clock, metrics)
        stack.push_async_callback(looks.close)
        stack.push_async_callback(worker.close)
        yield Poller(
            transitions,
            clock,
            site_time,
            reads,
            looks,
            demand,
            worker,
            live,
            rounds,
            PollerService(transitions, looks),
            metrics,
            plugins,
            schedule,
            checkups,
            approved,
            settings,
        )


def choose_schedule(plugins: Plugins, name: str, *, awaited: bool = False) -> Schedule:
    """
    The polling policy called *name*. Raises SetupError that lists those there are.

    *awaited*: it may still come as a drop-in; until then ``default`` stands in, and that is a problem to be shown.
    """
    plugins.problems[:] = [problem for problem in plugins.problems if problem.plugin != "BIDWRIGHT_POLLER_SCHEDULE"]
    found = plugins.collect("register_schedules", _no_schedule)
    for problem in plugins.problems:
        log.warning("plugin.left_out", plugin=problem.plugin, why=problem.reason)
    if name not in found and awaited and DEFAULT in found:
        plugins.problems.append(
            PluginError("BIDWRIGHT_POLLER_SCHEDULE", f"there is no polling schedule {name!r} yet; {DEFAULT!r} stands in")
        )
        log.warning("schedule.awaited", schedule=name, meanwhile=DEFAULT)
        name = DEFAULT
    if name not in found:
        there = ", ".join(sorted(found)) or "none; install bidwright-schedule-default"
        raise SetupError(f"There is no polling schedule {name!r} (BIDWRIGHT_POLLER_SCHEDULE); there is: {there}.")
    return cast("Schedule", found[name][0])


def _no_schedule(thing: object) -> str | None:
    usable = callable(getattr(thing, "next_look", None)) and isinstance(getattr(thing, "name", None), str)
    return None if usable else f"{thing!r} is no schedule"


async def serve(poller: Poller, settings: PollerSettings) -> None:
    """Serve gRPC and run the loops until the process is asked to stop. Raises SetupError for a port that is taken."""
    redis = poller.transitions.redis
    server, checks = rpc.server(**{"bidwright.v1.Poller": (poller_pb2_grpc.add_PollerServicer_to_server, poller.servicer)})
    rpc.bind(server, f"{settings.bind}:{settings.grpc_port}")
    await server.start()
    pulse = service.Pulse(poller.clock)

    try:
        await service.wait_for_store(redis, poller.clock)

        def problems() -> list[str]:
            return [f"{problem.plugin}: {problem.reason}" for problem in poller.plugins.problems]

        await service.until_stopped(
            *poller.loops(pulse),
            service.supervise("health", lambda: rpc.follow_store(redis, checks, poller.clock), pulse),
            service.heartbeat(
                redis,
                "poller",
                pulse,
                problems,
                unwell=lambda: poller.checkups.problems,
                tally=lambda: tally(poller.metrics.carried),
            ),
        )
    finally:
        await server.stop(grace=1)
