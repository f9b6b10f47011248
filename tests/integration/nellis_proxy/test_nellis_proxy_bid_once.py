"""One intent, one body, one verdict, in a fixed order: whoever asks again, hangs up or comes late."""

import asyncio

from raw_site import GOOD, http, served, submit

from bidwright.transitions import Transitions
from bidwright_proto.v1 import site_pb2


async def test_connect_claim_write_in_this_order(at):
    """The connection stands before CLAIM, and the first byte comes after it."""
    order = []

    async def note(site, reader, writer):
        order.append("connected")
        await site.take(reader)
        order.append("written")
        writer.write(http(GOOD))

    class Noting(Transitions):
        async def admit(self, *args, **kwargs):
            await asyncio.sleep(0.05)
            order.append("token")
            return await super().admit(*args, **kwargs)

        async def claim(self, *args, **kwargs):
            order.append("claim")
            return await super().claim(*args, **kwargs)

    async with served(note) as (_, url), at(url) as house:
        running = await house.start(transitions=Noting(house.redis))
        await house.signed_in()
        await house.reserve()
        assert "LEADING" == (await submit(running)).state
        assert ["connected", "token", "claim", "written"] == order


async def test_many_submits_one_body(at):
    """Two proxies asked ten times each for one intent write one body."""

    async def slow(site, reader, writer):
        await site.take(reader)
        await asyncio.sleep(0.1)
        writer.write(http(GOOD))

    async with served(slow) as (site, url), at(url) as house:
        both = [await house.start(), await house.start()]
        await house.signed_in()
        await house.reserve()
        await asyncio.gather(*(submit(running) for running in both for _ in range(3)), return_exceptions=True)
        assert 1 == len(site.bids)
        assert "LEADING" == await house.state()


async def test_the_caller_hangs_up(at):
    """A caller that goes away does not keep the answer from being read and settled."""

    async def slow(site, reader, writer):
        await site.take(reader)
        await asyncio.sleep(0.3)
        writer.write(http(GOOD))

    async with served(slow) as (site, url), at(url) as house:
        running = await house.start()
        await house.signed_in()
        await house.reserve()
        call = running.stub.SubmitIntent(site_pb2.SubmitIntentRequest(intent_id="i1"))
        await site.asked.wait()
        call.cancel()
        await running.proxy.parts.bids.finish()
        assert "LEADING" == await house.state()


async def test_a_verdict_that_came_first_stands(at):
    """An answer that comes after somebody else settled the intent changes nothing."""

    async def slow(site, reader, writer):
        await site.take(reader)
        await asyncio.sleep(0.2)
        writer.write(http(GOOD))

    async with served(slow) as (site, url), at(url) as house:
        running = await house.start()
        await house.signed_in()
        await house.reserve()
        waiting = asyncio.ensure_future(submit(running))
        await site.asked.wait()
        await house.transitions.settle("i1", "REJECTED", "judge")
        assert "REJECTED" == (await waiting).state
