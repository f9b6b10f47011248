"""Each channel at its own pace: one that fails, hangs or blocks keeps only its own notices waiting, and every notice comes to an end."""

import asyncio
import threading

import pytest
from paper import Paper

from bidwright_notifier.cell import Cell
from bidwright_notifier.channels import Channel
from bidwright_notifier.outbox import GIVE_UP_MS

GOOD, BAD = "good", "bad"
N = 300
"""A thousand are tried by tests/perf/notices.py."""


class Hanging(Paper):
    """
    Does not come back while it is *dead*; *how* it waits is what a plugin may do.
    """

    def __init__(self, how):
        super().__init__(BAD)
        self.how, self.dead, self.asked = how, True, 0

    async def send(self, notice, address):
        self.asked += 1
        if self.dead:
            await self.how()
        self.texts.append(notice.text)


def hurry(monkeypatch, bad):
    """While *bad* is dead it has a fifth of a second, not ten; no other has, since a busy machine may stand still for that long."""
    run = Cell.run

    async def hurried(cell, send, within_s):
        return await run(cell, send, 0.2 if bad.dead and cell._name == BAD else within_s)

    monkeypatch.setattr(Cell, "run", hurried)


async def fill(bench, notifier, n, channels):
    """*n* notices, given to these channels."""
    notifier.post.use([Channel(one.name, one, f"{one.name}:") for one in channels])
    for number in range(n):
        await bench.house.t.halt(f"person {number}", "")
    for _ in range(n // 200 + 1):
        await notifier.desk.step()


async def drain(bench, notifier, done, rounds=300):
    """Rounds until it is *done*, ten seconds apart."""
    for _ in range(rounds):
        if done():
            return
        await notifier.post.round()
        bench.clock.advance(10)
    pytest.fail("it never ended")


async def test_many_notices_and_a_channel_that_fails_hangs_and_comes_back(bench, monkeypatch):
    """
    The good channel has them all at once; the bad one is left alone, and has each once after it came back.
    """
    good, bad = Paper(GOOD), Hanging(lambda: asyncio.sleep(3600))
    hurry(monkeypatch, bad)
    async with bench.notifier() as notifier:
        await fill(bench, notifier, N, [good, bad])
        for _ in range(6):  # it hangs
            await notifier.post.round()
            bench.clock.advance(10)
        bad.dead, bad.broken = False, OSError("no route")
        for _ in range(6):  # it fails
            await notifier.post.round()
            bench.clock.advance(10)
        asked = bad.asked
        bad.broken = None
        await drain(bench, notifier, lambda: len(good.texts) == len(bad.texts) == N)

        assert N == len(set(good.texts)) == len(set(bad.texts))
        assert asked < 30
        assert {"delivered": N} == {state: n for state, n in (await notifier.outbox.counts()).items() if n}


async def test_a_channel_that_is_down_and_what_waits_for_it_are_metrics(bench):
    """
    bidwright_channel_down and bidwright_outbox_waiting rise while it fails, and fall when it is back.
    """
    bad = Paper(BAD, broken=OSError("no route"))

    def shown():
        return [
            bench.registry.get_sample_value(*what)
            for what in (("bidwright_channel_down", {"channel": BAD}), ("bidwright_outbox_waiting", {}))
        ]

    async def until(values):
        for _ in range(300):
            steps = [asyncio.ensure_future(step()) for step in (notifier.post.sort, notifier.post.keep)]
            while not all(step.done() for step in steps):
                bench.clock.advance(1)
                await asyncio.sleep(0.005)
            if shown() == values:
                return
        pytest.fail(f"{shown()} in place of {values}")

    async with bench.notifier() as notifier:
        await fill(bench, notifier, 3, [bad])
        await until([1, 3])
        bad.broken = None
        await until([0, 0])

    assert 3 == len(bad.texts)
    assert bench.registry.get_sample_value("bidwright_deliveries_total", {"channel": BAD, "result": "delivered"}) == 3


async def test_what_a_dead_channel_never_took_is_shown_as_undelivered(bench):
    """
    After a day, with the reason, and not one attempt for each: partly where another channel has it.
    """
    good, bad = Paper(GOOD), Paper(BAD, broken=OSError("no route"))
    async with bench.notifier() as notifier:
        await fill(bench, notifier, 300, [good, bad])
        await drain(bench, notifier, lambda: len(good.texts) == 300)
        bench.clock.advance(GIVE_UP_MS / 1000)
        while await notifier.outbox.sweep([GOOD, BAD]):
            pass

        entries = await notifier.outbox.entries()
        assert {("partly", "OSError: no route")} == {(e.state, e.deliveries[0].why or "OSError: no route") for e in entries}
        assert {"delivered", "undelivered"} == {one.state for one in entries[0].deliveries}
        assert 0 == await notifier.outbox.waiting()


async def test_a_channel_that_blocks_its_thread_stops_nobody_else(bench, monkeypatch):
    """
    Not even the loop that reads events; a second notice is not stuffed into it, and it goes on when it can.
    """
    freed, ended = threading.Event(), []

    async def block():
        freed.wait(20)
        ended.append("it can go on")

    good, bad = Paper(GOOD), Hanging(block)
    hurry(monkeypatch, bad)
    async with bench.notifier() as notifier:
        await fill(bench, notifier, 1, [good, bad])
        await notifier.post.round()
        bench.clock.advance(5)
        await notifier.post.round()
        assert [] == ended
        assert (1, 1) == (len(good.texts), bad.asked)
        assert "an earlier notice still hangs" in (await notifier.outbox.entries())[0].deliveries[0].why
        bad.dead = False
        freed.set()
        await drain(bench, notifier, lambda: len(bad.texts) >= 1)


async def test_a_restart_in_the_middle_loses_nothing(bench):
    """
    What one replica had half delivered, the next one ends; each channel has each notice once.
    """
    good, bad = Paper(GOOD), Paper(BAD, broken=OSError("no route"))
    async with bench.notifier() as first:
        await fill(bench, first, 20, [good, bad])
        await first.post.round()
    bad.broken = None
    async with bench.notifier() as second:
        second.post.use([Channel(one.name, one, f"{one.name}:") for one in (good, bad)])
        await drain(bench, second, lambda: len(good.texts) == len(bad.texts) == 20)

        assert 20 == len(set(good.texts)) == len(set(bad.texts))


async def test_a_channel_that_is_no_more_hands_on_what_it_had(bench):
    """
    Its address was taken out: those that are there tell what it had not delivered, once.
    """
    good, bad = Paper(GOOD), Paper(BAD, broken=OSError("no route"))
    async with bench.notifier() as notifier:
        await fill(bench, notifier, 1, [bad])
        await notifier.post.round()
        notifier.post.use([Channel(GOOD, good, "good:")])
        assert 1 == await notifier.outbox.sweep([GOOD])
        await notifier.post.round()
        [entry] = await notifier.outbox.entries()

        assert 1 == len(good.texts)
        assert ("partly", ("good",), ("bad",)) == (entry.state, entry.has_it, entry.lacks_it)


async def test_secrets_of_an_address_are_not_kept_with_the_reason(bench):
    """
    However a channel quotes them.
    """
    bad = Paper(BAD, broken=OSError("POST https://h/hooks/T0K3N?key=a%20b%20c refused for me:pass-word"))
    async with bench.notifier() as notifier:
        notifier.post.use([Channel(BAD, bad, "bad:https://me:pass-word@h/hooks/T0K3N?key=a%20b%20c")])
        await bench.house.t.halt("one", "")
        await notifier.desk.step()
        await notifier.post.round()

        keys = [*await bench.redis.keys("bw:outbox:e:*"), "bw:outbox:lane:bad"]
        stored = str([await bench.redis.hgetall(key) for key in keys])
        assert "refused" in stored
        assert [] == [secret for secret in ("T0K3N", "pass-word", "a%20b", "a b c") if secret in stored]
