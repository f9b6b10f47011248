"""The breaker that all replicas share: who may go, who probes, what flips it."""

from random import Random

import pytest
from house import House

OPEN = {"open_ms": 30_000, "soon_ms": 5_000, "ttl_ms": 3_000}


async def _steadily(house: House, seconds: float) -> None:
    """Time passes with somebody calling a script as seldom as may be."""
    while seconds > 0:
        house.clock.advance(min(seconds, 1.9))
        await house.t.stamp()
        seconds -= 1.9


async def _ask(house: House, who: str = "a", *, may_probe: bool = True):
    return await house.t.breaker_ask(who, may_probe=may_probe, **OPEN)


async def test_a_trip_stops_everybody_and_its_time_ends_with_one_probe(house: House) -> None:
    """
    After the trip all wait; after 30 s one may probe; its success lets all go again.
    """
    assert ("go", "0") == ((word := await _ask(house)).word, word.gen)
    assert "open" == await house.t.breaker_tell("a", "trip", "0", "five failures")
    assert ("wait", 30_000) == ((word := await _ask(house, "b")).word, word.wait_ms)
    await house.pass_time(30)
    assert "wait" == (await _ask(house, "b", may_probe=False)).word
    probe = await _ask(house, "b")
    assert "probe" == probe.word
    assert "wait" == (await _ask(house, "a")).word
    assert "closed" == await house.t.breaker_tell("b", "good", probe.gen)
    assert "go" == (await _ask(house, "a")).word
    assert ["breaker.changed"] * 3 == await house.kinds()


async def test_a_bad_probe_opens_it_again_for_the_whole_time(house: House) -> None:
    """
    The wait begins anew.
    """
    await house.t.breaker_tell("a", "trip", "0")
    await house.pass_time(30)
    probe = await _ask(house)
    assert "open" == await house.t.breaker_tell("a", "bad", probe.gen)
    assert 30_000 == (await _ask(house)).wait_ms


async def test_a_dead_prober_does_not_wedge_it(house: House) -> None:
    """
    Its lease ends, somebody else probes, and what the dead one says late changes nothing.
    """
    await house.t.breaker_tell("a", "trip", "0")
    await house.pass_time(30)
    dead = await _ask(house, "dead")
    await house.pass_time(3)
    probe = await _ask(house, "b")
    assert "probe" == probe.word
    assert "half" == await house.t.breaker_tell("dead", "good", dead.gen)
    assert "closed" == await house.t.breaker_tell("b", "good", probe.gen)
    assert "closed" == await house.t.breaker_tell("dead", "bad", dead.gen)


async def test_words_about_a_time_before_the_last_flip_are_stale(house: House) -> None:
    """
    A second trip of the same outage counts once, one of a recovered time not at all.
    """
    await house.t.breaker_tell("a", "trip", "0")
    assert "open" == await house.t.breaker_tell("b", "trip", "0")
    assert "1" == await house.t.redis.hget("bw:cb", "trips")


async def test_it_is_tried_sooner_while_an_armed_lot_closes_soon(house: House) -> None:
    """
    Five seconds instead of thirty.
    """
    await house.open()
    await house.watch()
    await house.read()
    await house.t.breaker_tell("a", "trip", "0")
    assert 5_000 == (await _ask(house)).wait_ms


@pytest.mark.timeout(120)
async def test_random_walks_never_have_two_probes_and_always_recover(house: House) -> None:
    """
    200 walks with three replicas, dead probers and stale words: one probe at a time, and a good site closes it in the end.
    """
    for seed in range(200):
        rng = Random(seed)
        house.t.prefix = f"walk{seed}:"
        probing: dict[str, tuple[str, float]] = {}
        stale: list[tuple[str, str, str]] = []
        for step in range(28):
            await _steadily(house, rng.choice((0.2, 1.0, 2.0, 9.0)))
            good = step > 18 or rng.random() < 0.3
            who = rng.choice("abc")
            now = house.clock.monotonic()
            probing = {other: held for other, held in probing.items() if now - held[1] < 3.0}
            word = await _ask(house, who)
            if word.word == "probe":
                assert not probing, (seed, step)
                if rng.random() < 0.2:
                    probing[who] = (word.gen, now)  # it dies
                    stale.append((who, word.gen, "good"))
                else:
                    await house.t.breaker_tell(who, "good" if good else "bad", word.gen)
            elif word.word == "go" and not good:
                await house.t.breaker_tell(who, "trip", word.gen)
            if stale and rng.random() < 0.3:
                late, gen, what = stale.pop()
                await house.t.breaker_tell(late, what, gen)
        await _steadily(house, 40)
        if (last := await _ask(house, "z")).word == "probe":
            await house.t.breaker_tell("z", "good", last.gen)
        assert "go" == (await _ask(house, "z")).word, seed


async def test_the_rate_comes_back_slowly_and_bids_do_not_wait(house: House) -> None:
    """
    After a block reads get a quarter of their pace at first and all of it within half a minute; a bid goes at once.
    """
    await house.t.block(1000)
    house.clock.advance(1.01)
    counts = []
    for _ in range(4):
        admitted = 0
        for _ in range(1000):
            admitted += (await house.t.admit(interval_us=140_000, burst=3, reserve=2)).ok
            house.clock.advance(0.01)
        counts.append(admitted)

    assert sorted(counts) == counts
    assert counts[0] < counts[3] / 2
    await house.t.block(0)
    while (await house.t.admit(interval_us=140_000, burst=3, reserve=2)).ok:
        pass
    assert (await house.t.admit(interval_us=140_000, burst=3, reserve=0, eager=True)).ok


async def test_a_format_that_is_not_understood_is_told_once_each_way(house: House) -> None:
    """
    News when it breaks, no news when it is said again, news when it is mended; nothing when it was never broken.
    """
    await house.open()
    before = len(await house.kinds())
    assert not await house.t.format("ok", "")
    assert await house.t.format("broken", "price")
    assert not await house.t.format("broken", "price")
    assert await house.t.format("ok", "")
    assert ["format.changed"] * 2 == (await house.kinds())[before:]
