"""The challenger: who decides on a lot."""

import pytest

from bidwright.plugins import load
from bidwright.records import LotRecord, Records
from bidwright.runtime.toggles import Toggles, declared
from bidwright_bidder.strategies import Strategies
from bidwright_bidder.variants import Variants

LOT = "70012345"


@pytest.fixture
def variants(transitions, clock, redis):
    """Gives what decides on a lot with these fields, once the live value is as told."""
    plugins = load(installed=["strategy-auto", "strategy-smart", "strategy-manual", "feature-champion"])
    toggles = Toggles(transitions, clock, declared(plugins), env={})
    made = Variants(toggles, Strategies(plugins), transitions)

    async def decides(value, **fields):
        await redis.set("feature:challenger", value)
        clock.advance(1)
        await toggles.refresh()
        lot = LotRecord.from_hash(LOT, {"strategy": "auto", "armed": "1", "cap": "4000", "params": '{"buffer": 3}', **fields})
        return made.chosen(lot)

    return decides


@pytest.mark.parametrize(
    ("value", "fields", "strategy"),
    [
        ("challenger", {}, "smart"),
        ("true", {}, "smart"),
        ("control", {}, "auto"),
        ("rubbish", {}, "auto"),
        ("challenger for mode=live", {"mode": "dry"}, "auto"),
        ("challenger for mode=live", {"mode": "live"}, "smart"),
        ("challenger", {"strategy": "manual"}, "manual"),
        ("challenger", {"armed": "0"}, "auto"),
        ("challenger", {"final": "1"}, "auto"),
    ],
)
async def test_who_decides(variants, value, fields, strategy):
    """Only on armed lots, never on those that are bid on by hand; the owner's settings stay."""
    lot = await variants(value, **fields)

    assert (strategy, '{"buffer": 3}', 4000) == (lot.strategy, lot.params, lot.cap)


async def test_a_challenger_that_is_not_there_decides_on_nothing(variants, monkeypatch):
    """Each lot's own strategy does."""
    monkeypatch.setattr(Strategies, "version", lambda self, name: "")

    assert "auto" == (await variants("challenger")).strategy


async def test_lots_are_noted_while_it_runs(transitions, redis, clock):
    """Nothing is written while it is off; a lot that a roll-back takes from the challenger is noted as moved."""
    plugins = load(installed=["strategy-auto", "strategy-smart", "feature-champion"])
    toggles = Toggles(transitions, clock, declared(plugins), env={})
    made, records = Variants(toggles, Strategies(plugins), transitions), Records(redis)
    await transitions.watch(LOT, {"cap": 4000, "premium": "0", "tax": "0", "strategy": "auto", "armed": "1"})
    noted = []
    for value in ("off", "on", "on", "off"):
        await redis.set("feature:challenger", value)
        clock.advance(1)
        await toggles.refresh()
        await made.note(await records.lot(LOT))
        noted.append((await records.lot(LOT)).variants.get("challenger"))

    assert [None, "challenger", "challenger", "control"] == noted
    assert 2 == sum(event["t"] == "toggle.assigned" for _, event in await redis.xrange("bw:ev"))
