"""The request budget: one for all replicas together."""

from itertools import pairwise

from house import House


async def _run(house: House, seconds: float, *, step: float = 0.01, reserve: int = 0) -> list[float]:
    admitted, t = [], 0.0
    while t < seconds:
        if (await house.t.admit(interval_us=140_000, burst=3, reserve=reserve)).ok:
            admitted.append(t)
        house.clock.advance(step)
        t += step
    return admitted


async def test_no_second_ever_holds_more_than_ten(house: House) -> None:
    """
    However hard it is asked: a burst of three and one every 140 ms are at most ten in any sliding second.
    """
    times = await _run(house, 6)

    assert 10 >= max(sum(1 for other in times if start <= other < start + 1) for start in times)


async def test_polls_leave_tokens_for_bids(house: House) -> None:
    """
    After a burst of polls a bid is admitted at once.
    """
    while (await house.t.admit(interval_us=140_000, burst=3, reserve=2)).ok:
        pass

    assert (await house.t.admit(interval_us=140_000, burst=3, reserve=0)).ok


async def test_says_how_long_to_wait(house: House) -> None:
    """
    Who comes back after the wait is admitted.
    """
    while (answer := await house.t.admit(interval_us=140_000, burst=1, reserve=0)).ok:
        pass
    house.clock.advance(answer.wait_s + 0.001)

    assert (await house.t.admit(interval_us=140_000, burst=1, reserve=0)).ok


async def test_a_block_stops_everybody_until_it_ends(house: House) -> None:
    """
    Retry-After counts for all replicas, bids included; a shorter one does not cut a longer one.
    """
    await house.t.block(3000)
    await house.t.block(1000)
    house.clock.advance(2.9)
    assert not (await house.t.admit(interval_us=140_000, burst=3, reserve=0)).ok
    house.clock.advance(0.2)
    assert (await house.t.admit(interval_us=140_000, burst=3, reserve=0)).ok


async def test_slow_rates_are_even(house: House) -> None:
    """
    With burst one the admissions are an interval apart.
    """
    times = []
    for step in range(400):
        if (await house.t.admit(interval_us=500_000, burst=1, reserve=0)).ok:
            times.append(step * 10)
        house.clock.advance(0.01)

    assert all(b - a >= 490 for a, b in pairwise(times))
