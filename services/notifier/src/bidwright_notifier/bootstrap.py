"""The one place where the notifier's pieces meet; every piece can be handed in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from prometheus_client import CollectorRegistry
from redis.asyncio import Redis

from bidwright import Clock, SystemClock
from bidwright.plugins import Plugins, load
from bidwright.records import Records
from bidwright.runtime import service
from bidwright.runtime.approved import Approved
from bidwright.runtime.checkups import Checkups
from bidwright.runtime.store import connect
from bidwright.runtime.telemetry import replica_name
from bidwright_notifier.channels import choose
from bidwright_notifier.desk import Desk
from bidwright_notifier.inbox import Inbox
from bidwright_notifier.messages import Messages
from bidwright_notifier.metrics import Metrics
from bidwright_notifier.outbox import Outbox
from bidwright_notifier.post import Post
from bidwright_notifier.settings import NotifierSettings

_FOLLOW_S = 0.5


@dataclass
class Notifier:
    """
    The notifier, built and ready.
    """

    redis: Redis
    clock: Clock
    outbox: Outbox
    desk: Desk
    post: Post
    plugins: Plugins
    checkups: Checkups
    approved: Approved
    settings: NotifierSettings

    async def follow_plugins(self) -> None:
        """Once more, whether a drop-in channel came, changed or went. Raises redis errors."""
        await self.clock.sleep(_FOLLOW_S)
        if self.settings.dropins is not None and await self.approved.refresh():
            self.post.channels = choose(self.plugins, self.settings.addresses)


@asynccontextmanager
async def bootstrap(
    settings: NotifierSettings,
    *,
    clock: Clock | None = None,
    redis: Redis | None = None,
    plugins: Plugins | None = None,
    registry: CollectorRegistry | None = None,
    name: str = "",
    block_ms: int = 2000,
) -> AsyncIterator[Notifier]:
    """
    Build the notifier. Opens nothing before the first use. Raises SetupError when a file it was named cannot be read.
    """
    async with AsyncExitStack() as stack:
        clock = clock or SystemClock()
        if redis is None:
            redis = connect(settings.redis_url.get_secret_value())
            stack.push_async_callback(redis.aclose)
        if plugins is None:
            plugins = load(installed=settings.installed_plugins, disabled=settings.disabled_plugins)
        checkups = Checkups(plugins, clock)
        channels = choose(plugins, settings.addresses)
        approved = Approved(redis, clock, plugins, ["register_notifiers"], disabled=settings.disabled_plugins)
        metrics = Metrics(registry or CollectorRegistry())
        outbox = Outbox(redis, clock)
        inbox = Inbox(redis, name or replica_name(), block_ms=block_ms)
        messages = Messages(Records(redis))
        desk = Desk(inbox, messages, outbox, clock, metrics)
        yield Notifier(redis, clock, outbox, desk, Post(outbox, messages, channels, clock, metrics), plugins, checkups, approved, settings)


async def serve(notifier: Notifier) -> None:
    """Run the loops until the process is asked to stop."""
    await service.wait_for_store(notifier.redis, notifier.clock)
    pulse = service.Pulse(notifier.clock)

    def problems() -> list[str]:
        return [f"{problem.plugin}: {problem.reason}" for problem in notifier.plugins.problems]

    await service.until_stopped(
        service.supervise("read", notifier.desk.step, pulse),
        service.supervise("deliver", notifier.post.step, pulse),
        service.supervise("plugins", notifier.follow_plugins, pulse),
        service.supervise("checkups", notifier.checkups.step, service.Pulse(notifier.clock)),
        service.heartbeat(notifier.redis, "notifier", pulse, problems, unwell=lambda: notifier.checkups.problems),
    )
