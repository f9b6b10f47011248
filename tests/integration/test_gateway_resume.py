"""The new protocol (/ws?v=2): whoever is cut off at any step and comes back misses nothing and hears nothing twice."""

import asyncio
import os
import random
import sys
from pathlib import Path

import pytest
from websockets.asyncio.client import connect

sys.path.insert(0, str(Path(__file__).parent))  # cut_off.py, the client that is cut off
from cut_off import LOTS, RATES, STEPS, Reader, entries, killed

from bidwright.runtime.init import initialise
from bidwright.transitions import Transitions
from bidwright_gateway import messages
from bidwright_gateway.testing import LOT, SITE, TOKEN, Wire, running, wired

pytestmark = pytest.mark.integration
KILLS = int(os.environ.get("BIDWRIGHT_RESUME_KILLS", "60"))


@pytest.fixture
async def store(redis, tmp_path):
    """A store made ready."""
    await initialise(redis, data_dir=tmp_path, site=SITE, live="1", max_bid_cents=100_000, total_limit_cents=200_000)
    return redis


@pytest.fixture
async def serve(engine, store, tmp_path):
    """Runs a gateway on the store."""
    return lambda **env: running(engine.url, BIDWRIGHT_DATA_DIR=tmp_path, **env)


@pytest.mark.timeout(0)
async def test_killed_at_every_step(serve, store):
    """Over all its connections a client hears each event behind its first snapshot exactly once (BIDWRIGHT_RESUME_KILLS=1000: longer)."""
    async with serve() as made:
        reader, happened = await killed(f"{made.ws}?v=2", store, KILLS)
    assert happened == reader.seen
    assert (0, 1) == (reader.gaps, reader.snapshots)
    assert KILLS == sum(reader.cut.values())
    assert set(STEPS) == set(reader.cut)


async def test_resumed_over_a_restart(serve, store):
    """The next process tells from the log what happened while none was there."""
    t = Transitions(store)
    async with serve() as made:
        reader = Reader(f"{made.ws}?v=2")
        await t.halt("owner", "one")
        await reader.until("first", random.Random(1))
    begin = reader.last
    for why in ("two", "three"):
        await t.halt("owner", why)
    async with serve() as made:
        reader.address = f"{made.ws}?v=2"
        await t.halt("owner", "four")
        happened = await entries(store, begin)
        await reader.catch_up(happened[-1])
    assert (happened, 0) == (reader.seen, reader.gaps)


@pytest.mark.parametrize("last", ["1-0", "99999999999999-0"])
async def test_what_cannot_be_told_any_more_is_a_gap(serve, store, last):
    """A log that was cut off, or another store: the client is told so and gets everything as it is."""
    async with serve() as made:
        reader = Reader(f"{made.ws}?v=2")
        reader.last = last
        await reader.until("some", random.Random(1))
        happened = await entries(store, reader.begun)  # a gateway that has just begun may have something to tell
    assert (1, 1, happened[: len(reader.seen)]) == (reader.gaps, reader.snapshots, reader.seen)


async def follow(gateway, **more):
    """A connection of the new protocol that has its snapshot."""
    wire = Wire(await connect(f"{gateway.ws}?v=2", max_size=None))
    await wire.tell({"type": "authenticate", "token": TOKEN, **more})
    await wire.until(lambda frame: frame["type"] == "snapshot")
    return wire


async def test_only_what_was_asked_for(serve, store):
    """Events of one lot, and those of none; then of all again."""
    t = Transitions(store)
    async with serve() as made:
        wire = await follow(made, auctionIds=["7"])
        for lot_id in ("8", "7"):
            await t.watch(lot_id, {"cap": 4000, **RATES, "strategy": "auto", "armed": 0, "mode": "dry"})
        first = await wire.until(lambda frame: frame["type"] == "lot")
        await wire.ask("subscribe")
        await t.unwatch("8")
        second = await wire.until(lambda frame: frame["type"] == "lot" and frame["kind"] == "watch.removed")
        await t.halt("owner", "x")
        assert "halt.changed" == (await wire.until(lambda frame: frame["type"] == "service"))["kind"]
        await wire.socket.close()
    assert ("7", "8", False) == (first["auctionId"], second["auctionId"], second["watched"])


async def test_pong_says_how_far(serve, store):
    """For a client whose own lots are quiet."""
    async with serve() as made:
        wire = await follow(made, auctionIds=["7"])
        await Transitions(store).watch("8", {"cap": 4000, **RATES, "strategy": "auto", "armed": 0, "mode": "dry"})
        end = (await entries(store))[-1]
        async with asyncio.timeout(5):
            while (await wire.ask("ping"))["id"] != end:  # noqa: ASYNC110 - waits for the other side
                await asyncio.sleep(0.02)
        await wire.socket.close()


async def test_a_countdown_is_only_for_the_existing_protocol(serve, store):
    """A lot in its last minute is told each second there, and not at all here."""
    t = Transitions(store)
    async with serve() as made, wired(made.ws) as old:
        await t.watch(LOT, {"cap": 4000, **RATES, "strategy": "auto", "armed": 0, "mode": "dry"})
        new = await follow(made)
        now = await t.stamp()
        await t.observe(LOT, read_started=now, next_bid=200, leading=False, status="open", close=now + 40_000, price=100)
        for _ in range(3):
            await old.until(lambda frame: frame["type"] == "auctionState")
        await new.until(lambda frame: frame["type"] == "lot" and frame["kind"] == "lot.seen")
        await new.ask("ping")
        assert [] == [
            frame for frame in new.frames if frame["type"] not in ("connected", "authenticated", "lot", "serviceState", "service")
        ]
        assert 0 == len([frame for frame in new.frames if frame["type"] == "lot" and frame["kind"] == "lot.seen"])
        await new.socket.close()


@pytest.mark.parametrize(
    "frame",
    [{"type": "updateConfig", "auctionId": 7, "config": {}}, {"type": "startMonitoring"}, {"type": "nope"}, {"type": "resume"}],
)
async def test_what_does_not_fit_is_refused_with_a_code(serve, store, frame):
    """The types are the protocol."""
    async with serve() as made:
        wire = await follow(made)
        kind = frame.pop("type")
        reply = await wire.ask(kind, **frame)
        assert ("error", "VALIDATION_ERROR") == (reply["type"], reply["code"])
        await wire.socket.close()


async def test_a_change_happens_once(serve, store):
    """The same key gives the same answer, another body none."""
    async with serve() as made:
        wire = await follow(made)
        config = {"maxBid": 10, "strategy": "auto"}
        first = await wire.ask("startMonitoring", auctionId=LOT, config=config, idempotencyKey="k1")
        again = await wire.ask("startMonitoring", auctionId=LOT, config=config, idempotencyKey="k1")
        other = await wire.ask("startMonitoring", auctionId=LOT, config={**config, "maxBid": 11}, idempotencyKey="k1")
        await wire.socket.close()
    assert (True, True, True, "IDEMPOTENCY_KEY_REUSED") == (first["success"], again["success"], again["repeated"], other["code"])


async def test_a_client_that_reads_slowly_gets_the_newest(serve, store):
    """Thousands of states later it has heard the last of each lot and every other event, in order; nobody else waited for it."""
    t = Transitions(store)
    async with serve() as made:
        for lot_id in LOTS:
            await t.watch(lot_id, {"cap": 4000, **RATES, "strategy": "auto", "armed": 0, "mode": "dry"})
        slow = Reader(f"{made.ws}?v=2")
        async with connect(slow.address, max_size=None, max_queue=1) as socket:
            await socket.send(messages.msgspec.json.encode({"type": "authenticate", "token": TOKEN}).decode())
            while slow.snapshots == 0:
                slow.take(await socket.recv())
            [client] = [one for one in made.gateway.deps.hub.clients if one.version == 2]
            gate = asyncio.Event()
            send, client.socket.send_text = client.socket.send_text, lambda text: _after(gate, send, text)
            client.line = None  # it takes no frame at once any more
            for n in range(300):
                stamp = await t.stamp()
                price = 100 * (n + 1)
                await t.observe(
                    LOTS[n % 5],
                    read_started=stamp,
                    next_bid=price + 100,
                    leading=False,
                    status="open",
                    close=stamp + 3_600_000,
                    price=price,
                )
                await asyncio.sleep(0.001)
            await t.halt("owner", "x")
            happened = await entries(store)
            while made.gateway.deps.relay.journal.end != happened[-1]:  # noqa: ASYNC110 - waits for the other side
                await asyncio.sleep(0.01)
            gate.set()
            while not slow.seen or slow.seen[-1] != happened[-1]:
                slow.take(await socket.recv())
    assert slow.seen == [event for event in happened if event in set(slow.seen)]
    assert set(happened[-6:]) <= set(slow.seen)
    assert len(slow.seen) < 150


async def _after(gate, send, text):
    await gate.wait()
    await send(text)
