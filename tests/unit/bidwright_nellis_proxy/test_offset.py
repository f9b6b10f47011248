"""The site's clock as an interval."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bidwright_nellis_proxy.offset import SiteClock

EPOCH = 1_790_000_000.0


def at(seconds: float) -> datetime:
    """The moment *seconds* after 1970."""
    return datetime.fromtimestamp(seconds, UTC)


@given(
    offset=st.floats(-3600, 3600),
    drift=st.floats(-90e-6, 90e-6),
    trips=st.lists(st.tuples(st.floats(0.05, 40), st.floats(0.001, 2), st.floats(0.001, 2)), min_size=1, max_size=30),
)
def test_the_truth_is_always_inside(offset, drift, trips):
    """Whatever the delays, and while the clocks drift apart by less than 100 ppm, site minus local lies in the interval."""
    clock, steady = SiteClock(), 1000.0
    boot = EPOCH - 1000.0  # local wall = steady + boot

    def site(local: float) -> float:
        return local + boot + offset + drift * (local - 1000.0)

    for pause, there, back in trips:
        steady += pause
        sent, stamped, received = steady, steady + there, steady + there + back
        clock.sample(sent, received, at(int(site(stamped))))
        steady = received
        found = clock.offset(steady, at(steady + boot))
        assert found is not None
        true = (site(steady) - (steady + boot)) * 1000
        assert found.lo_ms - 0.01 <= true <= found.hi_ms + 0.01


def test_nothing_known():
    """Before the first sample there is no offset."""
    clock = SiteClock()
    assert clock.offset(1.0, at(EPOCH)) is None
    assert not clock.known


def test_samples_narrow_the_interval():
    """Samples at different parts of a second leave little room."""
    clock = SiteClock()
    for n in range(20):
        now = 100.0 + n * 1.05
        clock.sample(now, now + 0.02, at(int(EPOCH + now)))
    found = clock.offset(121.0, at(EPOCH + 121.0))
    assert found is not None
    assert found.lo_ms <= 0 <= found.hi_ms
    assert found.width_ms < 150


def test_a_step_starts_anew():
    """A sample that contradicts the interval replaces it."""
    clock = SiteClock()
    clock.sample(100.0, 100.02, at(EPOCH))
    clock.sample(101.0, 101.02, at(EPOCH + 3601))
    found = clock.offset(101.02, at(EPOCH + 1.0))
    assert found is not None
    assert 3_600_000 < (found.lo_ms + found.hi_ms) / 2 < 3_601_500


def test_the_wall_clock_may_step():
    """The interval is kept in steady time: when the local wall clock is set, the offset follows at once."""
    clock = SiteClock()
    clock.sample(100.0, 100.02, at(EPOCH))
    before, after = clock.offset(100.1, at(EPOCH)), clock.offset(100.1, at(EPOCH - 60))
    assert before is not None
    assert after is not None
    assert 60_000 == round(after.lo_ms - before.lo_ms)


def test_old_knowledge_widens():
    """100 ppm per second: after an hour without a sample the interval is 0.72 s wider."""
    clock = SiteClock()
    clock.sample(100.0, 100.0, at(EPOCH))
    fresh, stale = clock.offset(100.0, at(EPOCH)), clock.offset(3700.0, at(EPOCH + 3600))
    assert fresh is not None
    assert stale is not None
    assert 720 == round(stale.width_ms - fresh.width_ms)


def test_aimed_samples_find_the_second():
    """Requests that arrive when the middle of the interval says the second changes halve it each: six bring it under 50 ms."""
    truth, clock, steady = 0.3137, SiteClock(), 50.0  # local steady minus site
    for _ in range(7):
        steady += 0.5
        steady += clock.until_boundary(steady)
        sent, received = steady, steady + 0.02
        clock.sample(sent, received, at(int(sent + 0.01 - truth)))
        steady = received
    found = clock.offset(steady, at(steady))
    assert found is not None
    assert found.lo_ms <= -truth * 1000 <= found.hi_ms
    assert found.width_ms < 50


def test_clocks_that_disagree_are_not_trusted():
    """Two clocks three seconds apart: after three contradictions the interval spans both; two minutes later that is forgotten."""
    clock = SiteClock()
    for n in range(8):
        now = 100.0 + n
        clock.sample(now, now + 0.01, at(int(EPOCH + now + 0.005 + (3 if n % 2 else 0))))
    found = clock.offset(108.0, at(EPOCH + 108.0))
    assert found is not None
    assert (False, True) == (found.trusted, found.width_ms > 1000)
    later = clock.offset(300.0, at(EPOCH + 300.0))
    assert later is not None
    assert later.trusted
