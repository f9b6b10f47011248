"""Traces: one id through services and logs, nothing where they are off."""

import json
from types import SimpleNamespace

import pytest
from structlog.testing import capture_logs

from bidwright import Look, SiteCall
from bidwright.runtime import logging, rpc
from bidwright.runtime.reads import SiteReads
from bidwright.trace import Trace, current, under
from bidwright_feature_tracing import DISTRIBUTED_TRACING, export, wrap_look, wrap_site
from bidwright_feature_tracing.spans import span
from bidwright_gateway.testing import FakeSite
from bidwright_proto.v1 import site_pb2, site_pb2_grpc

OF_THE_STANDARD = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@pytest.fixture(autouse=True)
def _no_endpoint():
    """Each test looks for an endpoint anew."""
    export.outlet.cache_clear()
    yield
    export.outlet.cache_clear()


def around(*lots):
    """A service where it is on for these lots."""
    return SimpleNamespace(is_on=lambda toggle, lot="": lot in lots, may_be_on=lambda toggle: toggle is DISTRIBUTED_TRACING and bool(lots))


@pytest.mark.parametrize(
    "odd", ["", "00", OF_THE_STANDARD + "-x", OF_THE_STANDARD.replace("4", "g"), "00-" + "0" * 32 + OF_THE_STANDARD[35:]]
)
def test_only_the_standards_form_is_read(odd):
    """What somebody else sends as it may be."""
    assert OF_THE_STANDARD == Trace.read(OF_THE_STANDARD).header
    assert Trace.read(odd) is None


async def test_a_look_begins_a_trace_where_it_is_on():
    """Its read is a part of it; a look at another lot has none, and off nothing is put around anything."""
    seen = []

    async def fetch(call):
        seen.append(current())

    async def look_at(look):
        seen.append(current())
        await wrap_site(fetch, around("1"))(SiteCall("page", "poll"))

    with capture_logs() as logs:
        for lot in ("1", "2"):
            await wrap_look(look_at, around("1"))(Look("poller", [lot]))

    look, read, *others = seen
    assert (look.id, [None, None]) == (read.id, others)
    assert [("site.read", look.span), ("poller.look", "")] == [(line["name"], line["parent"]) for line in logs]
    assert (None, None) == (wrap_look(look_at, around()), wrap_site(fetch, around()))


async def test_the_trace_travels_to_the_next_service():
    """In the metadata of a call; one that belongs to none carries none."""
    seen = []

    class Site(FakeSite):
        async def _lot(self, lot_id):
            seen.append(current())
            return site_pb2.GetLotReply()

    server, _ = rpc.server(**{"bidwright.v1.Site": (site_pb2_grpc.add_SiteServicer_to_server, Site())})
    port = rpc.bind(server, "127.0.0.1:0")
    await server.start()
    async with rpc.channel(f"127.0.0.1:{port}") as channel:
        reads = SiteReads(site_pb2_grpc.SiteStub(channel))
        await reads.lot("1")
        with capture_logs() as logs, under(Trace.begun()) as _, span("mine") as trace:
            await reads.lot("1")
    await server.stop(0)

    spans = {line["name"]: line for line in logs}
    assert [None, trace.id] == [one and one.id for one in seen]
    assert (trace.span, spans["call.GetLot"]["span"]) == (spans["call.GetLot"]["parent"], spans["Site/GetLot"]["parent"])
    assert seen[1].span == spans["Site/GetLot"]["span"]


def test_lines_say_their_trace(capsys):
    """Every line that is logged within it."""
    logging.configure("poller", form="json")
    with under(Trace.read(OF_THE_STANDARD)):
        logging.get_logger("x").info("it.happened")
    line = json.loads(capsys.readouterr().err)

    assert ("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7") == (line["trace"], line["span"])


def test_spans_are_handed_to_an_exporter():
    """With their parent, times and what went wrong."""
    sent = []
    export.outlet().send = sent.append
    with pytest.raises(ValueError, match="no"), span("outer"), span("inner", kind="page"):
        raise ValueError("no")
    inner, outer = sent

    assert ("inner", "outer", outer.trace, "ValueError") == (inner.name, outer.name, inner.parent, inner.failed)
    assert inner.began_ns <= inner.ended_ns


def test_an_endpoint_without_the_extra_is_said(monkeypatch):
    """Spans stay in the log."""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318")
    monkeypatch.setitem(__import__("sys").modules, "bidwright_feature_tracing.otlp", None)
    with capture_logs() as logs:
        export.outlet().loading.join()

    assert export.outlet().send is None
    assert ["spans.kept"] == [line["event"] for line in logs]
