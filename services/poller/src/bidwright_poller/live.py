"""Live events: a bell for the lots that close soonest. An event brings the next read forward; its price is shown until then."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import grpc.aio
from redis.asyncio import Redis

from bidwright import Clock
from bidwright.clock import to_ms
from bidwright.errors import UpstreamDown
from bidwright.runtime import service
from bidwright.runtime.logging import get_logger
from bidwright.runtime.pace import pause
from bidwright.runtime.site_time import SiteTime
from bidwright.transitions import Transitions
from bidwright_poller.listening import Listening
from bidwright_poller.looks import Looks
from bidwright_poller.metrics import Metrics
from bidwright_poller.rounds import Rounds
from bidwright_poller.scout import Scout
from bidwright_proto.v1 import site_pb2

log = get_logger(__name__)
_WITHIN = timedelta(minutes=10)
_AFTER = timedelta(minutes=1)
_WORTH_IT = timedelta(seconds=30)
"""In a crowd a connection that lasts less than this costs the budget more than it spares."""
_CHOOSE_EVERY_S = 0.5
"""A switch takes a quarter of a second to be seen here, and is to hold within one."""
_REST_S = 0.5


class LiveEvents:
    """
    Listens, on one replica at a time, to the *streams* lots that close next.

    *live* holds the ids of lots whose events arrive now; the looks read it.
    """

    def __init__(
        self,
        stub: Any,
        transitions: Transitions,
        clock: Clock,
        site_time: SiteTime,
        metrics: Metrics,
        *,
        live: set[str],
        streams: int,
        scout: Scout,
        rounds: Rounds,
        looks: Looks,
        listening: Listening,
    ) -> None:
        self._stub, self._transitions, self._clock, self._site_time = stub, transitions, clock, site_time
        self._metrics, self._streams, self._scout, self._rounds, self._looks = metrics, streams, scout, rounds, looks
        self._redis: Redis = transitions.redis
        self._listening = listening
        self._rung: dict[str, float] = {}
        self._chosen: set[str] = set()
        self._unheard: set[str] = set()
        """Lots whose events arrived and then did not: something may have happened meanwhile."""
        self.live = live

    async def listen(self) -> None:
        """Listen until the stream ends, then return; raises UpstreamDown when it broke, redis errors when the store is away."""
        while not await self._scout.holds():
            await pause(self._clock, _CHOOSE_EVERY_S)
        call = self._stub.WatchLots()
        both = (asyncio.create_task(self._hear(call)), asyncio.create_task(self._wish(call)))
        try:
            done, _ = await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                if not task.cancelled() and (error := task.exception()):
                    raise error
        finally:
            call.cancel()
            await service.end(both)
            self._unheard |= self.live
            self.live.clear()
            self._metrics.live.set(0)

    async def choose(self) -> list[str]:
        """
        The lots that close within the next ten minutes, soonest first, up to the number of streams, if plugins want them listened to.

        A lot that is listened to stays while it is among the next half as many again: closes move, and each change costs a request. In a
        crowd it stays until it has ended, and only lots that have a while to go are begun with. Raises redis errors.
        """
        await self._site_time.refresh()
        now = self._site_time.now()
        most, crowded = self._streams + self._streams // 2, self._looks.crowded
        begin = now + _WORTH_IT if crowded else now - _AFTER
        found = await self._redis.zrange(
            f"{self._transitions.prefix}lots", to_ms(begin), to_ms(now + _WITHIN), byscore=True, offset=0, num=most
        )
        stay = await self._going_on(to_ms(now - _AFTER)) if crowded else []
        near = self._listening.of([*stay, *(str(lot_id) for lot_id in found if lot_id not in stay)])
        kept = [lot_id for lot_id in near if lot_id in self._chosen]
        new = [lot_id for lot_id in near if lot_id not in self._chosen]
        self._chosen = set((kept + new)[: self._streams])
        return [lot_id for lot_id in near if lot_id in self._chosen]

    async def _going_on(self, since_ms: int) -> list[str]:
        """Lots that are listened to and have not ended, the soonest first."""
        chosen = list(self._chosen)
        closes = await self._redis.zmscore(f"{self._transitions.prefix}lots", chosen) if chosen else []
        there = [(close, lot_id) for lot_id, close in zip(chosen, closes, strict=True) if close is not None and close >= since_ms]
        return [lot_id for _, lot_id in sorted(there)]

    async def _wish(self, call: Any) -> None:
        """Tell nellis-proxy which lots to listen to, whenever that changes, for as long as this replica is the one."""
        chosen: set[str] | None = None
        while await self._scout.holds():
            wanted = await self.choose()
            if chosen != set(wanted):
                chosen = set(wanted)
                self._rung = {lot_id: at for lot_id, at in self._rung.items() if lot_id in chosen}
                dropped = self.live - chosen
                self.live &= chosen
                self._unheard &= chosen
                for lot_id in dropped:  # its next look was planned with events to rely on
                    await self._transitions.put("poll", lot_id)
                try:
                    await call.write(site_pb2.WatchLotsRequest(lot_ids=wanted))
                except (grpc.aio.AioRpcError, asyncio.InvalidStateError):
                    await asyncio.Event().wait()  # the stream is over; hearing ends it and says why
            await pause(self._clock, _CHOOSE_EVERY_S)

    async def _hear(self, call: Any) -> None:
        try:
            async for event in call:
                await self._heard(event)
        except grpc.aio.AioRpcError as error:
            raise UpstreamDown(f"Live events are away ({error.code().name.lower()}); polling goes on without them.") from error

    async def _heard(self, event: site_pb2.LiveEvent) -> None:
        if event.kind == site_pb2.LiveEvent.KIND_CONNECTED:
            self.live.add(event.lot_id)
            if event.lot_id in self._unheard:
                self._unheard.discard(event.lot_id)
                await self._ring(event.lot_id)
        elif event.kind == site_pb2.LiveEvent.KIND_LOST:
            if event.lot_id in self.live:
                self._metrics.polling.fallbacks.inc()
                self._unheard.add(event.lot_id)
            self.live.discard(event.lot_id)
            await self._ring(event.lot_id)
        else:
            ended = event.kind == site_pb2.LiveEvent.KIND_CLOSED
            if ended:
                await self._transitions.hear_end(event.lot_id)
            elif event.price_cents > 0:
                await self._transitions.hear(event.lot_id, event.price_cents)
            await self._ring(event.lot_id, at_once=ended)
        self._metrics.live.set(len(self.live))

    async def _ring(self, lot_id: str, *, at_once: bool = False) -> None:
        """Have the lot read soon: by the next round if that carries it, else now, or half a second after the last time unless *at_once*."""
        if self._rounds.carries(lot_id):
            self._rounds.hurry()
            if not at_once:  # a round does not tell how a lot ended
                return
        now = self._clock.monotonic()
        at = now if at_once else max(now, self._rung.get(lot_id, float("-inf")) + _REST_S)
        if at_once or at > self._rung.get(lot_id, float("-inf")):
            self._rung[lot_id] = at
            await self._looks.want(lot_id, round((at - now) * 1000))
