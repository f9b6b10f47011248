"""Bids that end before the wire: whatever stops one, the site gets not one byte."""

import asyncio

import pytest
from raw_site import refused, refuses, served, submit

from bidwright import SystemClock
from bidwright.errors import NotFound, StoreDown
from bidwright.transitions import Transitions
from bidwright_nellis_proxy.bids import WRITE_WITHIN_S


async def test_nobody_listens(at):
    """No connection: nothing was written, the intent is over."""
    async with served(refuses) as (_, url):
        pass
    async with at(url) as house:
        running = await house.start()
        await house.signed_in()
        await house.reserve()
        reply = await submit(running)
        assert ("CANCELLED", "not-connected") == (reply.state, reply.why)
        assert "CANCELLED" == await house.state()


async def test_closed_before_the_write(at):
    """The site hangs up right after the connection: nothing is written to it."""

    async def hang_up(site, reader, writer):
        writer.write_eof()
        site.bytes += len(await reader.read(65536))

    class Slow(Transitions):
        async def claim(self, *args, **kwargs):
            await asyncio.sleep(0.05)
            return await super().claim(*args, **kwargs)

    async with served(hang_up) as (site, url), at(url) as house:
        running = await house.start(transitions=Slow(house.redis))
        await house.signed_in()
        await house.reserve()
        reply = await submit(running)
        assert ("CANCELLED", "not-connected") == (reply.state, reply.why)
        assert 0 == site.bytes


@pytest.mark.parametrize(
    ("spoil", "state", "why"),
    [
        (lambda house: house.transitions.halt("test", "test"), "CANCELLED", "halted"),
        (lambda house: house.transitions.session("expired", ""), "CANCELLED", "session"),
        (lambda house: house.transitions.mode("test", live=False), "CANCELLED", "service-mode"),
        (lambda house: house.transitions.configure("70012345", {"cap": 1000}), "CANCELLED", "stale-cap"),
        (lambda house: house.transitions.settle("i1", "CANCELLED", "x", frm="RESERVED"), "CANCELLED", "x"),
        (lambda house: house.redis.delete("bw:meta"), "RESERVED", "not-claimed"),
        (lambda house: house.transitions.block(60_000), "CANCELLED", "busy"),
    ],
)
async def test_refused_bids_write_nothing(at, spoil, state, why):
    """Whatever stops a bid before the wire, the site gets not one byte."""
    async with served(refuses) as (site, url), at(url) as house:
        running = await house.start()
        await house.signed_in()
        await house.reserve()
        await spoil(house)
        reply = await submit(running)
        assert (state, why) == (reply.state, reply.why)
        assert state == await house.state()
        assert 0 == site.bytes


@pytest.mark.parametrize(("settings", "why"), [({"mode": "dry-run"}, "dry-run-here"), ({"halt": True}, "halted-here")])
async def test_this_host_says_no(at, settings, why):
    """A proxy locked to dry run, or halted, sends nothing whatever the store says."""
    async with served(refuses) as (site, url), at(url) as house:
        running = await house.start(**settings)
        await house.signed_in()
        await house.reserve()
        reply = await submit(running)
        assert ("CANCELLED", why) == (reply.state, reply.why)
        assert (0, 0) == (site.connections, site.bytes)


@pytest.mark.parametrize("applied", [True, False])
async def test_store_away_at_claim(at, applied):
    """No answer to CLAIM means nothing is written, whether it was applied or not."""

    class Lossy(Transitions):
        async def claim(self, *args, **kwargs):
            if applied:
                await super().claim(*args, **kwargs)
            raise StoreDown("Redis did not answer (claim)")

    async with served(refuses) as (site, url), at(url) as house:
        running = await house.start(transitions=Lossy(house.redis))
        await house.signed_in()
        await house.reserve()
        assert isinstance(await refused(submit(running)), StoreDown)
        assert ("SENDING" if applied else "RESERVED") == await house.state()
        assert 0 == site.bytes


async def test_stalled_after_claim(at):
    """When more than 250 ms pass between CLAIM and the write, nothing is written."""

    class Stall(SystemClock):
        ahead = 0.0

        def monotonic(self):
            return super().monotonic() + self.ahead

    clock = Stall()

    class Slow(Transitions):
        async def claim(self, *args, **kwargs):
            claimed = await super().claim(*args, **kwargs)
            clock.ahead += WRITE_WITHIN_S + 0.01
            return claimed

    async with served(refuses) as (site, url), at(url) as house:
        running = await house.start(clock=clock, transitions=Slow(house.redis))
        await house.signed_in()
        await house.reserve()
        reply = await submit(running)
        assert ("CANCELLED", "stalled") == (reply.state, reply.why)
        assert "CANCELLED" == await house.state()
        assert 0 == site.bytes


async def test_unknown_intent(at):
    """There is nothing to submit."""
    async with served(refuses) as (_, url), at(url) as house:
        running = await house.start()
        assert isinstance(await refused(submit(running, "nobody")), NotFound)


@pytest.mark.parametrize(("next_bid", "state"), [(1500, "LEADING"), (1400, "LEADING")])
async def test_paper_bid(at, next_bid, state):
    """A dry run ends on paper, and the site never hears of it."""
    async with served(refuses) as (site, url), at(url) as house:
        running = await house.start()
        await house.reserve(mode="dry", next_bid=next_bid)
        reply = await submit(running)
        assert (state, "paper") == (reply.state, reply.why)
        assert 0 == site.connections


async def test_paper_bid_that_is_too_late(at):
    """On paper too, a bid below what the lot now costs does not lead."""

    class Overtaken(Transitions):
        async def claim(self, *args, **kwargs):
            claimed = await super().claim(*args, **kwargs)
            await self.redis.hset("bw:lot:70012345", "next_bid", "1600")
            return claimed

    async with served(refuses) as (_, url), at(url) as house:
        running = await house.start(transitions=Overtaken(house.redis))
        await house.reserve(mode="dry")
        assert "OUTBID" == (await submit(running)).state
