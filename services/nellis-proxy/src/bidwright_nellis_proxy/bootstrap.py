"""The one place where nellis-proxy's pieces meet; every piece can be handed in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial

import grpc.aio
from grpc_health.v1 import health
from redis.asyncio import Redis

from bidwright import Clock, SystemClock
from bidwright.clock import to_ms
from bidwright.plugins import Plugins, load
from bidwright.records import Records
from bidwright.runtime import rpc, site_time, store
from bidwright.runtime.checkups import Checkups
from bidwright.runtime.logging import get_logger, secret
from bidwright.runtime.pace import pause
from bidwright.runtime.service import Pulse
from bidwright.runtime.telemetry import replica_name
from bidwright.runtime.toggles import Toggles, declared
from bidwright.runtime.vitals import script_ended
from bidwright.transitions import Transitions
from bidwright_nellis_proxy.aim import Aim
from bidwright_nellis_proxy.bids import Bids
from bidwright_nellis_proxy.breaker import BreakerStore
from bidwright_nellis_proxy.canary import Canary
from bidwright_nellis_proxy.certificates import tls
from bidwright_nellis_proxy.chain import Chain
from bidwright_nellis_proxy.feed import TIMEOUT, follow
from bidwright_nellis_proxy.gate import Gate, Rate
from bidwright_nellis_proxy.halt_here import HaltHere
from bidwright_nellis_proxy.letters import Letters
from bidwright_nellis_proxy.live import Live
from bidwright_nellis_proxy.metrics import Metrics
from bidwright_nellis_proxy.offset import SiteClock
from bidwright_nellis_proxy.probe import Probe
from bidwright_nellis_proxy.reads import Reads
from bidwright_nellis_proxy.samples import Samples
from bidwright_nellis_proxy.seal import Seal
from bidwright_nellis_proxy.search import Search, search_hosts
from bidwright_nellis_proxy.servicer import Parts, SiteService
from bidwright_nellis_proxy.session import Session
from bidwright_nellis_proxy.settings import ProxySettings
from bidwright_nellis_proxy.site import Site, client, host_of
from bidwright_proto.v1 import site_pb2_grpc

log = get_logger(__name__)
SERVICE = "bidwright.v1.Site"
_PUBLISH_EVERY_S = 1.0


@dataclass(slots=True)
class Proxy:
    """
    A proxy that is built; its gRPC server listens on *port* and serves once started.
    """

    parts: Parts
    server: grpc.aio.Server
    checks: health.aio.HealthServicer
    port: int
    pulse: Pulse
    canary: Canary
    aim: Aim
    halting: HaltHere
    plugins: Plugins
    checkups: Checkups

    def problems(self) -> list[str]:
        """Plugins that are left out, and why."""
        return [f"{problem.plugin}: {problem.reason}" for problem in self.plugins.problems]

    async def publish_clock(self) -> None:
        """One step of the loop that shares what is known of the site's clock. Raises redis errors."""
        clock = self.parts.clock
        await pause(clock, _PUBLISH_EVERY_S)
        offset = self.parts.site.site_clock.offset(clock.monotonic(), clock.now())
        self.parts.site.metrics.clock_trusted.set(int(offset is not None and offset.trusted))
        if offset is not None:
            self.parts.site.metrics.clock_width.set(offset.width_ms / 1000)
            await site_time.publish(self.parts.redis, offset, to_ms(clock.now()), self.parts.prefix)

    async def watch_health(self) -> None:
        """One step of the loop that says whether process and Redis are fine. Raises redis errors."""
        await rpc.follow_store(self.parts.redis, self.checks, self.parts.clock)


@asynccontextmanager
async def bootstrap(
    settings: ProxySettings,
    *,
    clock: Clock | None = None,
    redis: Redis | None = None,
    transitions: Transitions | None = None,
    metrics: Metrics | None = None,
    plugins: Plugins | None = None,
    toggles: Toggles | None = None,
) -> AsyncIterator[Proxy]:
    """Build everything and close it again. Raises SetupError when an address is taken or a key cannot be read."""
    async with AsyncExitStack() as stack:
        clock = clock or SystemClock()
        if redis is None:
            redis = store.connect(settings.redis_url.get_secret_value())
            stack.push_async_callback(redis.aclose)
        transitions = transitions or Transitions(redis, timed=script_ended)
        metrics = metrics or Metrics()
        metrics.budget.set(settings.rate)
        gate = Gate(transitions, clock, Rate(settings.rate), metrics)
        http = await stack.enter_async_context(client(settings.user_agent, host_of(settings.site)))
        site = Site(http, settings.site, gate=gate, transitions=transitions, clock=clock, site_clock=SiteClock(), metrics=metrics)
        keys = settings.keys()
        secret(*keys)
        session = Session(redis, transitions, seal=Seal(keys), site=site, clock=clock)
        breaker = BreakerStore(
            transitions,
            replica_name(),
            metrics,
            failures=settings.breaker_failures,
            open_s=settings.breaker_open_s,
            soon_s=settings.breaker_soon_s,
        )
        if plugins is None:
            plugins = load(installed=settings.installed_plugins, disabled=settings.disabled_plugins)
        toggles = toggles or Toggles(transitions, clock, declared(plugins))
        site.fetch = chain = Chain(site.plain, plugins, toggles, clock=clock, breaker=breaker)
        records = Records(redis)
        reads = Reads(site, session, clock, Samples(settings.data_dir / "samples", clock, metrics))
        canary = Canary(reads, session, transitions, records=records, redis=redis, clock=clock, every_s=settings.canary_s)
        bids = Bids(
            site,
            session,
            transitions,
            records=records,
            clock=clock,
            tls=tls(),
            user_agent=settings.user_agent,
            replica=replica_name(),
            dry_only=settings.mode == "dry-run",
            halted_here=lambda: settings.halted_here,
        )
        stack.push_async_callback(bids.finish)
        listen = None
        if settings.live_events:
            events = await stack.enter_async_context(
                client(settings.user_agent, host_of(settings.live_events), timeout=TIMEOUT, connections=settings.max_streams)
            )
            listen = partial(follow, events, settings.live_events, heard=lambda kind: metrics.sse.events.labels(kind).inc())
        hosts = search_hosts(settings.site, given=settings.search, live=settings.is_live_site)
        asking = await stack.enter_async_context(client(settings.user_agent, *hosts))
        search = Search(asking, site, clock, given=settings.search, live=settings.is_live_site)
        live = Live(listen, gate, clock, metrics=metrics, limit=settings.max_streams)
        probe = Probe(site, session, reads=reads, live=live, search=search, redis=redis, clock=clock)
        parts = Parts(site, reads, session, bids, live, search, Letters(keys), chain, breaker, probe, redis, clock)
        server, checks = rpc.server(**{SERVICE: (site_pb2_grpc.add_SiteServicer_to_server, SiteService(parts))})
        port = rpc.bind(server, f"{settings.bind}:{settings.grpc_port}")
        stack.push_async_callback(server.stop, grace=3.0)
        halting = HaltHere(lambda: settings.halting, transitions, clock)
        checkups = Checkups(plugins, clock)
        for problem in plugins.problems:
            log.warning("plugin.left_out", plugin=problem.plugin, why=problem.reason)
        yield Proxy(parts, server, checks, port, Pulse(clock), canary, Aim(site, redis, clock), halting, plugins, checkups)
