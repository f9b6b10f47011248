"""Telling plugins what happened: once, in order, and nobody waits for them."""

import asyncio
import sys
import threading

from bidwright import Event
from bidwright_gateway.teller import Ear, Teller

LISTENS = "heard = []\n@hookimpl\ndef on_event(event):\n    heard.append(event)\n"


def event(number, **changes):
    """The event of this number."""
    return Event(f"{number}-0", "watch.added", "7", number, number, changes)


class Tally(list):
    """
    What was counted, with a way to wait for it.
    """

    def __init__(self):
        super().__init__()
        self._grew = threading.Condition()

    def __call__(self, plugin, outcome):
        with self._grew:
            self.append((plugin, outcome))
            self._grew.notify_all()

    def until(self, many):
        with self._grew:
            assert self._grew.wait_for(lambda: len(self) >= many, 20)


async def test_on_event_hears_each_event_once_and_in_order():
    """
    A copy, so that nobody can change what others see.
    """
    heard, tally, mine = [], Tally(), event(1, lot={"cap": "4000"})

    def hear(event):
        heard.append(event)

    ear = Ear("mine", hear, tally)
    for one in (mine, event(2), event(3)):
        ear.tell(one)
    tally.until(3)
    heard[0].changes["lot"]["cap"] = "0"
    await ear.close()

    assert [1, 2, 3] == [one.n for one in heard]
    assert {"lot": {"cap": "4000"}} == mine.changes
    assert [("mine", "told")] * 3 == tally


async def test_raising_is_counted_and_the_next_one_is_told():
    """
    Trying to end the thread is no better.
    """
    tally, fails = Tally(), [ValueError("no"), SystemExit(3), None]

    def raise_it(event):
        if error := fails[event.n]:
            raise error

    ear = Ear("mine", raise_it, tally)
    for number in range(3):
        ear.tell(event(number))
    tally.until(3)
    await ear.close()

    assert [("mine", "failed"), ("mine", "failed"), ("mine", "told")] == tally


async def test_overflow_is_dropped_and_counted():
    """
    Whoever tells never waits for whoever hears.
    """
    tally, gate, busy, heard = Tally(), threading.Event(), threading.Event(), []

    def slow(event):
        busy.set()
        gate.wait()
        heard.append(event.n)

    ear = Ear("mine", slow, tally, room=2)
    ear.tell(event(0))
    busy.wait()
    for number in range(1, 6):
        ear.tell(event(number))
    dropped = list(tally)
    gate.set()
    tally.until(6)
    await ear.close()

    assert [("mine", "dropped")] * 3 == dropped
    assert [0, 1, 2] == heard


async def test_a_teller_follows_the_log_from_its_start(installed, redis, clock, transitions):
    """
    What was before is history; what comes is told to every ear, by its kind and lot.
    """
    tally = Tally()
    teller = Teller(installed(one=LISTENS, two=LISTENS), redis, clock, tally)
    await transitions.watch("7", {"cap": 100, "premium": "0", "tax": "0"})
    first = asyncio.ensure_future(teller.step())
    while not teller._after:  # noqa: ASYNC110 - it asks where the log ends
        await asyncio.sleep(0.01)
    await transitions.watch("8", {"cap": 100, "premium": "0", "tax": "0"})
    await first
    await teller.close()

    assert [("one", "told"), ("two", "told")] == sorted(set(tally))
    for name in ("one", "two"):
        assert ["8"] == list({one.lot_id for one in sys.modules[f"installed_{name}"].heard})


async def test_with_nobody_to_tell_nothing_is_asked(installed, clock):
    """
    No connection is held for it.
    """
    teller = Teller(installed(deaf=""), None, clock, None)
    waiting = asyncio.ensure_future(teller.step())
    await asyncio.sleep(0)
    clock.advance(60)
    await waiting

    assert teller._ears == []
