"""What is refused of the owner's orders: for a lot, with the guards that all scripts share, and for the house."""

from house import LOT, RATES, House

from bidwright.transitions import Command

from .case import Cases, reserved

CASES = Cases()
case = CASES.case


async def _watch(house: House, **fields: str | int) -> str:
    await house.open()
    return (await house.t.watch(LOT, {"cap": 4000, **RATES, "armed": 1, **fields})).why


@case("watch", "watched")
async def _(house: House) -> str:
    await house.ready()
    return (await house.t.watch(LOT, {"cap": 100})).why


@case("watch", "closed")
async def _(house: House) -> str:
    await house.ready()
    for _ in range(2):
        await house.pass_time(1)
        await house.read(status="closed")
    await house.t.unwatch(LOT)
    return (await house.t.watch(LOT, {"cap": 100})).why


@case("_common", "unknown-field")
async def _(house: House) -> str:
    return await _watch(house, exposure=0)


@case("_common", "bad-cap")
async def _(house: House) -> str:
    return await _watch(house, cap="forty")


@case("_common", "bad-armed")
async def _(house: House) -> str:
    return await _watch(house, armed="yes")


@case("_common", "bad-mode")
async def _(house: House) -> str:
    return await _watch(house, mode="paper")


@case("_common", "bad-rate")
async def _(house: House) -> str:
    return await _watch(house, tax="8.5")


@case("_common", "no-cap")
async def _(house: House) -> str:
    return await _watch(house, cap=0)


@case("_common", "no-rates")
async def _(house: House) -> str:
    await house.open()
    return (await house.t.watch(LOT, {"cap": 4000, "armed": 1})).why


@case("_common", "over-limit")
async def _(house: House) -> str:
    ticket = await house.ready()
    await house.t.redis.hset("bw:limits", "bid", "1000")
    return (await house.reserve(ticket=ticket)).why


@case("_common", "over-cap")
async def _(house: House) -> str:
    ticket = await house.ready(allin=1800)
    return (await house.reserve(ticket=ticket)).why


@case("_common", "stale-version")
async def _(house: House) -> str:
    await house.ready()
    return (await house.t.configure(LOT, {"cap": 5000}, expect="0")).why


@case("_common", "closed")
async def _(house: House) -> str:
    await house.ready()
    for _ in range(2):
        await house.pass_time(1)
        await house.read(status="closed")
    return (await house.t.configure(LOT, {"armed": 1})).why


@case("_common", "inflight")
async def _(house: House) -> str:
    await reserved(house)
    return (await house.t.configure(LOT, {"mode": "dry"})).why


@case("_common", "exposed")
async def _(house: House) -> str:
    await house.ready()
    await house.read(leading=True)
    return (await house.t.configure(LOT, {"mode": "dry"})).why


@case("_common", "budget:none")
async def _(house: House) -> str:
    await house.ready()
    await house.read(leading=True)
    return (await house.t.configure(LOT, {"scopes": ""})).why


@case("_common", "budget:")
async def _(house: House) -> str:
    await house.ready()
    await house.t.budget("day:1", 100)
    await house.read(leading=True)
    assert "budget:day:1" == (await house.t.configure(LOT, {"scopes": "total,day:1"})).why
    return "budget:"


@case("_common", "group-full")
async def _(house: House) -> str:
    await house.ready()
    await house.t.group("lamps", 0)
    await house.read(leading=True)
    return (await house.t.configure(LOT, {"group": "lamps"})).why


@case("configure", "unwatched")
async def _(house: House) -> str:
    await house.open()
    return (await house.t.configure(LOT, {"cap": 100})).why


@case("unwatch", "unwatched")
async def _(house: House) -> str:
    await house.open()
    return (await house.t.unwatch(LOT)).why


@case("resume", "stale")
async def _(house: House) -> str:
    await house.open()
    await house.t.halt("owner", "enough")
    return (await house.t.resume("owner", "0")).why


@case("resume", "no-epoch")
async def _(house: House) -> str:
    return (await house.t.resume("owner", "0")).why


@case("resume", "halted-here")
async def _(house: House) -> str:
    await house.open()
    await house.t.halt_here("file", "the file HALT", ttl_ms=5000)
    return (await house.t.resume("owner", "2")).why


@case("resume", "unread")
async def _(house: House) -> str:
    await house.ready()
    await house.pass_time(1)
    await house.t.redis.hset("bw:meta", "restored", str(await house.t.stamp()))
    await house.t.halt("restore", "a backup")
    return (await house.t.resume("owner", await house.t.redis.hget("bw:kill", "gen"))).why


@case("mode", "no-epoch")
async def _(house: House) -> str:
    return (await house.t.mode("owner", live=True)).why


@case("mode", "bad-mode")
async def _(house: House) -> str:
    await house.open()
    return (await house.t._run("mode", "owner", "yes", 1))[1]


@case("budget", "bad-limit")
async def _(house: House) -> str:
    return (await house.t.budget("total", -5)).why


@case("group", "bad-number")
async def _(house: House) -> str:
    return (await house.t.group("lamps", -1)).why


@case("_common", "conflict")
async def _(house: House) -> str:
    await house.open()
    await house.t.watch(LOT, {"cap": 100}, Command.of("c1", {"cap": 100}))
    return (await house.t.watch(LOT, {"cap": 200}, Command.of("c1", {"cap": 200}))).why
