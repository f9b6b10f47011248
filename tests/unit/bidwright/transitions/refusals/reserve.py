"""What RESERVE refuses: the guards of a bid before its intent is written down."""

from house import LOT, House

from .case import Cases

CASES = Cases()
case = CASES.case


@case("reserve", "no-epoch")
async def _(house: House) -> str:
    ticket = await house.ready()
    await house.t.redis.delete("bw:meta")
    return (await house.reserve(ticket=ticket)).why


@case("reserve", "halted")
async def _(house: House) -> str:
    ticket = await house.ready()
    await house.t.halt("owner", "enough")
    return (await house.reserve(ticket=ticket)).why


@case("reserve", "unwatched")
async def _(house: House) -> str:
    ticket = await house.ready()
    await house.t.unwatch(LOT)
    return (await house.reserve(ticket=ticket)).why


@case("reserve", "not-armed")
async def _(house: House) -> str:
    ticket = await house.ready(armed=0)
    return (await house.reserve(ticket=ticket)).why


@case("reserve", "ask-too-old")
async def _(house: House) -> str:
    await house.ready(armed=0)
    await house.t.configure(LOT, {"ask": "i1:1500"})
    await house.pass_time(31)
    await house.read()
    return (await house.reserve()).why


@case("reserve", "service-mode")
async def _(house: House) -> str:
    ticket = await house.ready()
    await house.t.mode("owner", live=False)
    return (await house.reserve(ticket=ticket)).why


@case("reserve", "session")
async def _(house: House) -> str:
    ticket = await house.ready()
    await house.t.session("expired", "the site asked to log in")
    return (await house.reserve(ticket=ticket)).why


@case("reserve", "format")
async def _(house: House) -> str:
    ticket = await house.ready()
    await house.t.format("broken", "no price")
    return (await house.reserve(ticket=ticket)).why


@case("reserve", "big-step")
async def _(house: House) -> str:
    ticket = await house.ready()
    await house.t.redis.hset("bw:limits", "step", 500)
    return (await house.reserve(ticket=ticket, amount=2100)).why


@case("reserve", "too-often")
async def _(house: House) -> str:
    ticket = await house.ready()
    await house.t.redis.hset("bw:limits", "per_minute", 0)
    return (await house.reserve(ticket=ticket)).why


@case("reserve", "fenced")
async def _(house: House) -> str:
    first = await house.ready()
    await house.pass_time(3)
    await house.read()
    await house.ticket()  # another worker has the lot now
    return (await house.reserve(ticket=first)).why


@case("reserve", "inflight")
async def _(house: House) -> str:
    ticket = await house.ready()
    await house.reserve("i1", ticket=ticket)
    return (await house.reserve("i2", ticket=ticket)).why


@case("reserve", "not-open")
async def _(house: House) -> str:
    ticket = await house.ready()
    await house.read(status="not-open")
    return (await house.reserve(ticket=ticket)).why


@case("reserve", "stale-cap")
async def _(house: House) -> str:
    ticket = await house.ready()
    return (await house.reserve(ticket=ticket, cap_ver="0")).why


@case("reserve", "stale-obs")
async def _(house: House) -> str:
    ticket = await house.ready()
    return (await house.reserve(ticket=ticket, obs_seq="0")).why


@case("reserve", "need-fresh-read")
async def _(house: House) -> str:
    ticket = await house.ready()
    await house.reserve(ticket=ticket)
    await house.t.claim("i1", "p")
    await house.t.settle("i1", "OUTBID", "higher maximum")
    return (await house.reserve("i2", ticket=ticket)).why


@case("reserve", "obs-too-old")
async def _(house: House) -> str:
    await house.ready()
    await house.pass_time(2.5)
    return (await house.reserve()).why


@case("reserve", "leading")
async def _(house: House) -> str:
    ticket = await house.ready()
    await house.read(leading=True)
    return (await house.reserve(ticket=ticket)).why


@case("reserve", "bad-amount")
async def _(house: House) -> str:
    ticket = await house.ready()
    return (await house.reserve(ticket=ticket, amount=1550)).why


@case("reserve", "no-next-bid")
async def _(house: House) -> str:
    ticket = await house.ready()
    await house.t.redis.hset(f"bw:lot:{LOT}", "next_bid", "0")  # OBSERVE itself refuses such a read of an open lot
    return (await house.reserve(ticket=ticket)).why


@case("reserve", "not-allowed")
async def _(house: House) -> str:
    ticket = await house.ready()
    await house.pass_time(0.01)
    now = await house.t.stamp()
    await house.t.observe(
        LOT, read_started=now, next_bid=1500, leading=False, status="open", close=now + 60_000, price=1400, shown={"allowed": 0}
    )
    return (await house.reserve(ticket=ticket)).why


@case("reserve", "below-next")
async def _(house: House) -> str:
    ticket = await house.ready()
    return (await house.reserve(ticket=ticket, amount=1400)).why


@case("reserve", "no-cap")
async def _(house: House) -> str:
    ticket = await house.ready(armed=0)
    await house.t.configure(LOT, {"cap": 0, "ask": "i1:1500"})
    return (await house.reserve(ticket=ticket)).why


@case("reserve", "no-rates")
async def _(house: House) -> str:
    ticket = await house.ready()
    await house.t.redis.hdel(f"bw:lot:{LOT}", "tax")  # no command can take it away
    return (await house.reserve(ticket=ticket)).why


@case("reserve", "over-limit")
async def _(house: House) -> str:
    await house.open(max_bid=1400)
    await house.watch()
    await house.read()
    return (await house.reserve()).why


@case("reserve", "over-cap")
async def _(house: House) -> str:
    ticket = await house.ready(cap=1400)
    return (await house.reserve(ticket=ticket)).why


@case("reserve", "budget:none")
async def _(house: House) -> str:
    ticket = await house.ready(scopes="")
    return (await house.reserve(ticket=ticket)).why


@case("reserve", "budget:")
async def _(house: House) -> str:
    ticket = await house.ready()
    await house.t.budget("total", 1800)
    assert "budget:total" == (await house.reserve(ticket=ticket)).why
    return "budget:"


@case("reserve", "group-full")
async def _(house: House) -> str:
    await house.open()
    await house.t.group("lamps", 1)
    await house.watch(group="lamps")
    await house.watch("2", group="lamps")
    await house.read()
    await house.read("2")
    taken = {t.lot_id: t for t in (await house.t.take("bid", n=9, lease_ms=2000)).tickets}
    assert (await house.reserve("i1", ticket=taken[LOT])).ok
    return (await house.reserve("i2", "2", ticket=taken["2"])).why
