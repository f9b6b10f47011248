"""One replica's breaker, over the scripts that all replicas share."""

import asyncio

import pytest

from bidwright.errors import UpstreamBusy, UpstreamCached, UpstreamChanged, UpstreamDown
from bidwright.site import SiteCall
from bidwright_feature_breaker import CIRCUIT_BREAKER, register_toggles, wrap_site
from bidwright_feature_breaker.breaker import Breaker

LOT, LIST = SiteCall("page", "poll"), SiteCall("listings", "poll")


class Shared:
    """The store's word, as a test sets it; what was told and counted."""

    failures = 5

    def __init__(self):
        self.word, self.gen, self.wait_s = "go", "0", 0.0
        self.told, self.counted, self.asked = [], [], 0

    async def ask(self, *, may_probe):
        self.asked += 1
        return ("wait" if self.word == "probe" and not may_probe else self.word), self.gen, self.wait_s

    async def tell(self, what, gen, why=""):
        self.told.append((what, gen))

    def count(self, what):
        self.counted.append(what)


class Site:
    """Answers, or raises what *trouble* is; holds answers back while *hold* is set."""

    def __init__(self):
        self.trouble, self.calls, self.hold = None, 0, None

    async def __call__(self, call):
        self.calls += 1
        if self.hold:
            await self.hold.wait()
        if self.trouble:
            raise self.trouble
        return "answer"


@pytest.fixture
def shared():
    """A closed breaker."""
    return Shared()


@pytest.fixture
def site():
    """A good site."""
    return Site()


@pytest.fixture
def breaker(site, shared, clock):
    """Around that site."""
    return Breaker(site, shared, clock)


async def fail(breaker, error, times=1, call=LOT):
    """So many reads that fail."""
    for _ in range(times):
        with pytest.raises(type(error)):
            await breaker(call)


async def test_five_failures_in_a_row_trip_it(breaker, site, shared):
    """Four and a success do not; time-outs, connection errors and 5xx all come as UpstreamDown."""
    site.trouble = UpstreamDown("503")
    await fail(breaker, site.trouble, 4)
    site.trouble = None
    assert "answer" == await breaker(LOT)
    site.trouble = UpstreamDown("503")
    await fail(breaker, site.trouble, 4)
    assert [] == shared.told
    await fail(breaker, site.trouble)
    assert [("trip", "0")] == shared.told


@pytest.mark.parametrize("answered", [UpstreamChanged("odd"), UpstreamCached("old"), UpstreamBusy("429")])
async def test_a_site_that_answers_is_not_ailing(breaker, site, shared, answered):
    """Odd pages, cached pages and "slow down" are not failures of the site."""
    site.trouble = answered
    await fail(breaker, answered, 20)
    assert [] == shared.told


async def test_cancelled_reads_say_nothing(breaker, site, shared):
    """Ten callers that gave up do not open it."""
    site.hold = asyncio.Event()
    tasks = [asyncio.ensure_future(breaker(LOT)) for _ in range(10)]
    await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert ([], []) == (shared.told, shared.counted)


async def test_while_it_is_open_reads_fail_at_once(breaker, site, shared, clock):
    """Without asking the site, and the store only twice a second; with the time to come back."""
    shared.word, shared.wait_s = "wait", 12.0
    for _ in range(50):
        with pytest.raises(UpstreamBusy) as caught:
            await breaker(LOT)
        clock.advance(0.01)
    assert (0, 1, 50) == (site.calls, shared.asked, shared.counted.count("refused"))
    assert 0 < caught.value.retry_after <= 12.0


async def test_the_probe_is_a_lot_and_its_outcome_is_told(breaker, site, shared, clock):
    """A list does not probe; a good probe closes, a bad one opens."""
    shared.word = "wait"
    await fail(breaker, UpstreamBusy("x"))
    shared.word = "probe"
    clock.advance(1)
    await fail(breaker, UpstreamBusy("x"), call=LIST)
    site.trouble = UpstreamDown("still")
    await fail(breaker, site.trouble)
    site.trouble = None
    assert "answer" == await breaker(LOT)
    assert [("bad", "0"), ("good", "0")] == shared.told


async def test_a_reply_from_before_the_last_flip_is_not_counted(breaker, site, shared, clock):
    """Five reads that began while it was closed and fail after it opened and closed again trip nothing."""
    site.hold, site.trouble = asyncio.Event(), UpstreamDown("late")
    tasks = [asyncio.ensure_future(breaker(LOT)) for _ in range(5)]
    await asyncio.sleep(0)
    clock.advance(1)
    shared.gen = "2"
    quick = Site()
    breaker._fetch, slow = quick, breaker._fetch
    await breaker(LOT)
    breaker._fetch = slow
    site.hold.set()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert [] == shared.told


async def test_a_trip_elsewhere_is_known_within_half_a_second(breaker, site, shared, clock):
    """The store's word is asked for again when it is that old."""
    await breaker(LOT)
    shared.word, shared.gen, shared.wait_s = "wait", "1", 30.0
    clock.advance(0.51)
    await fail(breaker, UpstreamBusy("x"))
    assert 1 == site.calls


def test_off_means_plain_calls(site, shared, clock):
    """The hook leaves the fetch as it is while the toggle is off."""

    class Around:
        breaker = shared

        def __init__(self, on):
            self.on, self.clock = on, clock

        def is_on(self, toggle):
            return self.on and toggle is CIRCUIT_BREAKER

    assert [CIRCUIT_BREAKER] == list(register_toggles())
    assert wrap_site(site, Around(on=False)) is None
    assert isinstance(wrap_site(site, Around(on=True)), Breaker)
