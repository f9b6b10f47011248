"""What is refused of an installation's own: its start, its breaker, its searches."""

from house import LOT, House

from .case import Cases

CASES = Cases()
case = CASES.case


@case("breaker_ask", "wait")
async def _(house: House) -> str:
    await house.t.breaker_tell("a", "trip", "0")
    return (await house.t.breaker_ask("a", may_probe=True, open_ms=30_000, soon_ms=5000, ttl_ms=3000)).word


@case("found", "unknown")
async def _(house: House) -> str:
    return (await house.t.found("0c1d2e", [(LOT, "A lamp")], how="tell")).why


@case("init", "site")
async def _(house: House) -> str:
    await house.open()
    return (await house.t.init(epoch="e", known="e1", site="http://other", schema="1", total_limit=1, live="", max_bid=1)).why


@case("init", "schema")
async def _(house: House) -> str:
    await house.open()
    return (await house.t.init(epoch="e", known="e1", site="http://site", schema="2", total_limit=1, live="", max_bid=1)).why


@case("init", "lost")
async def _(house: House) -> str:
    return (await house.t.init(epoch="e2", known="e1", site="http://site", schema="1", total_limit=1, live="1", max_bid=1)).why
