"""Bells: who is asked for something by a person is told so, and does not find it only when it next looks."""

import asyncio
from contextlib import asynccontextmanager

import httpx
import pytest
from rest import LOT, lot, watch

from bidwright.runtime import reading, rpc
from bidwright.transitions import Transitions
from bidwright_gateway.testing import TOKEN, FakeSite, running
from bidwright_proto.v1 import bidder_pb2, bidder_pb2_grpc, poller_pb2, poller_pb2_grpc

pytestmark = pytest.mark.integration


class Neighbours(poller_pb2_grpc.PollerServicer, bidder_pb2_grpc.BidderServicer):
    """A poller that reads at once what it is asked for, and a bidder that is only woken."""

    def __init__(self, store):
        self._transitions, self.asked, self.woken = Transitions(store), [], asyncio.Event()

    async def Refresh(self, request, context):  # noqa: N802 - as in the contract
        self.asked.append(request.lot_id)
        await reading.apply(self._transitions, lot(price_cents=1900, next_bid_cents=2000), await self._transitions.stamp())
        return poller_pb2.RefreshReply(queued=True)

    async def Wake(self, request, context):  # noqa: N802 - as in the contract
        self.woken.set()
        return bidder_pb2.WakeReply()

    @asynccontextmanager
    async def beside(self, _):
        adders = {
            "bidwright.v1.Poller": (poller_pb2_grpc.add_PollerServicer_to_server, self),
            "bidwright.v1.Bidder": (bidder_pb2_grpc.add_BidderServicer_to_server, self),
        }
        server, _ = rpc.server(**adders)
        port = rpc.bind(server, "127.0.0.1:0")
        await server.start()
        yield port, port
        await server.stop(0)


@asynccontextmanager
async def client(engine, neighbours, folder):
    made = running(engine.url, FakeSite({LOT: lot()}), neighbours.beside, BIDWRIGHT_DATA_DIR=folder, BIDWRIGHT_BID_WAIT_SECONDS=1)
    async with made as gateway, httpx.AsyncClient(base_url=gateway.url, headers={"Authorization": TOKEN}) as http:
        await watch(http)
        yield http


async def test_refresh_asks_the_poller_itself(engine, store, tmp_path):
    """Which looks at once: one that is only found in the queue waits until the poller next looks there."""
    neighbours = Neighbours(store)
    async with client(engine, neighbours, tmp_path) as http:
        reply = (await http.post(f"/api/auctions/{LOT}/refresh")).json()

    assert ([LOT], True, 19) == (neighbours.asked, reply["fresh"], reply["data"]["currentBid"])


async def test_a_bid_wakes_the_bidder(engine, store, tmp_path):
    """Once the wish is in the record, where a bidder finds it; a wish that is refused wakes nobody."""
    neighbours = Neighbours(store)
    await Transitions(store).session("ok", "")
    async with client(engine, neighbours, tmp_path) as http:
        refused = await http.post(f"/api/auctions/{LOT}/bid", json={"amount": 0})
        assert (400, False) == (refused.status_code, neighbours.woken.is_set())
        bidding = asyncio.ensure_future(http.post(f"/api/auctions/{LOT}/bid", json={"amount": 15}))
        await asyncio.wait_for(neighbours.woken.wait(), 10)
        assert (await store.hget(f"bw:lot:{LOT}", "ask")).endswith(":1500")
        await bidding
