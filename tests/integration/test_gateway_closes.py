"""Each client hears each close once: the gateway is killed around it, and clients come and go."""

import asyncio
import os
import signal
import sys
import time
from contextlib import asynccontextmanager

import httpx
import pytest

from bidwright.runtime.init import initialise
from bidwright.transitions import Transitions
from bidwright_cli.ports import any_free
from bidwright_gateway.testing import TOKEN, running, wired

pytestmark = pytest.mark.integration
SITE = "http://127.0.0.1:9900"
FIRST, SECOND = "70012345", "70012346"
CONFIG = {"maxBid": 10, "strategy": "sniping", "autoBid": True}


@pytest.fixture
async def store(redis, tmp_path):
    """A store made ready."""
    await initialise(redis, data_dir=tmp_path, site=SITE, live="1", max_bid_cents=100_000, total_limit_cents=200_000)
    await Transitions(redis).session("ok", "")
    return redis


async def read(store, *lots, status="open"):
    """Tell the store what the site says about each lot now."""
    t = Transitions(store)
    for lot in lots:
        close = round(time.time() * 1000) + 300_000
        started = await t.stamp()
        await t.observe(
            lot, read_started=started, next_bid=1500, leading=False, status=status, close=close, price=1400, shown={"title": "Lamp"}
        )


async def close(store, *lots):
    """Reads, at least a second apart, say that it is over until it is believed."""
    async with asyncio.timeout(10):
        while not all([await store.hget(f"bw:lot:{lot}", "final") == "1" for lot in lots]):
            await read(store, *lots, status="closed")
            await asyncio.sleep(1.05)


def ended(wire):
    """Lots whose end this client was told, as often as it was."""
    return [f["auction"]["id"] for f in wire.frames if f["type"] == "auctionState" and f["auction"]["status"] == "ended"]


async def heard(wire):
    """Every frame that was on its way has come."""
    await asyncio.sleep(0.2)
    await wire.ask("getMonitoredAuctions")


class Process:
    """
    The gateway as a process of its own on one port.
    """

    def __init__(self, redis_url, folder):
        self._port = any_free("127.0.0.1")
        self._env = {**os.environ, "REDIS_URL": redis_url, "PORT": str(self._port), "AUTH_TOKEN": TOKEN, "BIDWRIGHT_DATA_DIR": str(folder)}
        self._env |= {"NELLIS_BASE_URL": SITE}
        self.ws = f"ws://127.0.0.1:{self._port}/ws"
        self._process = None

    async def start(self):
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bidwright_gateway", env=self._env, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
        )
        async with httpx.AsyncClient() as http, asyncio.timeout(20):
            while True:
                try:
                    if (await http.get(f"http://127.0.0.1:{self._port}/health/ready")).status_code == httpx.codes.OK:
                        return
                except httpx.HTTPError:
                    pass
                await asyncio.sleep(0.05)

    async def kill(self):
        if self._process and self._process.returncode is None:
            self._process.send_signal(signal.SIGKILL)
            await self._process.wait()


@asynccontextmanager
async def process(redis_url, folder):
    """A gateway that is gone afterwards."""
    made = Process(redis_url, folder)
    try:
        await made.start()
        yield made
    finally:
        await made.kill()


@asynccontextmanager
async def back(address):
    """A client that connects anew and has heard what it is told first."""
    async with wired(address) as wire:
        await heard(wire)
        yield wire


async def test_a_close_while_the_gateway_is_dead_is_told_by_the_next_one(engine, store, tmp_path):
    """Exactly one ended frame per lot over the whole run, whether it closed before, during or after the gap."""
    async with process(engine.url, tmp_path) as gateway:
        async with wired(gateway.ws) as wire:
            for lot in (FIRST, SECOND):
                await wire.ask("startMonitoring", auctionId=lot, config=CONFIG)
            await read(store, FIRST, SECOND)
            await close(store, FIRST)
            await wire.state(FIRST, lambda a: a["status"] == "ended")
            await asyncio.sleep(0.1)
            await gateway.kill()
        await close(store, SECOND)
        await gateway.start()
        async with back(gateway.ws) as wire, back(gateway.ws) as other:
            assert ([SECOND], [SECOND]) == (ended(wire), ended(other))
        await gateway.kill()
        await gateway.start()
        async with back(gateway.ws) as wire:
            assert [] == ended(wire)


async def test_a_close_that_nobody_heard_survives_a_second_death(engine, store, tmp_path):
    """It is held until the first client comes, whichever gateway that is."""
    async with process(engine.url, tmp_path) as gateway:
        async with wired(gateway.ws) as wire:
            await wire.ask("startMonitoring", auctionId=FIRST, config=CONFIG)
        await read(store, FIRST)
        await close(store, FIRST)
        await asyncio.sleep(0.2)
        await gateway.kill()
        await gateway.start()
        async with back(gateway.ws) as wire:
            assert [FIRST] == ended(wire)


async def test_a_client_that_was_away_hears_it_and_one_that_heard_it_does_not_again(engine, store, tmp_path):
    """Who comes back from the same place has heard what that connection was sent; somebody from elsewhere has not."""
    async with running(engine.url, BIDWRIGHT_DATA_DIR=tmp_path) as gateway:
        async with wired(gateway.ws) as wire, wired(gateway.ws, origin="chrome-extension://abc"):
            await wire.ask("startMonitoring", auctionId=FIRST, config=CONFIG)
            await read(store, FIRST)
        async with wired(gateway.ws) as wire:
            await close(store, FIRST)
            await wire.state(FIRST, lambda a: a["status"] == "ended")
            await wire.ask("authenticate", token=TOKEN)
            await heard(wire)
            again = ended(wire)
        async with back(gateway.ws) as wire:
            returned = ended(wire)
        async with wired(gateway.ws, origin="chrome-extension://abc") as extension:
            await heard(extension)
            elsewhere = ended(extension)
    assert ([], [], [FIRST]) == (again, returned, elsewhere)
