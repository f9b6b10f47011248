"""Calls to the other services, each with a deadline; what fails comes back as a BidwrightError."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

import grpc.aio

from bidwright.clock import Clock
from bidwright.errors import BidwrightError
from bidwright.runtime import rpc
from bidwright_proto.v1 import bidder_pb2, bidder_pb2_grpc, poller_pb2, poller_pb2_grpc, site_pb2, site_pb2_grpc

R = TypeVar("R")
READ_S = 5.0
"""A read of the site, at most."""
SEARCH_S = 8.0
"""A search, at most: the first one reads a page of the site before it asks the index, and each waits for its turn."""
PROBE_S = 90.0
_QUICK_S = 2.0
_BELL_S = 0.5
"""Who has not answered by then will find in the queue what is to be done."""
_STRATEGIES_S = 0.3
"""Strategies come and go while everything runs; a page that asks for each of its lots need not ask the bidder each time."""


class Calls:
    """
    nellis-proxy, bidder and poller as the gateway needs them. Every function raises UpstreamDown when its service is away.
    """

    def __init__(self, site: grpc.aio.Channel, bidder: grpc.aio.Channel, poller: grpc.aio.Channel, clock: Clock) -> None:
        self._site: Any = site_pb2_grpc.SiteStub(site)  # type: ignore[no-untyped-call]
        self._bidder: Any = bidder_pb2_grpc.BidderStub(bidder)  # type: ignore[no-untyped-call]
        self._poller: Any = poller_pb2_grpc.PollerStub(poller)  # type: ignore[no-untyped-call]
        self._clock = clock
        self._strategies: bidder_pb2.ListStrategiesReply | None = None
        self._asked = float("-inf")

    async def get_lot(self, lot_id: str, within_s: float = READ_S) -> site_pb2.GetLotReply:
        """One fresh read of a lot. Raises LotGone when the site does not know it."""
        return await _ask(self._site.GetLot, site_pb2.GetLotRequest(lot_id=lot_id), within_s)

    async def get_lots(self, lot_ids: Sequence[str], within_s: float = READ_S) -> site_pb2.GetLotsReply:
        """One read of many lots; those that are not open are absent. Raises UpstreamChanged where the site does not offer it."""
        return await _ask(self._site.GetLots, site_pb2.GetLotsRequest(lot_ids=lot_ids, purpose=site_pb2.PURPOSE_POLL), within_s)

    async def my_lots(self) -> site_pb2.ListMyLotsReply:
        """The open lots that the account bid on or marked. Raises SessionLost without a session."""
        return await _ask(self._site.ListMyLots, site_pb2.ListMyLotsRequest(), 10.0)

    async def search(self, asked: site_pb2.SearchRequest, within_s: float = SEARCH_S) -> site_pb2.SearchReply:
        """Lots that the site's search index lists, without prices."""
        return await _ask(self._site.Search, asked, within_s)

    async def set_session(self, cookies: str) -> site_pb2.SessionReply:
        """Hand the site's cookies over; only the session cookie is kept, sealed."""
        return await _ask(self._site.SetSession, site_pb2.SetSessionRequest(cookies=cookies), 15.0)

    async def set_sealed_session(self, sealed: site_pb2.SealedCookies) -> site_pb2.SessionReply:
        """Hand over cookies that only nellis-proxy can read. Raises BadInput when it cannot."""
        return await _ask(self._site.SetSession, site_pb2.SetSessionRequest(sealed=sealed), 15.0)

    async def session_key(self) -> site_pb2.SessionKey:
        """The key that cookies may be sealed to."""
        return await _ask(self._site.GetSessionKey, site_pb2.GetSessionKeyRequest(), _QUICK_S)

    async def check_session(self) -> site_pb2.SessionReply:
        """Ask the site whether we are logged in."""
        return await _ask(self._site.CheckSession, site_pb2.CheckSessionRequest(), 10.0)

    async def site_status(self) -> site_pb2.GetStatusReply:
        """What nellis-proxy says about itself and the site."""
        return await _ask(self._site.GetStatus, site_pb2.GetStatusRequest(), _QUICK_S)

    async def probe(self, lot_id: str) -> site_pb2.ProbeReply:
        """What of the site can be settled by reading; takes half a minute. Raises Conflict while another one is under way."""
        return await _ask(self._site.Probe, site_pb2.ProbeRequest(lot_id=lot_id), PROBE_S)

    async def look_now(self, lot_id: str) -> None:
        """Have the poller look at a watched lot at once."""
        await _ask(self._poller.Refresh, poller_pb2.RefreshRequest(lot_id=lot_id), _BELL_S)

    async def wake_bidder(self) -> None:
        """Have a bidder look into its queue at once."""
        await _ask(self._bidder.Wake, bidder_pb2.WakeRequest(), _BELL_S)

    async def queue(self) -> poller_pb2.QueueStatusReply:
        """What the poller has to do."""
        return await _ask(self._poller.QueueStatus, poller_pb2.QueueStatusRequest(), _QUICK_S)

    async def strategies(self) -> bidder_pb2.ListStrategiesReply:
        """The strategies the bidder has, asked at most three times a second."""
        known = self._strategies
        if known is None or self._clock.monotonic() - self._asked > _STRATEGIES_S:
            reply: bidder_pb2.ListStrategiesReply = await _ask(self._bidder.ListStrategies, bidder_pb2.ListStrategiesRequest(), _QUICK_S)
            self._strategies, self._asked = reply, self._clock.monotonic()
            return reply
        return known

    async def plugins(self) -> list[bidder_pb2.Plugin]:
        """The plugins that the bidder knows."""
        reply: bidder_pb2.ListPluginsReply = await _ask(self._bidder.ListPlugins, bidder_pb2.ListPluginsRequest(), _QUICK_S)
        return list(reply.plugins)

    async def try_strategy(self, lot_id: str, strategy: str, params: str) -> bidder_pb2.TryStrategyReply:
        """What a strategy says about a watched lot as it stands now. Raises NotFound when it is not watched."""
        asked = bidder_pb2.TryStrategyRequest(lot_id=lot_id, strategy=strategy, params=params)
        return await _ask(self._bidder.TryStrategy, asked, 5.0)

    async def replay(self, lot_id: str, strategy: str, params: str, cap_cents: int) -> bidder_pb2.ReplayStrategyReply:
        """What a strategy would have done with the prices that were seen. Raises NotFound when the lot is not watched."""
        asked = bidder_pb2.ReplayStrategyRequest(lot_id=lot_id, strategy=strategy, params=params, cap_cents=cap_cents)
        return await _ask(self._bidder.ReplayStrategy, asked, 15.0)

    async def explain(self, lot_id: str) -> bidder_pb2.ExplainReply:
        """What would happen to a lot now, and what a pre-flight check finds. Raises NotFound when it is not watched."""
        return await _ask(self._bidder.Explain, bidder_pb2.ExplainRequest(lot_id=lot_id), 5.0)

    async def strategy_names(self) -> frozenset[str]:
        """Names of the strategies; empty while the bidder is away: then only the built-in words are known."""
        try:
            return frozenset(s.name for s in (await self.strategies()).strategies)
        except BidwrightError:
            return frozenset()


async def _ask(call: Callable[..., Awaitable[R]], request: object, timeout_s: float) -> R:
    try:
        return await rpc.ask(call, request, timeout_s)
    except grpc.aio.AioRpcError as error:
        raise rpc.error_of(error) from None
