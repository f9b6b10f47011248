"""
A stand-in for nellis-proxy at the port that poller and bidder call: its own gate and its own keeper of live events, as shipped, in front of
an evening in this process. What is left out is HTTP and gRPC.
"""

import asyncio
from collections.abc import AsyncIterator

from evening import US, Asked, Evening
from prometheus_client import CollectorRegistry
from warp import Warp

from bidwright.errors import UpstreamBusy, UpstreamChanged
from bidwright.records import Records
from bidwright.transitions import Transitions
from bidwright_nellis_proxy.feed import FeedLost
from bidwright_nellis_proxy.gate import Gate, Purpose, Rate
from bidwright_nellis_proxy.live import Live
from bidwright_nellis_proxy.metrics import Metrics
from bidwright_proto.v1 import site_pb2

STREAMS = 20
_THERE_S = _BACK_S = 0.04
"""A request on its way to the site, and its answer on the way back."""
_PURPOSES = {site_pb2.PURPOSE_DECIDE: Purpose.DECIDE, site_pb2.PURPOSE_RECONCILE: Purpose.RECONCILE}


class Port:
    """
    The calls of the Site service that poller and bidder make. *bare*: the site offers neither batch read nor account list.
    """

    def __init__(self, evening: Evening, transitions: Transitions, clock: Warp, *, per_second: float, bare: bool, live: bool) -> None:
        self._evening, self._transitions, self._clock, self._bare = evening, transitions, clock, bare
        self._records, metrics = Records(transitions.redis), Metrics(CollectorRegistry())
        self._gate = Gate(transitions, clock, Rate(per_second), metrics)
        self.live = Live(self._follow if live else None, self._gate, clock, metrics=metrics, limit=STREAMS)

    async def GetStatus(self, request, **_call):  # noqa: N802 - as in the contract
        """The request budget."""
        return site_pb2.GetStatusReply(requests_per_second=self._gate.rate.per_second)

    async def GetLot(self, request, **_call):  # noqa: N802 - as in the contract
        """One page."""
        purpose, number = _PURPOSES.get(request.purpose, Purpose.POLL), request.lot_id
        async with self._gate.through(purpose) as started:
            self._enter("page", purpose.name.lower(), 1, ended=self._evening.closed(number))
            await self._clock.sleep(_THERE_S)
            self._evening.seen(number, full=True)
            lot = self._evening.told(number, ours=True)
            await self._clock.sleep(_BACK_S)
        return site_pb2.GetLotReply(lot=lot, read_started_ms=started, way="page")

    async def GetLots(self, request, **_call):  # noqa: N802 - as in the contract
        """Many lots: those that are open, without our account's part."""
        if self._bare:
            raise UpstreamChanged("The site does not offer a batch read.")
        async with self._gate.through(Purpose.POLL) as started:
            await self._clock.sleep(_THERE_S)
            there = [number for number in request.lot_ids if not self._evening.closed(number)]
            self._enter("batch", "poll", len(there))
            for number in there:
                self._evening.seen(number, full=False)
            lots = [self._evening.told(number, ours=False) for number in there]
            await self._clock.sleep(_BACK_S)
        return site_pb2.GetLotsReply(lots=lots, read_started_ms=started)

    async def ListMyLots(self, request, **_call):  # noqa: N802 - as in the contract
        """The open lots that we took part in."""
        if self._bare:
            raise UpstreamChanged("The site does not show the account's lots.")
        async with self._gate.through(Purpose.RECONCILE, ahead=True) as started:
            await self._clock.sleep(_THERE_S)
            ours = self._evening.ours()
            self._enter("list", "reconcile", len(ours))
            for number in ours:
                self._evening.seen(number, full=True)
            lots = [self._evening.told(number, ours=True) for number in ours]
            await self._clock.sleep(_BACK_S)
        return site_pb2.ListMyLotsReply(lots=lots, read_started_ms=started)

    async def SubmitIntent(self, request, **_call):  # noqa: N802 - as in the contract
        """A bid: a token, CLAIM, the site's answer, SETTLE."""
        intent = await self._records.intent(request.intent_id)
        try:
            await self._gate.admit(Purpose.BID)
        except UpstreamBusy:
            settled = await self._transitions.settle(intent.id, "CANCELLED", "busy", frm="RESERVED")
            return site_pb2.SubmitIntentReply(state=settled.state, why="busy")
        claimed = await self._transitions.claim(intent.id, "port")
        if claimed.action != "send":
            return site_pb2.SubmitIntentReply(state="CANCELLED", why=claimed.why)
        self._enter("bid", "bid", 1)
        await self._clock.sleep(_THERE_S)
        outcome = self._evening.bid(claimed.lot_id, US, claimed.amount_cents // 100)
        await self._clock.sleep(_BACK_S)
        state = {"winning": "LEADING", "outbid": "OUTBID"}.get(outcome.result, "REJECTED")
        settled = await self._transitions.settle(intent.id, state, outcome.result)
        return site_pb2.SubmitIntentReply(state=settled.state, why=outcome.result)

    def WatchLots(self):  # noqa: N802 - as in the contract
        """A stream of live events."""
        return _Stream(self.live)

    async def _follow(self, number: str) -> AsyncIterator[site_pb2.LiveEvent]:
        self._enter("connect", "live", 1)
        await self._clock.sleep(_THERE_S)
        events = self._evening.listeners[number] = asyncio.Queue()
        try:
            yield site_pb2.LiveEvent(lot_id=number, kind=site_pb2.LiveEvent.KIND_CONNECTED)
            while True:
                event = await events.get()
                await self._clock.sleep(_BACK_S)
                yield event
                if event.kind == site_pb2.LiveEvent.KIND_CLOSED:
                    await asyncio.Event().wait()
        finally:
            if self._evening.listeners.get(number) is events:
                del self._evening.listeners[number]
        raise FeedLost("ended")

    def _enter(self, kind: str, why: str, lots: int, *, ended: bool = False) -> None:
        self._evening.asked.append(Asked(self._evening.now, kind, why, lots, ended))


class _Stream:
    """
    The two-way call that live events come by.
    """

    def __init__(self, live: Live) -> None:
        self._around = live.subscribe()
        self._subscription = self._around.__enter__()

    async def write(self, request) -> None:
        """The lots to listen to from now on."""
        self._subscription.want(request.lot_ids)

    def __aiter__(self):
        return self._subscription.events()

    def cancel(self) -> None:
        """No more."""
        self._around.__exit__(None, None, None)
