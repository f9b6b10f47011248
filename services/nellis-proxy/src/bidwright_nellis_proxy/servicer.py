"""The gRPC service: each call is one line to the part that does it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, cast

import grpc.aio
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bidwright import Clock
from bidwright.clock import to_ms
from bidwright.errors import StoreDown
from bidwright.runtime.rpc import answer
from bidwright_nellis_proxy.bids import Bids
from bidwright_nellis_proxy.breaker import BreakerStore
from bidwright_nellis_proxy.chain import Chain
from bidwright_nellis_proxy.gate import Purpose
from bidwright_nellis_proxy.letters import Letter, Letters
from bidwright_nellis_proxy.live import Live
from bidwright_nellis_proxy.probe import Probe
from bidwright_nellis_proxy.reads import Reads
from bidwright_nellis_proxy.search import Search
from bidwright_nellis_proxy.session import Session, State
from bidwright_nellis_proxy.site import Site
from bidwright_proto.v1 import site_pb2, site_pb2_grpc

Context = grpc.aio.ServicerContext[Any, Any]


@dataclass(frozen=True, slots=True)
class Parts:
    """
    What the service is made of.
    """

    site: Site
    reads: Reads
    session: Session
    bids: Bids
    live: Live
    search: Search
    letters: Letters
    chain: Chain
    breaker: BreakerStore
    probe: Probe
    redis: Redis
    clock: Clock
    prefix: str = "bw:"


class SiteService(site_pb2_grpc.SiteServicer):
    """
    ``bidwright.v1.Site``.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def GetLot(self, request: site_pb2.GetLotRequest, context: Context) -> site_pb2.GetLotReply:  # noqa: N802 - named by the proto
        """One fresh read of a lot."""
        return await answer(context, self._parts.reads.lot(request.lot_id, _purpose(request.purpose)))

    async def GetLots(self, request: site_pb2.GetLotsRequest, context: Context) -> site_pb2.GetLotsReply:  # noqa: N802 - named by the proto
        """Many lots in one request."""
        return await answer(context, self._parts.reads.lots(list(request.lot_ids), _purpose(request.purpose)))

    async def ListMyLots(self, request: site_pb2.ListMyLotsRequest, context: Context) -> site_pb2.ListMyLotsReply:  # noqa: ARG002, N802 - named by the proto
        """The lots the account takes part in."""
        return await answer(context, self._parts.reads.my_lots())

    async def WatchLots(  # noqa: N802 - named by the proto
        self,
        request_iterator: AsyncIterator[site_pb2.WatchLotsRequest],
        context: Context,  # noqa: ARG002 - named by the proto
    ) -> AsyncIterator[site_pb2.LiveEvent]:
        """Live events of the lots in the newest request."""
        with self._parts.live.subscribe() as subscription:

            async def listen() -> None:
                async for request in request_iterator:
                    subscription.want(request.lot_ids)

            listening = asyncio.ensure_future(listen())
            try:
                async for event in subscription.events():
                    yield event
            finally:
                listening.cancel()
                await asyncio.gather(listening, return_exceptions=True)

    async def SubmitIntent(self, request: site_pb2.SubmitIntentRequest, context: Context) -> site_pb2.SubmitIntentReply:  # noqa: N802 - named by the proto
        """Bring a reserved intent to the site and to its end."""
        return await answer(context, self._submit(request.intent_id))

    async def SetSession(self, request: site_pb2.SetSessionRequest, context: Context) -> site_pb2.SessionReply:  # noqa: N802 - named by the proto
        """Keep the site's session, sealed, after one check."""
        return _session_reply(await answer(context, self._keep(request)))

    async def GetSessionKey(self, request: site_pb2.GetSessionKeyRequest, context: Context) -> site_pb2.SessionKey:  # noqa: ARG002, N802 - named by the proto
        """The key that cookies may be sealed to."""
        return site_pb2.SessionKey(key_id=self._parts.letters.key_id, public_key=self._parts.letters.public_key)

    async def CheckSession(self, request: site_pb2.CheckSessionRequest, context: Context) -> site_pb2.SessionReply:  # noqa: ARG002, N802 - named by the proto
        """Ask the site whether the session stands."""
        return _session_reply(await answer(context, self._parts.session.check()))

    async def GetStatus(self, request: site_pb2.GetStatusRequest, context: Context) -> site_pb2.GetStatusReply:  # noqa: ARG002, N802 - named by the proto
        """How things stand with the site."""
        return await answer(context, self._status())

    async def Search(self, request: site_pb2.SearchRequest, context: Context) -> site_pb2.SearchReply:  # noqa: N802 - named by the proto
        """Lots that the site's search index lists."""
        return await answer(context, self._parts.search.find(request))

    async def Probe(self, request: site_pb2.ProbeRequest, context: Context) -> site_pb2.ProbeReply:  # noqa: N802 - named by the proto
        """What of the site could be settled by reading."""
        return await answer(context, self._parts.probe.run(request.lot_id))

    async def _keep(self, request: site_pb2.SetSessionRequest) -> State:
        cookies = request.cookies
        if request.HasField("sealed"):
            sealed = request.sealed
            cookies = self._parts.letters.open(Letter(sealed.key_id, sealed.public_key, sealed.nonce, sealed.ciphertext))
        return await self._parts.session.keep(cookies)

    async def _submit(self, intent_id: str) -> site_pb2.SubmitIntentReply:
        began = self._parts.clock.monotonic()
        outcome = await self._parts.bids.submit(intent_id)
        return site_pb2.SubmitIntentReply(
            state=outcome.state,
            why=outcome.why,
            message=outcome.message,
            next_bid_cents=outcome.next_bid_cents,
            took_ms=(self._parts.clock.monotonic() - began) * 1000,
        )

    async def _status(self) -> site_pb2.GetStatusReply:
        parts, redis = self._parts, cast("Any", self._parts.redis)  # the library types replies as bytes or text; ours are text
        try:
            block = await redis.get(f"{parts.prefix}block")
            breaker = dict(await redis.hgetall(f"{parts.prefix}cb"))
            broken = dict(await redis.hgetall(f"{parts.prefix}format"))
            now = float(await redis.hget(f"{parts.prefix}steady", "now") or 0)
        except RedisError as error:
            raise StoreDown(f"Redis did not answer (block): {type(error).__name__}") from error
        offset = parts.site.site_clock.offset(parts.clock.monotonic(), parts.clock.now())
        return site_pb2.GetStatusReply(
            site=parts.site.base,
            session_state=(await parts.session.state()).word,
            breaker_state=_STATES.get(breaker.get("state", ""), "closed"),
            breaker=self._breaker(breaker, now),
            format_state=broken.get("state", "ok"),
            format_why=broken.get("why", ""),
            clock_trusted=offset is None or offset.trusted,
            halted_here=parts.bids.halted_here,
            dry_only=parts.bids.dry_only,
            requests_per_second=parts.site.gate.rate.per_second,
            blocked_until_ms=int(float(block)) // 1000 if block else 0,
            clock_offset_ms=(offset.lo_ms + offset.hi_ms) / 2 if offset else 0.0,
            clock_width_ms=offset.width_ms if offset else -1.0,
            last_way=parts.reads.ways.last_name,
            live_streams=len(parts.live.up),
        )

    def _breaker(self, record: dict[str, str], now: float) -> site_pb2.BreakerStatus:
        store = self._parts.breaker
        state = _STATES.get(record.get("state", ""), "closed")
        opened = int(float(record.get("opened_at", 0)))
        left = float(record.get("opened", 0)) + store.open_s * 1000 - now
        return site_pb2.BreakerStatus(
            enabled=bool(self._parts.chain.names),
            state=state,
            opened_at_ms=opened,
            next_attempt_ms=0 if state == "closed" else to_ms(self._parts.clock.now()) + max(0, round(left)),
            why=record.get("why", ""),
            trips=int(record.get("trips", 0)),
            probes=int(record.get("probes", 0)),
            recoveries=int(record.get("recoveries", 0)),
            ok=store.counts["ok"],
            failed=store.counts["failed"],
            refused=store.counts["refused"],
            failures=store.failures,
            open_ms=round(store.open_s * 1000),
            soon_ms=round(store.soon_s * 1000),
        )


_STATES = {"open": "open", "half": "half-open"}


_PURPOSES: dict[int, Purpose] = {site_pb2.PURPOSE_DECIDE: Purpose.DECIDE, site_pb2.PURPOSE_RECONCILE: Purpose.RECONCILE}


def _purpose(asked: int) -> Purpose:
    return _PURPOSES.get(asked, Purpose.POLL)


def _session_reply(state: State) -> site_pb2.SessionReply:
    return site_pb2.SessionReply(state=state.word, why=state.why, checked_at_ms=state.checked_at_ms)
