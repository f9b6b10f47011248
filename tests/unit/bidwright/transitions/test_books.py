"""What is kept for later: the facts of a decision, why a lot was held back, and the ledger of what ended."""

from __future__ import annotations

import msgspec
import pytest
from house import LOT, House

WONT = "Will NOT bid, because the session expired."


async def _closed(house: House, **last: object) -> None:
    for _ in range(2):
        await house.pass_time(2)
        await house.read(status="closed", **last)  # type: ignore[arg-type]


async def _ledger(house: House, name: str = "ledger") -> list[dict[str, str]]:
    return [msgspec.json.decode(row) for row in await house.t.redis.lrange(f"bw:{name}", 0, -1)]


async def test_the_facts_of_a_decision_are_kept_with_its_intent(house: House) -> None:
    """Those that are asked for, as they are; the event carries them as well."""
    ticket = await house.ready()
    facts = {
        "age": 120,
        "width": "240.0",
        "toggles": '{"circuit_breaker": true}',
        "version": "2",
        "reason": "time is up",
        "said": "Bidding $15.",
    }
    assert (await house.reserve(ticket=ticket, facts={**facts, "params": "{}"})).ok  # type: ignore[arg-type]

    kept = await house.intent()
    assert (120, 240.0, '{"circuit_breaker": true}', "2") == (kept.age, kept.width, kept.toggles, kept.version)
    assert ("time is up", "Bidding $15.", "{}") == (kept.reason, kept.said, kept.params)
    [event] = [msgspec.json.decode(e["d"]) for _, e in await house.t.redis.xrange("bw:ev") if e["t"] == "bid.reserved"]
    assert "time is up" == event["intent:i1"]["reason"]


@pytest.mark.parametrize(
    "facts", [{"state": "LEADING"}, {"amount": 1}, {"prev": 9999}, {"mode": "dry"}, {"till": 10**15}, {"reason": "é" * 501}]
)
async def test_facts_never_reach_what_guards_look_at(house: House, facts: dict[str, str | int]) -> None:
    """Neither another field nor a long text gets in; the bid goes its way without."""
    ticket = await house.ready()
    assert (await house.reserve(ticket=ticket, facts=facts)).ok  # type: ignore[arg-type]

    kept = await house.intent()
    assert ("RESERVED", 1500, "live", "") == (kept.state, kept.amount, kept.mode, kept.reason)
    assert kept.till <= await house.t.stamp() + 5000
    assert "0" == await house.t.redis.hget("bw:intent:i1", "prev")
    assert "send" == (await house.t.claim("i1", "p")).action


async def test_a_hold_lasts_until_something_else_is_said(house: House) -> None:
    """From when to when, at which price."""
    await house.ready()
    await house.t.note(LOT, "say", "wont", WONT)
    began = house.now
    await house.pass_time(3)
    await house.t.note(LOT, "say", "wont", "Will NOT bid, because bidding is stopped.")
    await house.t.note(LOT, "say", "will", "Will bid up to $40 at 18:31:20.")

    first, second = await house.records.holds(LOT)
    assert (began, began + 3000, WONT, 1400, 1500) == (first.at, first.till, first.say, first.price, first.next_bid)
    assert second.till is not None


async def test_the_close_does_not_end_a_hold(house: House) -> None:
    """What stood in the way then is the reason that the lot was lost."""
    await house.ready()
    await house.t.note(LOT, "say", "wont", WONT)
    await house.read(status="closed")
    await house.t.note(LOT, "say", "idle", "The site says it closed; a second read will confirm it.")

    assert [None] == [hold.till for hold in await house.records.holds(LOT)]


async def test_holds_are_of_armed_lots_and_bounded(house: House) -> None:
    """A lot that is only watched is held back by nobody; fifty holds are kept."""
    await house.ready(armed=0)
    await house.t.note(LOT, "say", "wont", WONT)
    await house.t.note(LOT, "trouble", "wont", WONT)
    assert [] == await house.records.holds(LOT)

    await house.t.configure(LOT, {"armed": 1})
    for number in range(60):
        await house.t.note(LOT, "say", "wont", f"Will NOT bid, because of {number}.")
    assert [f"Will NOT bid, because of {n}." for n in range(10, 60)] == [hold.say for hold in await house.records.holds(LOT)]


async def test_a_won_lot_outlives_its_record(house: House) -> None:
    """Title, place, number, close and the whole bill stay, and they add up."""
    await house.ready_and_claimed()
    await house.t.redis.hset(f"bw:lot:{LOT}", mapping={"x:title": "Lamp", "x:location_name": "Mesa", "x:inventory": "LPN1"})
    await house.t.settle("i1", "LEADING", "accepted")
    await _closed(house, price=1400, leading=True)
    await house.pass_time(90)
    assert [LOT] == await house.t.purge(older_ms=60_000)

    [row] = await _ledger(house)
    assert ("Lamp", "Mesa", "LPN1", "won", "auto", "1") == tuple(
        row[n] for n in ("title", "place", "inventory", "outcome", "strategy", "bids")
    )
    assert ("1400", "210", "137", "1747") == tuple(row[n] for n in ("paid", "premium_cents", "tax_cents", "allin"))
    assert int(row["close"]) > 0


async def test_a_lost_lot_is_in_a_ledger_of_its_own(house: House) -> None:
    """With our highest bid; what is won is never counted together with it. Its prices and holds stay for its receipts."""
    await house.ready_and_claimed()
    await house.t.settle("i1", "OUTBID", "higher-maximum")
    await house.pass_time(1)
    await house.read(price=3000, next_bid=3100)
    await house.t.note(LOT, "say", "wont", WONT)
    await _closed(house, price=3000, next_bid=3100)
    assert (await house.lot()).was_armed
    await house.pass_time(90)
    assert [LOT] == await house.t.purge(older_ms=60_000)

    assert [] == await _ledger(house)
    [row] = await _ledger(house, "ledger:lost")
    assert ("lost", "3000", "1500", "1") == tuple(row[n] for n in ("outcome", "hammer", "high", "was_armed"))
    assert [WONT] == [hold.say for hold in await house.records.holds(LOT)]
    assert [1400, 3000] == [cents for _, cents, _ in await house.records.history(LOT)]


async def test_a_lot_nobody_cared_about_leaves_nothing(house: House) -> None:
    """Watched only: no ledger, no history."""
    await house.open()
    await house.watch(armed=0)
    await house.read()
    await _closed(house)
    await house.pass_time(90)
    assert [LOT] == await house.t.purge(older_ms=60_000)

    assert ([], [], []) == (await _ledger(house), await _ledger(house, "ledger:lost"), await house.records.history(LOT))
