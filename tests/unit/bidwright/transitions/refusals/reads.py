"""What is refused of what the site said: OBSERVE, SHOW and HEAR, and what is kept beside them (PREFLIGHT, NOTE)."""

from house import LOT, House

from .case import Cases

CASES = Cases()
case = CASES.case


@case("preflight", "unknown-lot")
async def _(house: House) -> str:
    return (await house.t._run("preflight", LOT, 10, 1, ""))[1]


async def _observe(house: House, at: int, *, next_bid: int = 1500, lot: str = LOT) -> str:
    answer = await house.t.observe(lot, read_started=at, next_bid=next_bid, leading=False, status="open", close=at + 60_000, price=1400)
    return answer.why


async def _show(house: House, at: int, *, price: int = 1400, lot: str = LOT, status: str = "open") -> str:
    return (await house.t.show(lot, read_started=at, status=status, close=at + 60_000, price=price)).why


@case("observe", "unknown-lot")
async def _(house: House) -> str:
    await house.open()
    return await _observe(house, await house.t.stamp())


@case("observe", "bad-read")
async def _(house: House) -> str:
    await house.ready()
    return await _observe(house, await house.t.stamp(), next_bid=0)


@case("observe", "final")
async def _(house: House) -> str:
    await house.ready()
    await house.read(status="closed")
    await house.pass_time(1)
    await house.read(status="closed")
    return (await house.read()).why


@case("observe", "future")
async def _(house: House) -> str:
    await house.ready()
    return await _observe(house, await house.t.stamp() + 5000)


@case("observe", "older-than-obs")
async def _(house: House) -> str:
    await house.ready()
    return await _observe(house, await house.t.stamp() - 500)


@case("observe", "older-than-settle")
async def _(house: House) -> str:
    ticket = await house.ready()
    await house.reserve(ticket=ticket)
    await house.t.claim("i1", "p")
    await house.pass_time(0.5)
    before = await house.t.stamp()
    await house.pass_time(0.5)
    await house.t.settle("i1", "OUTBID", "")
    return await _observe(house, before)


@case("observe", "older-than-show")
async def _(house: House) -> str:
    await house.ready()
    await house.pass_time(1)
    before = await house.t.stamp()
    await house.pass_time(0.5)
    await _show(house, await house.t.stamp())
    return await _observe(house, before)


@case("hear", "unknown-lot")
async def _(house: House) -> str:
    await house.open()
    return (await house.t.hear(LOT, 1500)).why


@case("hear", "bad-price")
async def _(house: House) -> str:
    await house.ready()
    return (await house.t.hear(LOT, 0)).why


@case("hear", "final")
async def _(house: House) -> str:
    await house.ready()
    for _ in range(2):
        await house.pass_time(1)
        await _show(house, await house.t.stamp(), status="closed")
    return (await house.t.hear(LOT, 9000)).why


@case("hear", "known")
async def _(house: House) -> str:
    await house.ready()
    await house.t.hear(LOT, 5000)
    return (await house.t.hear(LOT, 4900)).why


@case("show", "unknown-lot")
async def _(house: House) -> str:
    await house.open()
    return await _show(house, await house.t.stamp())


@case("show", "bad-read")
async def _(house: House) -> str:
    await house.ready()
    return (await house.t.show(LOT, read_started=-1_000_000_000_000_000, status="open", close=1, price=1)).why


@case("show", "final")
async def _(house: House) -> str:
    await house.ready()
    for _ in range(2):
        await house.pass_time(1)
        await _show(house, await house.t.stamp(), status="closed")
    await house.pass_time(1)
    return await _show(house, await house.t.stamp())


@case("show", "future")
async def _(house: House) -> str:
    await house.ready()
    return await _show(house, await house.t.stamp() + 5000)


@case("show", "older-than-obs")
async def _(house: House) -> str:
    await house.ready()
    return await _show(house, await house.t.stamp() - 500)


@case("note", "unknown-lot")
async def _(house: House) -> str:
    return (await house.t._run("note", LOT, "say", "will", "x"))[1]


@case("note", "bad-field")
async def _(house: House) -> str:
    await house.ready()
    return (await house.t._run("note", LOT, "cap", "will", "x"))[1]
