"""One entry per event, and at least one delivery, whatever dies when."""

import asyncio

import pytest

from bidwright.clock import to_ms
from bidwright_notifier.inbox import GROUP
from bidwright_notifier.outbox import GIVE_UP_MS

HALTED = "Everything is stopped by one. Nothing is bid until you resume; what stands on the site stays."


async def states(bench):
    """State and attempts of every entry, newest first."""
    async with bench.notifier() as notifier:
        return [(entry.state, entry.attempts) for entry in await notifier.outbox.entries()]


async def pause(bench, notifier):
    """Milliseconds until the only entry is tried again."""
    [entry] = await notifier.outbox.entries()
    return await bench.redis.zscore("bw:outbox:due:paper", entry.notice.id) - to_ms(bench.clock.now())


async def take_over(bench):
    """Make everything that somebody holds look old enough to be taken over."""
    for row in await bench.redis.xpending_range("bw:ev", GROUP, "-", "+", 100):
        await bench.redis.xclaim("bw:ev", GROUP, row["consumer"], 0, [row["message_id"]], idle=60_000)


async def test_died_after_reading(bench):
    """
    Another replica takes the event over.
    """
    await bench.house.t.halt("one", "")
    async with bench.notifier("dies") as dies:
        await dies.desk._inbox.read()
    await take_over(bench)

    assert [HALTED] == await bench.told()
    assert [("delivered", 1)] == await states(bench)


async def test_died_between_two_events(bench):
    """
    What was finished stays finished; the rest is done by another.
    """
    await bench.house.t.halt("one", "")
    await bench.house.t.halt("two", "")
    async with bench.notifier("dies") as dies:
        batch = await dies.desk._inbox.read()
        draft = await dies.desk._messages.draft(batch.events[0])
        await dies.outbox.accept(draft, GROUP)
    await take_over(bench)

    assert [HALTED, HALTED.replace("one", "two")] == await bench.told()


async def test_both_handle_the_same_event(bench):
    """
    A replica that was only slow finishes after all: still one entry.
    """
    await bench.house.t.halt("one", "")
    async with bench.notifier("slow") as slow:
        batch = await slow.desk._inbox.read()
        draft = await slow.desk._messages.draft(batch.events[0])
        await take_over(bench)
        await bench.told()

        assert "known" == await slow.outbox.accept(draft, GROUP)
    assert [HALTED] == await bench.told()


async def test_died_before_delivering(bench):
    """
    The entry comes due again when its lease ends.
    """
    await bench.house.t.halt("one", "")
    async with bench.notifier("dies") as dies:
        await dies.desk.step()
        await dies.post._sorter.sort()
        await dies.outbox.lease("paper", 10)
        assert [] == await dies.outbox.lease("paper", 10)
    bench.clock.advance(61)

    assert [HALTED] == await bench.told()
    assert [("delivered", 2)] == await states(bench)


async def test_died_between_delivering_and_remembering(bench):
    """
    Delivered again: at least once.
    """
    await bench.house.t.halt("one", "")
    async with bench.notifier("dies") as dies:
        await dies.desk.step()
        await dies.post._sorter.sort()
        [entry] = await dies.outbox.lease("paper", 10)
        await bench.paper.send(entry.notice, "")
    bench.clock.advance(61)

    assert [HALTED, HALTED] == await bench.told()


async def test_a_broken_channel_is_tried_again_with_growing_pauses(bench):
    """
    After 5 s, then 10 s, then it works.
    """
    await bench.house.t.halt("one", "")
    bench.paper.broken = OSError("no route")
    async with bench.notifier() as notifier:
        await notifier.desk.step()
        await notifier.post.round()
        due = [await pause(bench, notifier)]
        bench.clock.advance(5)
        await notifier.post.round()
        due.append(
            await bench.redis.zscore("bw:outbox:due:paper", (await notifier.outbox.entries())[0].notice.id) - to_ms(bench.clock.now())
        )
        bench.paper.broken = None
        bench.clock.advance(10)
        await notifier.post.round()

        assert [5_000, 10_000] == due
        assert [("delivered", 3)] == await states(bench)
        assert [HALTED] == bench.paper.texts


@pytest.mark.parametrize("error", [SystemExit(1), asyncio.CancelledError()])
async def test_a_channel_cannot_end_the_notifier(bench, error):
    """
    Whatever it raises means "not delivered".
    """
    bench.paper.broken = error
    await bench.house.t.halt("the owner", "dinner")
    async with bench.notifier() as notifier:
        await notifier.desk.step()
        await notifier.post.round()
        assert 1 == await notifier.outbox.waiting()
        bench.paper.broken = None
        bench.clock.advance(3600)
        await notifier.post.round()

    assert 1 == len(bench.paper.texts)


async def test_a_channel_that_never_works_is_given_up_after_a_day(bench):
    """
    The entry stays, with the reason.
    """
    await bench.house.t.halt("one", "")
    bench.paper.broken = OSError("no route")
    async with bench.notifier() as notifier:
        await notifier.desk.step()
        await notifier.post.round()
        bench.clock.advance(GIVE_UP_MS / 1000)
        await notifier.post.round()
        [entry] = await notifier.outbox.entries()

        assert ("undelivered", "OSError: no route") == (entry.state, entry.deliveries[0].why)
        assert 0 == await notifier.outbox.waiting()


async def test_the_box_is_bounded(bench, redis):
    """
    At most 2000 entries, none without an end; what has come to its end makes room for what nobody was told yet.
    """
    async with bench.notifier() as notifier:
        await bench.house.t.halt("one", "")
        await notifier.desk.step()
        first = (await notifier.outbox.entries())[0].notice
        await redis.zadd("bw:outbox", {f"0-{n}": n for n in range(to_ms(bench.clock.now()) + 1, to_ms(bench.clock.now()) + 2000)})
        await bench.house.t.halt("two", "")
        bench.clock.advance(10)
        await notifier.desk.step()

        assert 2000 == await redis.zcard("bw:outbox")
        assert first.id in [entry.notice.id for entry in await notifier.outbox.entries()]
        assert await redis.pttl(f"bw:outbox:e:{first.id}") > 0


async def test_a_group_that_is_gone_is_made_again_and_said(bench):
    """
    Nothing that happened meanwhile is missed, nothing is told twice, and the owner is told that something may be missing.
    """
    await bench.house.t.halt("one", "")
    await bench.told()
    await bench.redis.xgroup_destroy("bw:ev", GROUP)
    await bench.house.t.halt("two", "")

    texts = await bench.told()
    assert [HALTED, HALTED.replace("one", "two")] == [text for text in texts if "stopped" in text]
    assert 1 == sum("may be missing" in text for text in texts)


async def test_a_group_that_was_cut_off_is_said(bench):
    """
    The stream was trimmed past what the group had read.
    """
    for who in ("one", "two", "three"):
        await bench.house.t.halt(who, "")
    await bench.redis.xtrim("bw:ev", maxlen=1, approximate=False)

    missed, stopped = await bench.told()
    assert "may be missing" in missed
    assert HALTED.replace("one", "three") == stopped


async def test_two_replicas_share_the_stream(bench):
    """
    Each event is read by one of them.
    """
    async with bench.notifier("a") as a, bench.notifier("b") as b:
        await bench.house.t.halt("one", "")
        await a.desk.step()
        await bench.house.t.halt("two", "")
        await b.desk.step()
        await a.post.round()

    assert [HALTED, HALTED.replace("one", "two")] == sorted(bench.paper.texts)
