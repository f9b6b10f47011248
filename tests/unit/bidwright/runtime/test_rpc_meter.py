"""The meter: every call is counted with its outcome, on both sides."""

import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from prometheus_client import REGISTRY

from bidwright.errors import LotGone, UpstreamDown
from bidwright.runtime import rpc
from bidwright.runtime.reads import SiteReads
from bidwright_gateway.testing import LOT, FakeSite
from bidwright_proto.v1 import site_pb2, site_pb2_grpc


def counted(side, method, code):
    """How often a call came to *code* so far."""
    return REGISTRY.get_sample_value(f"bidwright_rpc_{side}_total", {"method": method, "code": code}) or 0


def timed(side, method):
    """How many calls were timed so far."""
    return REGISTRY.get_sample_value(f"bidwright_rpc_{side}_seconds_count", {"method": method}) or 0


@pytest.fixture
async def served():
    """A server of ours and a channel to it."""
    site = FakeSite({LOT: site_pb2.Lot(id=LOT)})
    server, _ = rpc.server(**{"bidwright.v1.Site": (site_pb2_grpc.add_SiteServicer_to_server, site)})
    port = rpc.bind(server, "127.0.0.1:0")
    await server.start()
    async with rpc.channel(f"127.0.0.1:{port}") as channel:
        yield channel, site
    await server.stop(0)


async def test_answers_and_refusals_are_told_apart(served):
    """OK, the status of our own error, and what nobody foresaw; each once on either side."""
    channel, site = served
    site.troubles["GetLots"] = ValueError("a bug")
    reads = SiteReads(site_pb2_grpc.SiteStub(channel))
    before = {
        side: [counted(side, f"{one}GetLot", code) for code in ("OK", "NOT_FOUND")] + [counted(side, f"{one}GetLots", "UNKNOWN")]
        for side, one in (("handled", "Site/"), ("called", ""))
    }
    times = timed("handled", "Site/GetLot"), timed("called", "GetLot")

    await reads.lot(LOT)
    with pytest.raises(LotGone):
        await reads.lot("7")
    with pytest.raises(UpstreamDown):
        await reads.lots([LOT])

    for side, one in (("handled", "Site/"), ("called", "")):
        now = [counted(side, f"{one}GetLot", code) for code in ("OK", "NOT_FOUND")] + [counted(side, f"{one}GetLots", "UNKNOWN")]
        assert [1, 1, 1] == [a - b for a, b in zip(now, before[side], strict=True)]
    assert (times[0] + 2, times[1] + 2) == (timed("handled", "Site/GetLot"), timed("called", "GetLot"))


async def test_a_service_that_is_away_counts_for_who_called(served):
    """There is nobody on the other side who could."""
    before = counted("called", "GetLot", "UNAVAILABLE")
    async with rpc.channel("127.0.0.1:1") as channel:
        with pytest.raises(UpstreamDown):
            await SiteReads(site_pb2_grpc.SiteStub(channel)).lot(LOT)

    assert before + 1 == counted("called", "GetLot", "UNAVAILABLE")


async def test_probes_are_not_ours(served):
    """Health is asked every few seconds; it would drown what matters."""
    channel, _ = served
    await health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest())

    assert not [
        sample
        for metric in REGISTRY.collect()
        if metric.name == "bidwright_rpc_handled"
        for sample in metric.samples
        if "Health" in sample.labels["method"]
    ]
