"""A real store, the simulated site on a real socket, and proxies beside it."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from redis.asyncio import Redis

from bidwright import Clock, SystemClock
from bidwright.records import Records
from bidwright.runtime.engine import Engine
from bidwright.runtime.init import initialise
from bidwright.runtime.rpc import channel
from bidwright.runtime.service import end
from bidwright.transitions import Transitions
from bidwright_nellis_proxy.bootstrap import Proxy, bootstrap
from bidwright_nellis_proxy.metrics import Metrics
from bidwright_nellis_proxy.settings import ProxySettings
from bidwright_proto.v1 import site_pb2_grpc
from bidwright_simulator import Site, build
from bidwright_simulator.server import Server, listen

sys.path.insert(0, str(Path(__file__).parent))  # raw_site.py, beside the tests that use it


def pytest_collection_modifyitems(items):
    """Everything here uses sockets."""
    for item in items:
        if "integration/nellis_proxy" in str(item.path):
            item.add_marker(pytest.mark.integration)


@dataclass
class Running:
    """A proxy that serves, a stub that calls it, and what it counts."""

    proxy: Proxy
    stub: site_pb2_grpc.SiteStub
    registry: CollectorRegistry

    @property
    def metrics(self) -> str:
        """As /metrics shows them."""
        return generate_latest(self.registry).decode()


@dataclass
class House:
    """One installation: a store and a site address; starts proxies and prepares intents."""

    redis: Redis
    url: str
    folder: Path
    site: str
    stack: AsyncExitStack

    @property
    def transitions(self) -> Transitions:
        return Transitions(self.redis)

    @property
    def records(self) -> Records:
        return Records(self.redis)

    async def start(self, *, clock: Clock | None = None, transitions: Transitions | None = None, **settings) -> Running:
        """One more proxy, running until the test ends."""
        given = {
            "site": self.site,
            "sse": self.site,
            "data_dir": self.folder,
            "grpc_port": 0,
            "secret_key": "key",
            "redis_url": self.url,
            **settings,
        }
        registry = CollectorRegistry()
        proxy = await self.stack.enter_async_context(
            bootstrap(ProxySettings(**given), clock=clock, transitions=transitions, metrics=Metrics(registry))
        )
        await proxy.server.start()

        async def forever(step):
            while True:
                with contextlib.suppress(Exception):
                    await step()

        tasks = [asyncio.ensure_future(proxy.parts.live.run()), asyncio.ensure_future(forever(proxy.parts.session.watch))]

        self.stack.push_async_callback(end, tasks)  # not cancelled once: a connect to Redis may swallow that
        calls = await self.stack.enter_async_context(channel(f"127.0.0.1:{proxy.port}"))
        return Running(proxy, site_pb2_grpc.SiteStub(calls), registry)

    async def reserve(
        self, intent: str = "i1", lot: str = "70012345", *, amount: int = 1500, next_bid: int = 1500, mode: str = "live"
    ) -> None:
        """An intent that is ready to be submitted, by the transitions that a bidder uses."""
        t = self.transitions
        await t.watch(lot, {"cap": 100_000, "premium": 0, "tax": 0, "strategy": "auto", "armed": 1, "mode": mode})
        started = await t.stamp()
        await t.observe(
            lot, read_started=started, next_bid=next_bid, leading=False, status="open", close=4_000_000_000_000, price=next_bid - 100
        )
        ticket = next(k for k in (await t.take("bid", n=50, lease_ms=5000)).tickets if k.lot_id == lot)
        record = await self.records.lot(lot)
        assert record is not None
        reserved = await t.reserve(
            intent,
            lot,
            amount=amount,
            fence=ticket.fence,
            cap_ver=record.cap_ver,
            obs_seq=record.obs_seq,
            valid_ms=5000,
            max_obs_age_ms=5000,
        )
        assert reserved.ok, reserved.why

    async def state(self, intent: str = "i1") -> str:
        """The state an intent is in."""
        record = await self.records.intent(intent)
        assert record is not None
        return record.state

    async def signed_in(self, cookie: str = "canary-value") -> None:
        """A session that was checked before, sealed with the key all proxies here have."""
        from bidwright_nellis_proxy.seal import Seal  # noqa: PLC0415 - only here

        await self.transitions.session("ok", "", Seal(["key"]).close(cookie))


@asynccontextmanager
async def house_at(engine: Engine, redis: Redis, folder: Path, site: str) -> AsyncIterator[House]:
    """An installation on the empty store."""
    await initialise(redis, data_dir=folder, site=site, live="1", max_bid_cents=1_000_000, total_limit_cents=10_000_000)
    async with AsyncExitStack() as stack:
        yield House(redis, engine.url, folder, site, stack)


@pytest.fixture
async def sim() -> AsyncIterator[Site]:
    """The simulated site on a socket of its own; ``sim.url`` is its address, ``sim.hub`` its live events, ``sim.server`` ends it."""
    site = Site(SystemClock(), seed="proxy")
    app, hub = build(site)
    sock = listen("127.0.0.1", 0)
    server = Server(app, site, hub)
    serving = asyncio.ensure_future(server._serve([sock]))
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    site.url = f"http://127.0.0.1:{sock.getsockname()[1]}"  # type: ignore[attr-defined]
    site.hub = hub  # type: ignore[attr-defined]
    site.server = server  # type: ignore[attr-defined]
    yield site
    server.should_exit = True
    await serving
    sock.close()


@pytest.fixture
async def house(engine: Engine, redis: Redis, tmp_path: Path, sim: Site) -> AsyncIterator[House]:
    """An installation beside the simulated site."""
    async with house_at(engine, redis, tmp_path, sim.url) as made:  # type: ignore[attr-defined]
        yield made


@pytest.fixture
def at(engine: Engine, redis: Redis, tmp_path: Path):
    """Makes an installation beside any other address, for ``async with``."""
    return lambda site: house_at(engine, redis, tmp_path, site)
