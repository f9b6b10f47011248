"""The poller's start beside the other parts, which all start together."""

import asyncio


def test_a_poller_that_starts_before_the_proxy_listens_waits_for_it(system, tmp_path):
    """
    All parts start together, and which of them is there first is chance: lots that are due meanwhile are read as soon as they can be, in
    place of being put off for seconds by a request that nobody took.
    """
    lots = [system.open_lot(7200) for _ in range(40)]
    system.end_proxy()
    for lot in lots:
        system.watch(lot, armed="0")
    system.restart_poller()
    first = system.run(begun(system.poller.step()))
    for _ in range(5):
        system.clock.advance(0.05)
        system.run(asyncio.sleep(0.01))
    assert not first.done()
    system.restart_proxy(tmp_path)
    system._with_time(first)
    system.go(3)

    assert all(system.lot(lot).seen for lot in lots)


async def begun(work):
    """The task of something that has begun."""
    task = asyncio.ensure_future(work)
    await asyncio.sleep(0)
    return task
