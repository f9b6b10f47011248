"""A client of the new protocol that is cut off again and again, and what happened meanwhile; for the tests and for the bench."""

import asyncio
import random
from collections import Counter

from websockets.asyncio.client import connect

from bidwright.transitions import Transitions
from bidwright_gateway import messages
from bidwright_gateway.testing import TOKEN

RATES = {"premium": "1500", "tax": "850"}
STEPS = ("connected", "asked", "authenticated", "first", "some", "many", "pinged")
LOTS = [str(70000000 + n) for n in range(5)]


class Reader:
    """A client that keeps what it has seen over all its connections."""

    def __init__(self, address, token=TOKEN):
        self.address, self.token = address, token
        self.last, self.seen, self.gaps, self.snapshots = None, [], 0, 0
        self.begun, self.cut = None, Counter()

    def take(self, text):
        """Keep a frame; every one must be as the types say."""
        frame = messages.FRAME.decode(text)
        if isinstance(frame, messages.Snapshot):
            self.last, self.begun, self.snapshots = frame.id, frame.id, self.snapshots + 1
        elif isinstance(frame, (messages.LotEvent, messages.ServiceEvent)):
            self.seen.append(frame.id)
            self.last = frame.id
        elif isinstance(frame, messages.Gap):
            self.gaps += 1
        return frame

    async def until(self, step, dice):
        """One connection, cut off without a word once it has come to *step*."""
        socket = await connect(self.address, max_size=None)
        try:
            async with asyncio.timeout(10):
                if step == "connected":
                    return self.take(await socket.recv())
                first = {"type": "authenticate", "token": self.token, **({"lastEventId": self.last} if self.last else {})}
                await socket.send(messages.msgspec.json.encode(first).decode())
                if step == "asked":
                    return None
                frame = None
                while not isinstance(frame, messages.Authenticated):
                    frame = self.take(await socket.recv())
                if step == "pinged":
                    await socket.send('{"type":"ping"}')
                frames = {"authenticated": 0, "first": 1, "some": dice.randrange(2, 6), "many": 25, "pinged": 2}[step]
                for _ in range(frames):
                    async with asyncio.timeout(0.3):
                        self.take(await socket.recv())
        except TimeoutError:
            return None
        finally:
            self.cut[step] += 1
            socket.transport.abort()

    async def catch_up(self, end):
        """Read until the event *end* was seen."""
        async with connect(self.address, max_size=None) as socket, asyncio.timeout(15):
            first = {"type": "authenticate", "token": self.token, **({"lastEventId": self.last} if self.last else {})}
            await socket.send(messages.msgspec.json.encode(first).decode())
            while not self.seen or self.seen[-1] != end:
                self.take(await socket.recv())


async def busy(store, stop):
    """Something happens to some lot all the time."""
    t, dice = Transitions(store), random.Random(1)
    for lot_id in LOTS:
        await t.watch(lot_id, {"cap": 4000, **RATES, "strategy": "auto", "armed": 0, "mode": "dry"})
    price = 100
    while not stop.is_set():
        price += 100
        stamp = await t.stamp()
        lot_id = dice.choice(LOTS)
        await t.observe(
            lot_id, read_started=stamp, next_bid=price + 100, leading=False, status="open", close=stamp + 3_600_000, price=price
        )
        await asyncio.sleep(dice.uniform(0, 0.02))


async def entries(store, after=None):
    """The ids of all that happened."""
    rows = await store.xrange("bw:ev", min=f"({after}" if after else "-")
    return [str(row[0]) for row in rows]


async def killed(address, store, kills, token=TOKEN):
    """A client that was cut off *kills* times, at each step in turn, and the ids of all that happened behind its first snapshot."""
    dice, stop = random.Random(7), asyncio.Event()
    work = asyncio.create_task(busy(store, stop))
    reader = Reader(address, token)
    while reader.last is None:
        await reader.until("first", dice)
    begin = reader.last if not reader.seen else None
    reader.cut.clear()
    for n in range(kills):
        await reader.until(STEPS[n % len(STEPS)], dice)
    stop.set()
    await work
    await Transitions(store).halt("owner", "the last one")
    happened = await entries(store, begin)
    await reader.catch_up(happened[-1])
    return reader, happened
