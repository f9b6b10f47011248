"""The canary: a lot that was read well before is read every few minutes; when it is not understood any more, live bidding stops first."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bidwright import Clock
from bidwright.errors import StoreDown, UpstreamChanged, UpstreamError
from bidwright.records import LotRecord, Records
from bidwright.runtime.logging import get_logger
from bidwright.runtime.reading import OPEN
from bidwright.transitions import Transitions
from bidwright_nellis_proxy.gate import Purpose
from bidwright_nellis_proxy.reads import Reads
from bidwright_nellis_proxy.session import Session
from bidwright_nellis_proxy.waiting import bell_or
from bidwright_proto.v1 import site_pb2

log = get_logger(__name__)
BROKEN_S, HURRY_S = 15.0, 5.0
"""Pauses while the format is broken, and between two checks that an unreadable lot asked for."""
_LOOK_S = 1.0
_AMONG = 100
_WITNESSES = 2


class Canary:
    """
    One check in *every_s* over all replicas. Two lots, or one twice, must fail before anything is said: one odd page is that lot's trouble.
    """

    def __init__(
        self, reads: Reads, session: Session, transitions: Transitions, *, records: Records, redis: Redis, clock: Clock, every_s: float
    ) -> None:
        self._reads, self._session, self._transitions = reads, session, transitions
        self._records, self._clock, self._every_s = records, clock, every_s
        self._redis: Any = redis
        self._prefix = records.prefix
        self._bell = asyncio.Event()
        self._hurried = float("-inf")
        reads.alarm = self._bell.set

    async def step(self) -> None:
        """One step of the loop. Raises StoreDown and redis errors."""
        if self._every_s <= 0:
            await self._clock.sleep(60)
            return
        alarmed = await bell_or(self._bell, self._clock, _LOOK_S)
        broken = await self._redis.hget(f"{self._prefix}format", "state") == "broken"
        if alarmed and self._clock.monotonic() - self._hurried >= HURRY_S:
            self._hurried = self._clock.monotonic()
        else:
            pause_ms = round((BROKEN_S if broken else self._every_s) * 1000)
            key = f"{self._prefix}canary:{'broken' if broken else 'next'}"
            if not await self._redis.set(key, "1", nx=True, px=pause_ms):  # one replica makes each check
                return
        await self.check(broken=broken)

    async def check(self, *, broken: bool) -> None:
        """Look, and tell what was found. Raises StoreDown."""
        complaints: list[str] = []
        lots = await self._candidates(broken=broken)
        for lot in [*lots, *lots][:_WITNESSES]:
            try:
                reply = await self._reads.lot(lot.id, Purpose.POLL)
            except StoreDown:
                raise
            except UpstreamChanged as error:
                complaints.append(str(error))
            except UpstreamError as error:
                log.debug("canary.not_read", lot=lot.id, error=str(error))
                return
            else:
                missing = await self._missing(reply.lot)
                if not missing:
                    await self._tell("ok", "")
                    return
                complaints.append(f"Lot {lot.id} lacks {missing}.")
        if len(complaints) == _WITNESSES:
            await self._tell("broken", complaints[-1])

    async def _candidates(self, *, broken: bool) -> Sequence[LotRecord]:
        """Open lots that were read well before, those that close last first; while the format is broken any lot that is watched."""
        try:
            ids = (await self._records.open_ids())[-_AMONG:]
            lots = [lot for lot in await self._records.lots(ids) if lot.watched and not lot.final]
        except RedisError as error:
            raise StoreDown(f"Redis did not answer (lots): {type(error).__name__}") from error
        good = [lot for lot in lots if lot.seen and lot.status == OPEN]
        return list(reversed(good or (lots if broken else [])))[:_WITNESSES]

    async def _missing(self, lot: site_pb2.Lot) -> str:
        """A field that bids need and that a logged-in read of an open lot has; empty when all are there."""
        if lot.closed or (await self._session.state()).word != "ok":
            return ""
        if not lot.has_user_state:
            return "userState.isWinning, which says who leads"
        if lot.next_bid_cents <= 0 and lot.market_status == OPEN:
            return "userState.nextBid, the least that would be accepted"
        return ""

    async def _tell(self, state: Any, why: str) -> None:
        if await self._transitions.format(state, why):
            if state == "broken":
                log.error("format.broken", why=why)
            else:
                log.info("format.understood")
