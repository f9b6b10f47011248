"""Timings: histograms while the switch is on, nothing around anything while it is off."""

from types import SimpleNamespace

from prometheus_client import REGISTRY

from bidwright import Look, SiteCall
from bidwright.testing import make_lot
from bidwright_feature_timings import wrap_look, wrap_site, wrap_strategy
from bidwright_strategy_manual import Manual

ON = SimpleNamespace(is_on=lambda toggle, lot="": True)
OFF = SimpleNamespace(is_on=lambda toggle, lot="": False)


def count(what, **labels):
    """How many were timed so far."""
    return REGISTRY.get_sample_value(f"bidwright_timing_{what}_seconds_count", labels) or 0


async def test_reads_looks_and_decisions_are_timed():
    """One each, by kind, service and strategy; what is wrapped answers as before."""
    lot = make_lot()

    async def fetch(call):
        return call.kind

    async def look_at(look):
        return None

    before = count("read", kind="data"), count("look", service="bidder"), count("decision", strategy="manual")
    assert "data" == await wrap_site(fetch, ON)(SiteCall("data", "poll"))
    await wrap_look(look_at, ON)(Look("bidder", ["1"]))
    assert Manual().decide(lot, lot.seen_at) == wrap_strategy(Manual(), ON).decide(lot, lot.seen_at)
    after = count("read", kind="data"), count("look", service="bidder"), count("decision", strategy="manual")

    assert [1, 1, 1] == [now - then for then, now in zip(before, after, strict=True)]


def test_off_nothing_is_put_around_anything():
    """So that it costs nothing."""
    assert [None] * 3 == [wrap(object(), OFF) for wrap in (wrap_site, wrap_look, wrap_strategy)]
