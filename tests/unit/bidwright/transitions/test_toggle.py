"""Experiments as the store keeps them: which variant decides on a lot, and what it came to."""

import json

from house import LOT, House


async def _ended(house: House, *, won: bool) -> None:
    for _ in range(2):
        await house.pass_time(1.5)
        await house.read(status="closed", leading=won)


async def test_an_assignment_is_told_once(house: House) -> None:
    """One event per lot and change; a lot that nobody watches has none."""
    await house.ready()
    said = [(await house.t.assign(LOT, "trial", variant)).value for variant in ("control", "control", "challenger")]
    told = [event["lot"] for _, event in await house.t.redis.xrange("bw:ev") if event["t"] == "toggle.assigned"]

    assert (["new", "same", "moved"], [LOT, LOT]) == (said, told)
    assert {"trial": "challenger"} == (await house.records.lot(LOT)).variants
    assert "unknown-lot" == (await house.t.assign("1", "trial", "control")).why


async def test_an_outcome_is_counted_once(house: House) -> None:
    """A lot that was not won has no surplus."""
    await house.ready()
    await house.t.assign(LOT, "trial", "challenger")
    early = (await house.t.outcome(LOT, "trial")).why
    await _ended(house, won=False)
    said = [(await house.t.outcome(LOT, "trial")).value for _ in range(2)]
    (line,) = await house.t.redis.lrange("bw:outcomes:trial", 0, -1)

    assert ("not-final", ["counted", "same"]) == (early, said)
    assert ("challenger", "0", "0") == tuple(json.loads(line)[name] for name in ("variant", "won", "surplus"))


async def test_a_lot_that_is_purged_is_counted_first(house: House) -> None:
    """However soon that is."""
    await house.ready()
    await house.t.assign(LOT, "trial", "challenger")
    await _ended(house, won=False)
    await house.pass_time(2)

    assert [LOT] == await house.t.purge(older_ms=0)
    assert 1 == await house.t.redis.llen("bw:outcomes:trial")


async def test_a_lot_under_two_variants_counts_for_neither(house: House) -> None:
    """It is counted as mixed."""
    await house.ready()
    for variant in ("control", "challenger"):
        await house.t.assign(LOT, "trial", variant)
    await _ended(house, won=False)
    await house.t.outcome(LOT, "trial")
    (line,) = await house.t.redis.lrange("bw:outcomes:trial", 0, -1)

    assert "mixed" == json.loads(line)["variant"]
