"""A file or a variable on a host that says stop: everybody's halt, once, and nobody resumes past it."""

from __future__ import annotations

from house import House

FILE = "the file HALT"


async def test_it_halts_once_per_appearance(house: House) -> None:
    """The first word halts with its reason; those that follow change nothing."""
    await house.open()
    assert await house.t.halt_here("file", FILE, ttl_ms=5000)
    kill = await house.records.kill()
    assert ("halt", "2", "file", FILE) == tuple(kill[name] for name in ("state", "gen", "by", "why"))

    assert not await house.t.halt_here("file", FILE, ttl_ms=5000)
    assert "2" == (await house.records.kill())["gen"]
    assert 1 == (await house.kinds()).count("halt.changed")


async def test_nobody_resumes_while_it_is_there(house: House) -> None:
    """Once it was taken away and nothing was heard of it for five seconds, the owner resumes; nothing does so by itself."""
    await house.open()
    await house.t.halt_here("file", FILE, ttl_ms=5000)
    assert [FILE] == await house.records.halts_here()
    assert "halted-here" == (await house.t.resume("owner", "2")).why

    await house.pass_time(5.1)
    assert [] == await house.records.halts_here()
    assert "halt" == (await house.records.kill())["state"]
    assert (await house.t.resume("owner", "2")).ok


async def test_it_halts_again_when_somebody_set_the_store_by_hand(house: House) -> None:
    """The word is said every second."""
    await house.open()
    await house.t.halt_here("environment", "the variable BIDWRIGHT_HALT", ttl_ms=5000)
    await house.t.redis.hset("bw:kill", "state", "run")

    assert await house.t.halt_here("environment", "the variable BIDWRIGHT_HALT", ttl_ms=5000)
    assert "halt" == (await house.records.kill())["state"]


async def test_the_owners_halt_keeps_its_reason(house: House) -> None:
    """A file found later does not hide who stopped everything first."""
    await house.open()
    await house.t.halt("owner", "dinner")
    assert not await house.t.halt_here("file", FILE, ttl_ms=5000)
    assert "dinner" == (await house.records.kill())["why"]
