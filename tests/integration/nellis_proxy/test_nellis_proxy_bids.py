"""The last hop of a bid, against a raw server that does everything a network can do to it."""

import asyncio
import json
import socket
import struct
from contextlib import asynccontextmanager

import grpc.aio
import pytest

from bidwright import SystemClock
from bidwright.errors import NotFound, StoreDown
from bidwright.runtime.rpc import error_of
from bidwright.transitions import Transitions
from bidwright_nellis_proxy import wire
from bidwright_nellis_proxy.bids import WRITE_WITHIN_S
from bidwright_proto.v1 import site_pb2

GOOD = {"message": "Your bid was placed", "data": {"bidCount": 4, "currentAmount": 15, "minimumNextBid": 16}}
HIGHER = {"message": "Your bid was placed, but another user has a higher maximum bid", "data": {"currentAmount": 17, "minimumNextBid": 18}}


def http(body, status="200 OK", kind="application/json", extra=""):
    """A whole answer."""
    text = body if isinstance(body, str) else json.dumps(body)
    return f"HTTP/1.1 {status}\r\ncontent-type: {kind}\r\n{extra}content-length: {len(text.encode())}\r\n\r\n{text}".encode()


class RawSite:
    """
    Counts connections and request bodies; *act* decides what happens to one.
    """

    def __init__(self, act):
        self.act = act
        self.connections = 0
        self.bytes = 0
        self.bids = []
        self.heads = []
        self.asked = asyncio.Event()

    async def serve(self, reader, writer):
        self.connections += 1
        try:
            await self.act(self, reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def take(self, reader):
        """Read one request whole."""
        head = await reader.readuntil(b"\r\n\r\n")
        self.bytes += len(head)
        lines = head.decode().split("\r\n")
        length = next((int(line.split(":")[1]) for line in lines if line.lower().startswith("content-length")), 0)
        body = await reader.readexactly(length)
        self.heads.append(head.decode())
        if lines[0].startswith("POST /api/bids"):
            self.bids.append(json.loads(body))
            self.asked.set()
        return lines[0]


def answers(*pieces, then="close"):
    """Take the request, send *pieces*, then close, reset or hang."""

    async def act(site, reader, writer):
        line = await site.take(reader)
        if not line.startswith("POST"):
            writer.write(http("{}", "302 Found", extra="location: /login\r\n"))
            return
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.01)
        if then == "reset":
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()
        if then == "hang":
            await asyncio.sleep(30)

    return act


@asynccontextmanager
async def served(act):
    """A raw site on a socket."""
    site = RawSite(act)
    server = await asyncio.start_server(site.serve, "127.0.0.1", 0)
    try:
        yield site, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


async def submit(running, intent="i1"):
    """What a bidder does."""
    return await running.stub.SubmitIntent(site_pb2.SubmitIntentRequest(intent_id=intent))


async def refused(call):
    """The error that a call ends in."""
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    return error_of(caught.value)


CUTS = [
    ("answered", answers(http(GOOD)), "LEADING", "accepted"),
    ("answered 201 in pieces", answers(http(GOOD, "201 Created")[:30], http(GOOD, "201 Created")[30:]), "LEADING", "accepted"),
    ("outbid at once", answers(http(HIGHER)), "OUTBID", "higher-maximum"),
    ("a date past all years", answers(http(GOOD, extra="date: Mon, 01 Jan 99999999999 00:00:00 GMT\r\n")), "LEADING", "accepted"),
    ("informational first", answers(b"HTTP/1.1 103 Early Hints\r\n\r\n", http(GOOD)), "LEADING", "accepted"),
    (
        "until closed",
        answers(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n" + json.dumps(GOOD).encode()),
        "LEADING",
        "accepted",
    ),
    ("too low", answers(http({"error": "Bid is too low"}, "400 Bad Request")), "REJECTED", "too-low"),
    ("duplicate", answers(http({"error": "You already placed a bid with the same price"}, "409 Conflict")), "UNKNOWN", "duplicate"),
    ("closed before the answer", answers(), "UNKNOWN", "cut"),
    ("reset before the answer", answers(then="reset"), "UNKNOWN", "reset"),
    ("cut in the head", answers(http(GOOD)[:20]), "UNKNOWN", "cut"),
    ("cut in the body", answers(http(GOOD)[:-5]), "UNKNOWN", "cut"),
    ("reset in the body", answers(http(GOOD)[:-5], then="reset"), "UNKNOWN", "reset"),
    ("hangs", answers(then="hang"), "UNKNOWN", "timeout"),
    ("hangs in the body", answers(http(GOOD)[:-5], then="hang"), "UNKNOWN", "timeout"),
    ("garbage", answers(b"\x00\x01\x02 hello\r\n\r\n", then="hang"), "UNKNOWN", "garbage"),
    ("too large", answers(http("x" * 600_000)), "UNKNOWN", "too-large"),
    ("unparsable", answers(http("{")), "UNKNOWN", "not-understood"),
    ("page", answers(http("<html>Hello", kind="text/html")), "UNKNOWN", "page"),
    ("failed", answers(http("", "503 Service Unavailable")), "UNKNOWN", "site-failed"),
]


@pytest.mark.parametrize(("act", "state", "why"), [row[1:] for row in CUTS], ids=[row[0] for row in CUTS])
async def test_every_end_of_an_exchange(at, monkeypatch, act, state, why):
    """Whatever becomes of the connection, the state follows the table and exactly one body was written."""
    monkeypatch.setattr(wire, "TOTAL_S", 0.5)
    async with served(act) as (site, url), at(url) as house:
        running = await house.start()
        await house.signed_in()
        await house.reserve()
        reply = await submit(running)
        assert (state, why) == (reply.state, reply.why)
        assert state == await house.state()
        assert [{"productId": 70012345, "bid": 15}] == site.bids
        assert state == (await submit(running)).state
        assert 1 == len(site.bids)


async def test_the_request(at):
    """The wire has what the site expects, and the session cookie only."""
    async with served(answers(http(GOOD))) as (site, url), at(url) as house:
        running = await house.start()
        await house.signed_in()
        await house.reserve()
        reply = await submit(running)
        assert (1600, "Your bid was placed") == (reply.next_bid_cents, reply.message)
        head = site.heads[0].lower()
        host = url.removeprefix("http://")
        for line in (
            f"host: {host}",
            "cookie: __session=canary-value",
            "content-type: text/plain;charset=utf-8",
            f"origin: {url}",
            "content-length: 31",
        ):
            assert f"\r\n{line}\r\n" in head


async def refuses(site, reader, writer):
    """Whatever comes is counted."""
    site.bytes += len(await reader.read(65536))


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


@pytest.mark.parametrize(
    ("answer", "why", "session"),
    [
        (http({"error": "Please log in"}, "401 Unauthorized"), "session", "expired"),
        (http("", "302 Found", extra="location: /login\r\n"), "session", "expired"),
        (http("<!doctype html><form action='/login'></form>", kind="text/html"), "page", "expired"),
        (http("<!doctype html>Hello", kind="text/html"), "page", "unchecked"),
    ],
)
async def test_logged_out_during_a_bid(at, answer, why, session):
    """An answer that takes us for somebody else decides nothing about the bid and stops bidding for the account."""
    async with served(answers(answer)) as (_, url), at(url) as house:
        running = await house.start()
        await house.signed_in()
        await house.reserve()
        reply = await submit(running)
        assert ("UNKNOWN", why) == (reply.state, reply.why)
        assert session == (await house.records.session())["state"]


async def test_too_many_requests_during_a_bid(at):
    """429 proves nothing about the bid and keeps everybody away."""
    async with served(answers(http("", "429 Too Many Requests", extra="retry-after: 8\r\n"))) as (_, url), at(url) as house:
        running = await house.start()
        await house.signed_in()
        await house.reserve()
        assert ("UNKNOWN", "busy") == ((reply := await submit(running)).state, reply.why)
        status = await running.stub.GetStatus(site_pb2.GetStatusRequest())
        assert status.blocked_until_ms > 0


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
