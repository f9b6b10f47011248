"""A notifier over a real store, its channel a list, its events made by the transitions themselves."""

import sys
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from bidwright.plugins import load
from bidwright.runtime.settings import read
from bidwright_notifier.bootstrap import bootstrap
from bidwright_notifier.channels import Channel
from bidwright_notifier.settings import NotifierSettings

sys.path.insert(0, str(Path(__file__).parents[1] / "bidwright/transitions"))  # house.py, which brings a lot into any state
sys.path.insert(0, str(Path(__file__).parent))  # paper.py
from house import House
from paper import Paper


class Bench:
    """
    What a test needs: the house where things happen, the channel they are told on, notifiers that come and go.
    """

    def __init__(self, redis, house, clock):
        self.redis, self.house, self.clock, self.paper = redis, house, clock, Paper()
        self.registry = CollectorRegistry()

    @asynccontextmanager
    async def notifier(self, name="one"):
        """A replica; leaving it without another word is what kill -9 leaves."""
        plugins = load(installed=[])
        given = {"clock": self.clock, "redis": self.redis, "plugins": plugins, "registry": CollectorRegistry(), "name": name, "block_ms": 1}
        self.registry = given["registry"]
        async with bootstrap(read(NotifierSettings), **given) as made:
            made.post.use([Channel("paper", self.paper, "paper:")])
            yield made

    async def told(self):
        """What a healthy notifier tells now."""
        async with self.notifier() as notifier:
            while True:
                before = await self.pending()
                await notifier.desk.step()
                self.clock.advance(10)  # grace
                if await notifier.outbox.waiting():
                    await notifier.post.round()
                if before == await self.pending() == (0, True):
                    return self.paper.texts

    async def pending(self):
        """(Events held by somebody, whether all were handed out)."""
        groups = await self.redis.xinfo_groups("bw:ev")
        if not groups:
            return 0, False
        last = (await self.redis.xrevrange("bw:ev", count=1))[0][0]
        return groups[0]["pending"], groups[0]["last-delivered-id"] == last


@pytest.fixture
async def house(transitions, clock, records):
    """An installation that is open for business."""
    made = House(transitions, clock, records)
    await made.open()
    return made


@pytest.fixture
async def bench(redis, house, clock):
    """A bench whose notifier has been there once, so that everything from now on is news."""
    made = Bench(redis, house, clock)
    async with AsyncExitStack() as stack:
        notifier = await stack.enter_async_context(made.notifier())
        await notifier.desk.step()
    return made
