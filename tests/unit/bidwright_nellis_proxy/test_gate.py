"""The one door to the site, on a real store and a clock moved by hand."""

import asyncio

import pytest

from bidwright.errors import StoreDown, UpstreamBusy
from bidwright.runtime.store import connect
from bidwright.transitions import Transitions
from bidwright_nellis_proxy.gate import Gate, Purpose, Rate


@pytest.fixture
def gate(transitions, clock, metrics):
    """A gate at ten requests a second."""
    return Gate(transitions, clock, Rate(10), metrics, lanes=2)


async def settle():
    """Let everybody run who can; the store answers within this."""
    for _ in range(40):
        await asyncio.sleep(0.001)


@pytest.mark.parametrize(
    ("per_second", "interval_us", "burst"), [(10, 140_000, 3), (5, 280_000, 3), (4.9, 285_714, 1), (2, 700_000, 1), (0.5, 2_800_000, 1)]
)
def test_rate(per_second, interval_us, burst):
    """The interval scales with the rate; below five a second there is no burst."""
    assert (interval_us, burst) == (Rate(per_second).interval_us, Rate(per_second).burst)


@pytest.mark.parametrize("per_second", [0.5, 1, 1.9, 2, 4.9, 5, 6, 7, 8, 9, 10, 13, 20])
async def test_no_second_holds_more_than_the_budget_even_when_one_request_is_late(transitions, clock, per_second):
    """Bids and reads ask without a pause, at any rate: a second and a quarter never holds more than a second's requests."""
    rate, times = Rate(per_second), []
    for tick in range(700):
        purpose = (Purpose.BID, Purpose.POLL, Purpose.RECONCILE)[tick % 3]
        pace = {"interval_us": rate.interval_us, "burst": rate.burst, "reserve": min(purpose.leaves, rate.burst - 1)}
        if (await transitions.admit(**pace, eager=purpose is Purpose.BID, most=rate.most(purpose))).ok:
            times.append(tick * 10)
        clock.advance(0.01)

    assert max(1, int(per_second)) >= max(sum(start <= other < start + 1250 for other in times) for start in times)


@pytest.mark.parametrize("per_second", [5, 10, 20])
async def test_the_limit_leaves_a_steady_flow_alone_and_room_for_a_bid(transitions, clock, per_second):
    """Polls alone get what the intervals give, as without the limit; at ten a second a bid goes at once beside them."""
    rate, polls, waits = Rate(per_second), 0, []
    pace = {"interval_us": rate.interval_us, "burst": rate.burst}
    for tick in range(2000):
        polls += (await transitions.admit(**pace, reserve=rate.burst - 1, most=rate.most(Purpose.POLL))).ok
        clock.advance(0.005)
        if tick % 200 == 199:
            waits.append((await transitions.admit(**pace, reserve=0, eager=True, most=rate.most(Purpose.BID))).wait_s)

    assert polls + len(waits) > 0.94 * 10 * per_second / 1.4
    assert per_second < 10 or set(waits) == {0}


async def test_admission_gives_the_start_of_the_read(gate, transitions):
    """Whoever is admitted may claim the store's steady time as the start of the read."""
    assert await transitions.stamp() == await gate.admit(Purpose.POLL)


async def test_reserves(gate):
    """After silence one poll is admitted, then one reconciling read, then one bid, and nobody else."""
    admitted = [asyncio.ensure_future(gate.admit(purpose)) for purpose in (Purpose.POLL, Purpose.POLL)]
    await settle()
    assert [True, False] == [task.done() for task in admitted]
    for purpose in (Purpose.RECONCILE, Purpose.BID):
        await gate.admit(purpose)
    late = asyncio.ensure_future(gate.admit(Purpose.BID))
    await settle()
    assert not late.done()
    for task in (*admitted, late):
        task.cancel()
    await asyncio.gather(*admitted, late, return_exceptions=True)


async def test_rank(gate, clock):
    """Of those who wait, a bid goes first, then the read before one, then a reconciling read, then polls in their order."""
    order = []

    async def go(name, purpose):
        await gate.admit(purpose)
        order.append(name)

    for _ in range(3):
        await gate.admit(Purpose.BID)
    tasks = []
    polls = [("poll 1", Purpose.POLL), ("poll 2", Purpose.POLL)]
    for name, purpose in (*polls, ("read", Purpose.RECONCILE), ("decide", Purpose.DECIDE), ("bid", Purpose.BID)):
        tasks.append(asyncio.ensure_future(go(name, purpose)))
        await settle()
    for _ in range(20):
        clock.advance(0.07)
        await settle()
    assert ["bid", "decide", "read", "poll 1", "poll 2"] == order
    await asyncio.gather(*tasks)


async def test_a_read_that_spares_others_goes_ahead_of_them(gate, clock):
    """Before its own rank, whoever came first, and behind no poll; a bid still overtakes it."""
    order = []

    async def go(name, purpose, *, ahead=False):
        async with gate.through(purpose, ahead=ahead):
            order.append(name)

    for _ in range(3):
        await gate.admit(Purpose.BID)
    asked = (
        ("read", Purpose.RECONCILE, False),
        ("list", Purpose.RECONCILE, True),
        ("poll", Purpose.POLL, False),
        ("bid", Purpose.BID, False),
    )
    tasks = []
    for name, purpose, ahead in asked:
        tasks.append(asyncio.ensure_future(go(name, purpose, ahead=ahead)))
        await settle()
    for _ in range(20):
        clock.advance(0.07)
        await settle()
    assert ["bid", "list", "read", "poll"] == order
    await asyncio.gather(*tasks)


async def test_lanes(gate, clock):
    """A read holds a lane until it is answered; a waiting read gets the freed one; a bid needs none."""
    entered = asyncio.Event()

    async def third():
        async with gate.through(Purpose.RECONCILE):
            entered.set()

    async with gate.through(Purpose.RECONCILE):
        clock.advance(1)
        async with gate.through(Purpose.RECONCILE):
            clock.advance(1)
            waiting = asyncio.ensure_future(third())
            await settle()
            assert not entered.is_set()
            await gate.admit(Purpose.BID)
        clock.advance(1)
        await settle()
        assert entered.is_set()
    await waiting


async def test_polls_are_sent_away_rather_than_queued_without_end(gate):
    """When the line is longer than a poll's patience, the next one is told at once when to come back."""
    polls = [asyncio.ensure_future(gate.admit(Purpose.POLL)) for _ in range(40)]
    await settle()
    answers = [poll.exception() for poll in polls if poll.done()]
    assert [None] + [UpstreamBusy] * 11 == [answer and type(answer) for answer in answers]
    assert all(4.0 < answer.retry_after < 5.0 for answer in answers if isinstance(answer, UpstreamBusy))
    for poll in polls:
        poll.cancel()
    await asyncio.gather(*polls, return_exceptions=True)


async def test_patience_has_an_end(gate, clock):
    """A poll that was overtaken for too long goes away."""
    async with gate.through(Purpose.RECONCILE):
        clock.advance(1)
        async with gate.through(Purpose.RECONCILE):

            async def read():
                async with gate.through(Purpose.POLL):
                    pass

            waiting = asyncio.ensure_future(read())
            await settle()
            clock.advance(4.1)
            with pytest.raises(UpstreamBusy):
                await waiting


async def test_block(gate, transitions, clock, registry):
    """While the site wants to be left alone, everybody is told for how long; afterwards all goes on."""
    await transitions.block(30_000)
    for purpose in Purpose:
        with pytest.raises(UpstreamBusy) as caught:
            await gate.admit(purpose)
        assert 29 < caught.value.retry_after <= 30
        assert 1 == registry.get_sample_value("bidwright_gate_refused_total", {"purpose": purpose.name.lower()})
    clock.advance(30.1)
    await gate.admit(Purpose.POLL)


async def test_cancelled_places_are_given_up(gate, clock):
    """Whoever stops waiting does not hold up those behind."""
    for _ in range(3):
        await gate.admit(Purpose.BID)
    first, second = (asyncio.ensure_future(gate.admit(Purpose.BID)) for _ in range(2))
    await settle()
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    clock.advance(0.15)
    await second


async def test_slow_rate_admits_polls(transitions, clock, metrics):
    """At two a second there is no reserve to leave, and a poll passes all the same."""
    slow = Gate(transitions, clock, Rate(2), metrics)
    await slow.admit(Purpose.POLL)
    waiting = asyncio.ensure_future(slow.admit(Purpose.BID))
    await settle()
    assert not waiting.done()
    clock.advance(0.71)
    await waiting


async def test_store_away(clock, metrics, tmp_path):
    """Without the store nobody is admitted."""
    redis = connect(f"unix://{tmp_path}/nowhere")
    with pytest.raises(StoreDown):
        await Gate(Transitions(redis), clock, Rate(10), metrics).admit(Purpose.BID)
    await redis.aclose()


class Held:
    """The transitions over a line that holds back the first answers, each for so many seconds."""

    def __init__(self, transitions, clock, *held_s):
        self._transitions, self._clock, self._held_s = transitions, clock, list(held_s)
        self.answers = []

    async def admit(self, **asked):
        self.answers.append(await self._transitions.admit(**asked))
        if self._held_s:
            self._clock.advance(self._held_s.pop(0))
        return self.answers[-1]


async def test_an_admission_that_comes_late_is_asked_for_again(transitions, clock, metrics):
    """Many that were held back together would leave together, more than the budget allows in that second."""
    line = Held(transitions, clock, 3.0)
    started = await Gate(line, clock, Rate(10), metrics).admit(Purpose.POLL)
    assert ([True, True], line.answers[1].now_ms) == ([answer.ok for answer in line.answers], started)


async def test_a_store_that_is_always_slow_still_admits(transitions, clock, metrics):
    """What is late every time by as much bunches nothing."""
    line = Held(transitions, clock, 0.4, 0.4, 0.4)
    await Gate(line, clock, Rate(10), metrics).admit(Purpose.POLL)
    assert 2 == len(line.answers)


async def test_a_late_admission_that_settles_a_bid_is_asked_for_again(transitions, clock, metrics):
    """Who takes a token without waiting is held to the same."""
    line = Held(transitions, clock, 3.0)
    await Gate(line, clock, Rate(10), metrics).at_once()
    assert 2 == len(line.answers)
