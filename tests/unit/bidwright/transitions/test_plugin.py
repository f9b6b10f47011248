"""What the store keeps of a plugin that is not ours."""

from house import LOT, RATES, House

NAME = "dropin:odd.py"


async def test_only_its_own_lots_are_looked_at_again(house: House) -> None:
    """
    A plugin that comes, goes or fails keeps no other lot's decision waiting.
    """
    await house.open()
    for lot, strategy in ((LOT, "odd"), ("2", "auto"), ("3", "oddly")):
        assert (await house.t.watch(lot, {"cap": 100, **RATES, "strategy": strategy, "armed": 1, "mode": "live"})).ok
    taken = (await house.t.take("bid", n=9, lease_ms=2000)).tickets
    for ticket in taken:
        await house.t.done("bid", ticket.lot_id, ticket.fence, 60_000)

    await house.t.plugin("good", NAME, by="bidder", value="one", strategies=["odd"])
    assert [LOT] == [ticket.lot_id for ticket in (await house.t.take("bid", n=9, lease_ms=2000)).tickets]


async def test_what_is_said_twice_is_no_news(house: House) -> None:
    """
    Replicas find the same file; one event tells it, and never carries the text.
    """
    await house.open()
    for _ in range(2):
        await house.t.plugin("good", NAME, by="bidder", value="one", more="x = 'a secret'", strategies=["odd"])
    told = [event for _, event in await house.t.redis.xrange("bw:ev") if event["t"] == "plugin.changed"]

    assert 1 == len(told)
    assert "secret" not in str(told)
    assert "x = 'a secret'" == await house.t.redis.hget(f"bw:plugin:{NAME}", "text")


async def test_allowing_lifts_quarantine_and_disabling(house: House) -> None:
    """
    The owner's word is about the version that runs.
    """
    await house.open()
    await house.t.plugin("good", NAME, by="bidder", value="one")
    await house.t.plugin("held", NAME, by="bidder", value="one", more="boom")
    await house.t.plugin("off", NAME, by="owner", value="enough")
    await house.t.plugin("live", NAME, by="owner", value="one")
    kept = await house.t.redis.hgetall(f"bw:plugin:{NAME}")

    assert ("one", "", "", "") == (kept["live"], kept["held"], kept["off"], kept["why"])


async def test_a_file_taken_away_leaves_what_the_owner_said(house: House) -> None:
    """
    Put back, it is what it was; its text is not kept.
    """
    await house.open()
    await house.t.plugin("good", NAME, by="bidder", value="one", more="text")
    await house.t.plugin("live", NAME, by="owner", value="one")
    await house.t.plugin("gone", NAME, by="bidder")
    kept = await house.t.redis.hgetall(f"bw:plugin:{NAME}")

    assert ("", "one", False) == (kept["sha"], kept["live"], "text" in kept)
