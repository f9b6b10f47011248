"""What CLAIM refuses, the last look before the wire, and SETTLE."""

from house import LOT, House

from .case import Cases, reserved

CASES = Cases()
case = CASES.case


@case("claim", "format")
async def _(house: House) -> str:
    ticket = await house.ready()
    await house.reserve(ticket=ticket)
    await house.t.format("broken", "no price")
    return (await house.t.claim("i1", "proxy-1")).why


@case("claim", "no-epoch")
async def _(house: House) -> str:
    await reserved(house)
    await house.t.redis.delete("bw:meta")
    return (await house.t.claim("i1", "p")).why


@case("claim", "unknown-intent")
async def _(house: House) -> str:
    await house.open()
    return (await house.t.claim("i1", "p")).why


@case("claim", "late")
async def _(house: House) -> str:
    await reserved(house)
    await house.pass_time(3.1)
    return (await house.t.claim("i1", "p")).why


@case("claim", "halted")
async def _(house: House) -> str:
    await reserved(house)
    await house.t.halt("owner", "enough")
    return (await house.t.claim("i1", "p")).why


@case("claim", "service-mode")
async def _(house: House) -> str:
    await reserved(house)
    await house.t.mode("owner", live=False)
    return (await house.t.claim("i1", "p")).why


@case("claim", "session")
async def _(house: House) -> str:
    await reserved(house)
    await house.t.session("expired", "")
    return (await house.t.claim("i1", "p")).why


@case("claim", "fenced")
async def _(house: House) -> str:
    ticket = await house.ready()
    await house.reserve(ticket=ticket, valid_ms=5000)
    await house.pass_time(2.1)
    await house.ticket()
    return (await house.t.claim("i1", "p")).why


@case("claim", "not-inflight")
async def _(house: House) -> str:
    await reserved(house)
    await house.t.redis.hset(f"bw:lot:{LOT}", "inflight", "other")  # no transition does this; the guard is the last line
    return (await house.t.claim("i1", "p")).why


@case("claim", "stale-cap")
async def _(house: House) -> str:
    await reserved(house)
    await house.t.configure(LOT, {"cap": 3900})
    return (await house.t.claim("i1", "p")).why


@case("claim", "not-open")
async def _(house: House) -> str:
    await reserved(house)
    await house.read(status="not-open")
    return (await house.t.claim("i1", "p")).why


@case("claim", "leading")
async def _(house: House) -> str:
    await reserved(house)
    await house.read(leading=True)
    return (await house.t.claim("i1", "p")).why


@case("claim", "below-next")
async def _(house: House) -> str:
    await reserved(house)
    await house.read(price=1500, next_bid=1600)
    return (await house.t.claim("i1", "p")).why


@case("claim", "budget:")
async def _(house: House) -> str:
    await reserved(house)
    await house.t.budget("total", 100)
    assert "budget:total" == (await house.t.claim("i1", "p")).why
    return "budget:"


@case("claim", "group-full")
async def _(house: House) -> str:
    await house.open()
    await house.t.group("lamps", 1)
    await house.watch(group="lamps")
    await house.read()
    assert (await house.reserve()).ok
    await house.t.group("lamps", 0)
    return (await house.t.claim("i1", "p")).why


@case("settle", "bad-state")
async def _(house: House) -> str:
    await house.open()
    return (await house.t.settle("i1", "WON", "")).state


@case("settle", "none")
async def _(house: House) -> str:
    await house.open()
    return (await house.t.settle("i1", "LEADING", "")).state


@case("settle", "RESERVED")
async def _(house: House) -> str:
    await reserved(house)
    return (await house.t.settle("i1", "LEADING", "", frm="RESERVED")).state
