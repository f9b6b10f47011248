"""Metrics of poller, bidder and nellis-proxy that stand still while all is well: each moves when what it stands for happens."""

import pytest

ARMED = {"strategy": "auto", "cap": 4000}


def test_a_refusal_is_counted_by_its_reason(system):
    """bidwright_refusals_total: a guard in the store said no."""
    system.run(system.transitions.budget("total", 100))
    system.watch(system.open_lot(600), **ARMED)
    system.go(3)

    assert system.metric("bidder", "bidwright_refusals_total", why="budget") >= 1


def test_looks_that_the_budget_does_not_allow(system):
    """bidwright_poll_shortfall: a hundred lots in their last minutes; it is nothing again when they have closed."""
    for n in range(100):
        system.watch(system.open_lot(100 + n / 10), armed="0")
    system.go(5)
    poller = system.poller

    async def plan():
        stretch = await poller.demand.refresh(2.0, 1.0)
        poller.metrics.shortfall.set(stretch.shortfall)

    system.run(plan())
    assert system.metric("poller", "bidwright_poll_shortfall") > 0


def test_reads_and_looks_are_counted(system):
    """By kind, outcome and way, and for the graphs that were there before: looks that went well, and those that failed."""
    lot = system.open_lot(600)
    system.watch(lot, armed="0")
    system.go(3)
    good = system.poller.metrics.carried.get_sample_value("polling_requests_total", {"result": "success"})
    system.site.faults.add({"kind": "status", "on": ["page", "data", "loader"], "params": {"status": 500}}, system.site.now())
    system.run(system.transitions.put("poll", lot))
    system.go(8)

    carried = system.poller.metrics.carried
    assert good >= 1
    assert carried.get_sample_value("polling_requests_total", {"result": "failed"}) >= 1
    assert carried.get_sample_value("polling_duration_seconds_count") >= 1
    assert carried.get_sample_value("polling_queue_processing_seconds_count") >= 2
    assert system.metric("poller", "bidwright_polls_total", outcome="read") >= 1
    assert (
        sum(system.metric("nellis-proxy", "bidwright_site_requests_total", kind=kind, outcome="5xx") for kind in ("page", "data", "loader"))
        >= 1
    )


@pytest.mark.parametrize("trusted", [True, False])
def test_how_well_the_sites_clock_is_known(system, trusted):
    """Unknown is not exact: the width is no number before anything was measured. Contradictions are told."""
    width = system.registries["nellis-proxy"].get_sample_value("bidwright_site_clock_width_seconds")
    assert width != width  # noqa: PLR0124 - NaN
    system.watch(system.open_lot(600), armed="0")
    system.go(3)
    if not trusted:
        for jump in range(8):
            system.site.skew(20_000 * (jump % 2))
            system.run(system.transitions.put("poll", next(iter(system.run(system.records.open_ids())))))
            system.go(2)
    system._with_time(system.proxy.publish_clock())

    assert system.metric("nellis-proxy", "bidwright_site_clock_width_seconds") > 0
    assert float(trusted) == system.metric("nellis-proxy", "bidwright_site_clock_trusted")
