"""The one place where the notifier's pieces meet; every piece can be handed in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
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
from bidwright.runtime.notices import lanes
from bidwright.runtime.notices.screens import RedisScreens
from bidwright.runtime.notices.wishes import WishBook
from bidwright.runtime.pace import pause
from bidwright.runtime.site_time import SiteTime
from bidwright.runtime.store import connect
from bidwright.runtime.telemetry import replica_name
from bidwright.runtime.vitals import vitals
from bidwright_notifier.channels import Channel, choose
from bidwright_notifier.desk import Desk
from bidwright_notifier.ending import Ending
from bidwright_notifier.from_lanes import FromLanes
from bidwright_notifier.inbox import Inbox
from bidwright_notifier.lane import Lane
from bidwright_notifier.messages import Messages
from bidwright_notifier.metrics import Metrics
from bidwright_notifier.outbox import Outbox
from bidwright_notifier.post import Post
from bidwright_notifier.rulebook import Rulebook
from bidwright_notifier.settings import NotifierSettings
from bidwright_notifier.sorter import Sorter

_LAG_S = 5.0
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
    rulebook: Rulebook
    ending: Ending
    screens: FromLanes
    plugins: Plugins
    checkups: Checkups
    approved: Approved
    settings: NotifierSettings
    teller: lanes.Teller

    async def follow_plugins(self) -> None:
        """Once more, whether a drop-in channel came, changed or went; and tell which channels there are. Raises redis errors."""
        if self.settings.dropins is not None and await self.approved.refresh():
            self.post.use(choose(self.plugins, self.settings.addresses, self.screens))
        await self.teller.tell([channel.told for channel in self.post.channels], self.problems)

    @property
    def problems(self) -> list[str]:
        """What is wrong with plugins, with addresses and with the owner's wishes."""
        return [*(f"{problem.plugin}: {problem.reason}" for problem in self.plugins.problems), *self.rulebook.problems]


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
        approved = Approved(redis, clock, plugins, ["register_notifiers"], disabled=settings.disabled_plugins)
        metrics, screens = Metrics(registry or CollectorRegistry()), FromLanes(RedisScreens(redis))
        outbox, records = Outbox(redis, clock), Records(redis)
        inbox = Inbox(redis, name or replica_name(), block_ms=block_ms)
        messages = Messages(records)
        desk = Desk(inbox, messages, outbox, clock, metrics)
        rulebook = Rulebook(WishBook(redis), clock, settings.zone)

        def make_lane(channel: Channel, clean: Callable[[str], str]) -> Lane:
            return Lane(channel, outbox, messages, rulebook, clock, metrics, clean)

        post = Post(redis, outbox, Sorter(outbox, messages, rulebook, clock), rulebook, make_lane, clock, metrics)
        stack.push_async_callback(post.close)
        post.use(choose(plugins, settings.addresses, screens))
        ending = Ending(records, messages, SiteTime(redis, clock), outbox, rulebook, clock)
        yield Notifier(
            redis, clock, outbox, desk, post, rulebook, ending, screens, plugins, checkups, approved, settings, lanes.Teller(redis, clock)
        )


async def serve(notifier: Notifier) -> None:
    """Run the loops until the process is asked to stop."""
    await service.wait_for_store(notifier.redis, notifier.clock)
    pulse, aside = service.Pulse(notifier.clock), service.Pulse(notifier.clock)
    await service.first(notifier.follow_plugins, notifier.clock)  # or what waits for a drop-in's channel would go to others
    await service.first(notifier.post.follow, notifier.clock)

    async def follow_plugins() -> None:
        await pause(notifier.clock, _FOLLOW_S)
        await notifier.follow_plugins()

    async def look_behind() -> None:
        await pause(notifier.clock, _LAG_S)
        vitals().stream_lag.labels("notifier").set(await notifier.desk.unread_s())

    await service.until_stopped(
        service.supervise("read", notifier.desk.step, pulse),
        service.supervise("sort", notifier.post.sort, pulse),
        service.supervise("deliver", notifier.post.keep, pulse),
        service.supervise("plugins", follow_plugins, pulse),
        service.supervise("trials", notifier.post.try_out, pulse),
        service.supervise("lag", look_behind, aside),
        service.supervise("ending", notifier.ending.step, aside),
        service.supervise("checkups", notifier.checkups.step, service.Pulse(notifier.clock)),
        service.heartbeat(
            notifier.redis,
            "notifier",
            pulse,
            lambda: notifier.problems,
            unwell=lambda: [*notifier.checkups.problems, *notifier.post.unwell],
        ),
    )
