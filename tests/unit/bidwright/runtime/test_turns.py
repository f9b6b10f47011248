"""Who goes next."""

import asyncio

from bidwright.runtime.turns import Turns

AT_ONCE = 6


async def test_first_bids_go_before_answers_and_near_closes_before_far_ones():
    """
    While all places are taken, a line forms; it is served by rank. (The bidder's ranks: answering or not, then the close.)
    """
    turns, served, hold = Turns(AT_ONCE), [], asyncio.Event()

    async def act(name, close, *, answering):
        async with turns.turn(answering, close):
            served.append(name)
            await hold.wait()

    first = [asyncio.create_task(act("early", 0, answering=True)) for _ in range(AT_ONCE)]
    await asyncio.sleep(0)
    waiting = {
        name: asyncio.create_task(act(name, close, answering=answering))
        for name, close, answering in [("answer", 1, True), ("far", 9, False), ("near", 5, False), ("gone", 2, False)]
    }
    await asyncio.sleep(0)
    assert 4 == turns.waiting

    waiting.pop("gone").cancel()
    await asyncio.sleep(0)
    hold.set()
    await asyncio.gather(*first, *waiting.values())

    assert ["early"] * AT_ONCE + ["near", "far", "answer"] == served


async def test_a_place_given_to_somebody_who_leaves_goes_on():
    """
    No place is ever lost: afterwards all can be taken again.
    """
    turns = Turns(AT_ONCE)
    held = [turns.turn(0) for _ in range(AT_ONCE)]
    for one in held:
        await one.__aenter__()

    async def wait():
        async with turns.turn(1):
            pass

    line = [asyncio.create_task(wait()) for _ in range(6)]
    await asyncio.sleep(0)
    assert 6 == turns.waiting

    await held[0].__aexit__(None, None, None)
    line[0].cancel()  # it was just given the place, and did not yet run
    await asyncio.gather(*line, return_exceptions=True)
    for one in held[1:]:
        await one.__aexit__(None, None, None)

    async with asyncio.timeout(1):
        for _ in range(AT_ONCE):
            await turns.turn(0).__aenter__()


async def test_those_in_line_are_counted_by_who_goes_first():
    """
    A newcomer asks how many it would wait behind: far ones in line keep no near one away.
    """
    turns, hold = Turns(1), asyncio.Event()

    async def act(close):
        async with turns.turn(close):
            await hold.wait()

    tasks = [asyncio.create_task(act(close)) for close in (0, 50, 60, 70)]
    await asyncio.sleep(0)
    assert (0, 2, 3) == (turns.before(10), turns.before(60), turns.before(80))

    hold.set()
    await asyncio.gather(*tasks)
    assert 0 == turns.before(80)
