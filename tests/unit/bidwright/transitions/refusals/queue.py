"""What the due queue refuses: looks that were lost, or lots that are gone."""

from house import LOT, House

from .case import Cases

CASES = Cases()
case = CASES.case


@case("done", "fenced")
async def _(house: House) -> str:
    await house.ready()
    return (await house.t.done("bid", LOT, "0", 100)).why


@case("done", "not-taken")
async def _(house: House) -> str:
    ticket = await house.ready()
    await house.t.done("bid", LOT, ticket.fence, 100)
    return (await house.t.done("bid", LOT, ticket.fence, 100)).why


@case("done", "gone")
async def _(house: House) -> str:
    ticket = await house.ready()
    await house.t.unwatch(LOT)
    return (await house.t.done("bid", LOT, ticket.fence, 100)).why


@case("put", "gone")
async def _(house: House) -> str:
    await house.open()
    return "" if await house.t.put("poll", LOT) else "gone"


@case("renew", "fenced")
async def _(house: House) -> str:
    await house.ready()
    return "" if await house.t.renew("bid", LOT, "0", 2000) else "fenced"


@case("renew", "not-taken")
async def _(house: House) -> str:
    ticket = await house.ready()
    await house.t.done("bid", LOT, ticket.fence, 100)
    return "" if await house.t.renew("bid", LOT, ticket.fence, 2000) else "not-taken"
