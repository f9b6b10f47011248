"""What is refused of toggles, experiments and plugins."""

from house import LOT, House

from .case import Cases

CASES = Cases()
case = CASES.case


@case("assign", "unknown-lot")
async def _(house: House) -> str:
    return (await house.t.assign(LOT, "trial", "control")).why


@case("outcome", "not-final")
async def _(house: House) -> str:
    await house.ready()
    return (await house.t.outcome(LOT, "trial")).why


@case("toggle", "moved")
async def _(house: House) -> str:
    return (await house.t.toggle("trial", "true", by="owner", why="", expect="false", keys="feature:")).why


@case("toggle", "unknown")
async def _(house: House) -> str:
    return (await house.t._run("toggle", "feature:trial", "trial", "nonsense", "", "", "", "*", "", ""))[1]


@case("plugin", "stale")
async def _(house: House) -> str:
    await house.open()
    await house.t.plugin("good", "dropin:odd.py", by="bidder", value="new")
    return (await house.t.plugin("live", "dropin:odd.py", by="owner", value="old")).why


@case("plugin", "unknown")
async def _(house: House) -> str:
    await house.open()
    return (await house.t.plugin("loved", "dropin:odd.py", by="owner")).why  # type: ignore[arg-type]
