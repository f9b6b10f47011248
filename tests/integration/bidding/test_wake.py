"""Woken: a bid that somebody waits for begins before the bidder would next have looked."""

import asyncio

from bidwright_proto.v1 import bidder_pb2


def test_a_bidder_that_is_woken_looks_at_once(system):
    """
    It rests while nothing is due, however long that is; the next look then comes without any time passing.
    """
    bidder = system.bidder

    async def woken() -> bool:
        resting = asyncio.ensure_future(bidder.step())
        await asyncio.sleep(0.05)
        assert not resting.done()
        await bidder.servicer.Wake(bidder_pb2.WakeRequest(), None)
        await asyncio.wait_for(resting, 10)
        return not bidder.bell.is_set()

    assert system.run(woken())
