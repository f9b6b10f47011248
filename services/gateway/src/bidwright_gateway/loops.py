"""What the gateway does by itself: follow the events, tell the time, sweep ended lots, keep modes in step."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from contextlib import suppress

from redis.exceptions import RedisError

from bidwright.runtime.pace import pause, until_beat
from bidwright.runtime.service import Pulse, heartbeat, supervise
from bidwright.runtime.toggles import LOOK_S
from bidwright_gateway import hub
from bidwright_gateway.board import News, ring
from bidwright_gateway.deps import Deps

_ALIGN_S = 2.0
_PLACE_S = 1.0
_SWITCHES_S = 1.0
_EXPERIMENTS_S = 2.0
_DEVICES_S = 0.5
_SEARCHES_S = 10.0


class Loops:
    """
    The loops of one gateway; each survives Redis being away.
    """

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._unaligned = asyncio.Event()
        self._flips_seen = 0
        deps.board.listeners.append(self._hear)

    def all(self) -> list[Awaitable[None]]:
        """Every loop, to be run until the service stops."""
        d, aside = self._deps, Pulse(self._deps.clock)  # nothing about our own work: what plugins do, what comes round every five minutes
        return [
            supervise("events", self._follow, d.pulse),
            supervise("time", self._tell_time, d.pulse),
            supervise("modes", self._align_modes, d.pulse),
            supervise("alignment", self._align, d.pulse),
            supervise("sweep", self._sweep, aside),
            supervise("devices", self._look_at_devices, d.pulse),
            supervise("place", self._keep_place, d.pulse),
            supervise("switches", self._look_at_switches, d.pulse),
            supervise("toggles", self._look_at_toggles, d.pulse),
            supervise("soundings", d.soundings.step, aside),
            supervise("flips", d.flips.listen, aside),
            supervise("experiments", self._look_at_experiments, d.pulse),
            supervise("searches", self._look_for_searches, aside),
            supervise("checkups", d.checkups.step, aside),
            supervise("tell", d.teller.step, aside),
            supervise("screens", d.screens.follow, aside),
            supervise("browser channel", d.screens.look, aside),
            heartbeat(d.redis, "gateway", d.pulse, self._problems, unwell=lambda: d.checkups.problems),
        ]

    async def _follow(self) -> None:
        await self._deps.nonces.begin()  # before anybody is let in by a signature
        await self._deps.board.follow()

    async def _tell_time(self) -> None:
        loop = asyncio.get_running_loop()
        nap, before = until_beat(self._deps.clock, hub.STEP_S), loop.time()
        await self._deps.clock.sleep(nap)
        self._deps.health.lag_ms = max(0.0, (loop.time() - before - nap) * 1000)
        self._deps.hub.tell_store()
        if self._deps.board.up:
            with suppress(RedisError):  # the last known offset is good enough while Redis is away
                await self._deps.site_time.refresh()
        self._deps.hub.tell_due()

    async def _align_modes(self) -> None:
        await pause(self._deps.clock, _ALIGN_S)
        await self._deps.desk.align_modes()

    def _hear(self, news: News) -> None:
        if any(change.new and self._deps.alignment.out_of_step(change.new) for change in news.changes):
            self._unaligned.set()

    async def _align(self) -> None:
        """At once after a read that told a lot's close or place: its money must count in the right day before it bids."""
        await ring(self._unaligned, _ALIGN_S)
        if self._deps.board.up:
            for lot, sentence in (await self._deps.alignment.round()).disarmed:
                self._deps.hub.notify(lot, "disarmed", f"Lot {lot.id}: {sentence}")

    async def _look_at_switches(self) -> None:
        """A switch that was set in Redis by hand comes without an event."""
        await pause(self._deps.clock, _SWITCHES_S)
        if self._deps.board.up:
            await self._deps.board.look_at_service()

    async def _look_at_devices(self) -> None:
        """A device that was revoked, here or at another replica, hears nothing more; a store that forgot nonces is noticed."""
        await pause(self._deps.clock, _DEVICES_S)
        if self._deps.board.up:
            await self._deps.nonces.begin()
            for client in [client for client in self._deps.hub.clients if client.who and client.who.device]:
                if client.who and not await self._deps.callers.still(client.who):
                    client.close(1008, "This device was revoked")

    async def _look_at_toggles(self) -> None:
        await pause(self._deps.clock, LOOK_S)
        await self._deps.toggles.refresh()
        if self._flips_seen != self._deps.toggles.changes:  # the report may have looked meanwhile, and seen the change first
            self._flips_seen = self._deps.toggles.changes
            self._deps.order_chain.build()

    async def _look_at_experiments(self) -> None:
        await pause(self._deps.clock, _EXPERIMENTS_S)
        if self._deps.board.up:
            for sentence in await self._deps.experiments.round():
                self._deps.hub.say("experiment", sentence)

    async def _look_for_searches(self) -> None:
        await pause(self._deps.clock, _SEARCHES_S)
        if self._deps.board.up:
            await self._deps.searches.round()

    def _problems(self) -> list[str]:
        return [f"{problem.plugin}: {problem.reason}" for problem in self._deps.plugins.problems]

    async def _sweep(self) -> None:
        await self._deps.clock.sleep(self._deps.settings.cleanup_ms / 1000)
        await self._deps.transitions.purge(older_ms=self._deps.settings.retention_ms)

    async def _keep_place(self) -> None:
        """At once after a close: the next gateway does not tell it again, unless nobody has heard it."""
        await ring(self._deps.hub.closes.bell, _PLACE_S)
        if self._deps.board.up and self._deps.hub.closes.all_told:
            await self._deps.board.keep_place()
