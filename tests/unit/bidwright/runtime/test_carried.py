"""Carried metrics: what other services count is shown by the gateway, added up, whoever comes and goes."""

from prometheus_client import CollectorRegistry, generate_latest

from bidwright.runtime.carried import Carried, Polling, Sse, tally
from bidwright.runtime.telemetry import Beat


def beat(replica, counts, *, started=0):
    """What a replica says."""
    return Beat("poller", replica, 1, started, 0, tally=counts)


def shown(carried):
    """The lines that Prometheus reads, by name and labels."""
    registry = CollectorRegistry()
    registry.register(carried)
    lines = generate_latest(registry).decode().splitlines()
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))}


def counted(ok=0, up=0):
    """The tally of a service that made *ok* looks and has *up* connections."""
    registry = CollectorRegistry()
    polling, sse = Polling(registry), Sse(registry)
    for _ in range(ok):
        polling.requests.labels("success").inc()
        polling.duration.observe(0.2)
    sse.active.set(up)
    return tally(registry)


OK = 'polling_requests_total{result="success"}'


def test_replicas_are_added_up():
    """Counters as they grow, gauges as they are; all names are there from the start, with zeros."""
    carried = Carried(since_ms=0)
    assert (0, 0) == (shown(carried)[OK], shown(carried)['sse_events_received_total{event_type="ping"}'])

    carried.take([beat("a", counted(2, up=3), started=1), beat("b", counted(1, up=4), started=1)])
    carried.take([beat("a", counted(5, up=1), started=1), beat("b", counted(1, up=4), started=1)])

    found = shown(carried)
    assert (6, 5) == (found[OK], found["sse_connections_active"])
    assert (6, 6, 0) == tuple(found[f"polling_duration_seconds_{one}"] for one in ("count", 'bucket{le="0.25"}', 'bucket{le="0.1"}'))


def test_what_was_counted_before_this_gateway_began_is_not_told_again():
    """It was shown by the one before; a replica that began later counts from its first look."""
    carried = Carried(since_ms=1000)
    carried.take([beat("old", counted(50), started=10), beat("new", counted(2), started=2000)])
    assert 2 == shown(carried)[OK]

    carried.take([beat("old", counted(51), started=10), beat("new", counted(2), started=2000)])
    assert 3 == shown(carried)[OK]


def test_a_replica_that_ends_leaves_what_it_counted():
    """A counter never falls; connections are gone with it."""
    carried = Carried(since_ms=0)
    carried.take([beat("a", counted(4, up=2), started=1)])
    carried.take([])
    carried.take([beat("b", counted(1, up=1), started=5)])

    assert (5, 1) == (shown(carried)[OK], shown(carried)["sse_connections_active"])


def test_a_beat_of_another_version_harms_nothing():
    """Names that nobody knows, and none at all."""
    carried = Carried(since_ms=0)
    carried.take([beat("a", {"something_else_total": 7.0}), beat("b", {})])

    assert 0 == shown(carried)[OK]
