"""gRPC: an error keeps its name and its details over the wire."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import grpc.aio
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from bidwright import errors
from bidwright.runtime import rpc
from bidwright_proto.v1 import site_pb2, site_pb2_grpc


@asynccontextmanager
async def _served(servicer: site_pb2_grpc.SiteServicer) -> AsyncIterator[grpc.aio.Channel]:
    """A channel to a server that is stopped whatever the test says: one that is left over fails the tests after it."""
    server, checks = rpc.server(**{"bidwright.v1.Site": (site_pb2_grpc.add_SiteServicer_to_server, servicer)})
    port = rpc.bind(server, "127.0.0.1:0")
    await server.start()
    await rpc.set_serving(checks, ok=True)
    try:
        async with rpc.channel(f"127.0.0.1:{port}") as channel:
            yield channel
    finally:
        await server.stop(None)


class _Failing(site_pb2_grpc.SiteServicer):
    def __init__(self, error: Exception) -> None:
        self.error = error

    async def GetLot(self, request: site_pb2.GetLotRequest, context: grpc.aio.ServicerContext) -> site_pb2.GetLotReply:  # noqa: N802 - gRPC's names
        async def work() -> site_pb2.GetLotReply:
            raise self.error

        return await rpc.answer(context, work())


async def _call(error: Exception) -> errors.BidwrightError:
    async with _served(_Failing(error)) as channel:
        health = await health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(), timeout=5)
        assert health_pb2.HealthCheckResponse.SERVING == health.status
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await site_pb2_grpc.SiteStub(channel).GetLot(site_pb2.GetLotRequest(lot_id="7"), timeout=5)
    return rpc.error_of(caught.value)


@pytest.mark.parametrize(
    "error",
    [
        errors.BadInput("A lot id is a number.", "lot_id"),
        errors.LotGone("The site does not know lot 7."),
        errors.UpstreamChanged("The page has no product."),
        errors.UpstreamDown("The site answered 503."),
        errors.SessionLost("The site asked to log in."),
        errors.StoreDown("Redis did not answer."),
        errors.BidHeld("Halted by the owner.", "halted"),
        errors.UpstreamBusy("Slow down.", 2.5),
    ],
    ids=lambda e: type(e).__name__,
)
async def test_an_error_arrives_as_what_it_was(error: errors.BidwrightError) -> None:
    """
    Same kind, same sentence, same detail on the other side.
    """
    arrived = await _call(error)

    assert (type(error), str(error), vars(error)) == (type(arrived), str(arrived), vars(arrived))


class _Talking(site_pb2_grpc.SiteServicer):
    async def WatchLots(self, request_iterator: object, context: grpc.aio.ServicerContext) -> AsyncIterator[site_pb2.LiveEvent]:  # noqa: N802 - gRPC's names
        while True:
            yield site_pb2.LiveEvent(lot_id=context.peer())
            await asyncio.sleep(0.02)


async def test_a_stream_outlives_the_connections_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Other calls have left its connection for a second one, and that for a third; it goes on.
    """
    monkeypatch.setattr(rpc, "AGE_MS", 100)
    async with _served(_Talking()) as channel, asyncio.timeout(20):
        stub = site_pb2_grpc.SiteStub(channel)
        stream, others = stub.WatchLots(), set[str]()
        first = (await stream.read()).lot_id
        while len(others - {first}) < 2:
            one = stub.WatchLots()
            others.add((await one.read()).lot_id)
            one.cancel()
            assert first == (await stream.read()).lot_id
        stream.cancel()


class _Counting(site_pb2_grpc.SiteServicer):
    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()

    async def GetLot(self, request: site_pb2.GetLotRequest, context: grpc.aio.ServicerContext) -> site_pb2.GetLotReply:  # noqa: N802 - gRPC's names
        self.seen[request.lot_id] += 1
        return site_pb2.GetLotReply()


async def test_no_call_is_lost_to_a_connection_that_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Three callers, hundreds of connections: each call is answered, and none is made twice.
    """
    monkeypatch.setattr(rpc, "AGE_MS", 10)
    site = _Counting()
    async with _served(site) as channel, asyncio.timeout(60):
        stub = site_pb2_grpc.SiteStub(channel)

        async def caller(name: str) -> None:
            for number in range(2_000):
                await stub.GetLot(site_pb2.GetLotRequest(lot_id=f"{name}{number}"), timeout=20)

        await asyncio.gather(*map(caller, "abc"))

    assert len(site.seen) == site.seen.total() == 6_000


async def test_a_service_that_is_not_there_is_named_as_such() -> None:
    """
    A refused connection is UpstreamDown with a sentence, not a stack trace.
    """
    async with rpc.channel("127.0.0.1:1") as channel:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await site_pb2_grpc.SiteStub(channel).GetLot(site_pb2.GetLotRequest(), timeout=5)

    assert isinstance(rpc.error_of(caught.value), errors.UpstreamDown)


async def test_a_taken_port_is_a_sentence() -> None:
    """
    The operator reads which port and what to do.
    """
    server, _ = rpc.server()
    port = rpc.bind(server, "127.0.0.1:0")
    await server.start()
    other, _ = rpc.server()

    with pytest.raises(errors.SetupError, match=str(port)):
        rpc.bind(other, f"127.0.0.1:{port}")
    await server.stop(None)
