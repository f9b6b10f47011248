"""The bidder asked from outside, over real gRPC."""

import json

import grpc.aio
import pytest

from bidwright.runtime import rpc
from bidwright_bidder.latency import Latency
from bidwright_proto.v1 import bidder_pb2, bidder_pb2_grpc


@pytest.fixture
def ask(system):
    """Calls the service by method name."""
    server, _ = rpc.server(**{"bidwright.v1.Bidder": (bidder_pb2_grpc.add_BidderServicer_to_server, system.bidder.servicer)})
    port = rpc.bind(server, "127.0.0.1:0")

    async def call(method, request):
        async with rpc.channel(f"127.0.0.1:{port}") as channel:
            return await getattr(bidder_pb2_grpc.BidderStub(channel), method)(request, timeout=5)

    system.run(server.start())
    yield lambda method, request: system.run(call(method, request))
    system.run(server.stop(0))


def test_lists_strategies_with_their_forms(ask):
    """
    The JSON Schema of each draws the form; the version goes into receipts.
    """
    reply = ask("ListStrategies", bidder_pb2.ListStrategiesRequest())
    by_name = {one.name: one for one in reply.strategies}

    assert {"auto", "manual", "smart", "sniping"} == set(by_name)
    assert "snipeSeconds" in json.loads(by_name["sniping"].params_schema)["properties"]
    assert ("strategy-snipe", "0.1.0") == (by_name["sniping"].plugin, by_name["sniping"].version)


def test_explains_a_lot(system, ask):
    """
    The same sentence as on the lot.
    """
    lot = system.open_lot(600)
    system.watch(lot)
    system.go(2)
    reply = ask("Explain", bidder_pb2.ExplainRequest(lot_id=lot))

    assert (system.lot(lot).say, True) == (reply.sentence, reply.will_bid)
    assert reply.sentence.startswith("Will bid up to $40 at 14:09:")


def test_does_not_know_a_lot_that_is_not_watched(ask):
    """
    With the number that was asked for.
    """
    with pytest.raises(grpc.aio.AioRpcError, match="Lot 5 is not watched"):
        ask("Explain", bidder_pb2.ExplainRequest(lot_id="5"))


def test_the_lead_follows_the_latency(system):
    """
    Slow reads make an early snipe, and the sentence says so.
    """
    lot = system.open_lot(600)
    for _ in range(3):
        system.bidder.latency.reads.add(5.0)
    system.watch(lot, params='{"snipeSeconds": 2}')
    system.go(2)

    assert "2 s would be too late to be safe" in system.lot(lot).say
    assert system.bidder.latency.safe_lead(None) > Latency().safe_lead(None)
