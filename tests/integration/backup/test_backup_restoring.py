"""Restored: the same lots, bids, limits and books on another engine, halted until every lot was read and the owner says so."""

import asyncio

import pytest
from busy import LOTS, Market, contradictions, look, opened, watch

from bidwright.errors import SetupError
from bidwright.records import Records
from bidwright.runtime import telemetry
from bidwright.runtime.backup import reading, restoring
from bidwright.runtime.backup.making import snapshot
from bidwright.runtime.init import initialise
from bidwright.runtime.migrations import Step
from bidwright.transitions import Transitions

pytestmark = pytest.mark.integration
BEAT = telemetry.Beat("bidder", "b:1", 1, 0, 0)


async def taken(redis, clock, **fields):
    """A backup of a store with two armed lots, one of which has a bid that leads."""
    t = await opened(redis)
    for lot in LOTS[:2]:
        await watch(t, lot, **fields)
        await look(t, lot, price=1000)
    ticket = next(ticket for ticket in (await t.take("bid", n=9, lease_ms=2000)).tickets if ticket.lot_id == LOTS[0])
    cap_ver, obs_seq = await redis.hmget(f"bw:lot:{LOTS[0]}", "cap_ver", "obs_seq")
    given = {"fence": ticket.fence, "cap_ver": cap_ver, "obs_seq": obs_seq, "valid_ms": 3000, "max_obs_age_ms": 2000}
    assert (await t.reserve("i1", LOTS[0], amount=1500, **given)).ok
    assert "send" == (await t.claim("i1", "proxy-1")).action
    await t.settle("i1", "LEADING", "told")
    return await snapshot(redis, clock)


async def test_everything_is_there_again(redis, other, clock):
    """
    Whatever happened in a busy store is in the new one as it was, but for the switch, the epoch, and that everything is due.
    """
    t = await opened(redis)
    market = Market(t, seed=3)
    for _ in range(400):
        await market.step()
    await redis.xadd("bw:audit", {"by": "owner", "what": "PUT /api/budgets/total"})
    backup = await snapshot(redis, clock)

    made = await restoring.restore(other, backup)

    rows = await reading.read(other)
    assert [] == contradictions(rows)
    assert _alike(backup.rows) == _alike(rows)
    assert (made.lots, made.armed) == (backup.lots, backup.armed)
    lots = set(await other.zrange("bw:lots", 0, -1))
    assert lots == set(await other.zrange("bw:due:poll", 0, -1)) == set(await other.zrange("bw:due:bid", 0, -1))


def _alike(rows):
    """What a restore leaves as it was: all but the switch, the epoch, and since when a lot counts as unread."""
    kept = {row.key: dict(row.value) if row.is_lot else row.value for row in rows if row.key not in ("kill", "meta")}
    for value in (value for key, value in kept.items() if key.startswith("lot:") and isinstance(value, dict)):
        value.pop("settled", None)
    return kept


async def test_starts_halted_and_reads_every_lot_before_it_goes_on(redis, other, clock):
    """
    RESUME is refused with how many lots were not read; a read of each is enough, and then it is as ever.
    """
    await restoring.restore(other, await taken(redis, clock))
    t, records = Transitions(other), Records(other)
    kill = await records.kill()

    assert ("halt", "restore") == (kill["state"], kill["by"])
    assert "restored from the backup of" in kill["why"]
    assert ("unread", "2") == ((await t.resume("owner", kill["gen"])).why, (await t.resume("owner", kill["gen"])).value)
    await look(t, LOTS[0], price=1500, leading=True)
    assert "1" == (await t.resume("owner", kill["gen"])).value
    await t.show(LOTS[1], read_started=await t.stamp(), status="open", close=2_000_000_000_000, price=1100)
    assert "1" == (await t.resume("owner", kill["gen"])).value, "a read without us does not say whether we lead"
    await asyncio.sleep(0.002)  # two reads that begin in one millisecond are not told apart, and the second would be left out
    assert await look(t, LOTS[1], price=1100)
    assert (await t.resume("owner", kill["gen"])).ok
    await t.halt("owner", "again")
    assert (await t.resume("owner", (await records.kill())["gen"])).ok, "asked once"


async def test_a_lot_that_is_let_go_is_not_waited_for(redis, other, clock):
    """
    A lot that is gone from the site cannot be read; letting go of it is the way on. On paper a read without login is enough.
    """
    await restoring.restore(other, await taken(redis, clock))
    t = Transitions(other)
    gen = (await Records(other).kill())["gen"]
    await look(t, LOTS[0], price=1500, leading=True)
    await t.unwatch(LOTS[1])

    assert (await t.resume("owner", gen)).ok


async def test_paper_is_reconciled_without_login(redis, other, clock):
    """
    A dry run needs no session.
    """
    t = await opened(redis, live="0")
    await watch(t, LOTS[0], mode="dry")
    await restoring.restore(other, await snapshot(redis, clock))
    t = Transitions(other)
    await t.show(LOTS[0], read_started=await t.stamp(), status="open", close=2_000_000_000_000, price=1100)

    assert (await t.resume("owner", (await Records(other).kill())["gen"])).ok


async def test_nothing_seen_before_supports_a_bid(redis, other, clock):
    """
    Even resumed by force, a bid on what the backup knew is refused: the read is from before.
    """
    await restoring.restore(other, await taken(redis, clock))
    t = Transitions(other)
    await other.hset("bw:kill", "state", "run")
    ticket = next(ticket for ticket in (await t.take("bid", n=9, lease_ms=2000)).tickets if ticket.lot_id == LOTS[1])
    cap_ver, obs_seq = await other.hmget(f"bw:lot:{LOTS[1]}", "cap_ver", "obs_seq")

    given = {"fence": ticket.fence, "cap_ver": cap_ver, "obs_seq": obs_seq, "valid_ms": 3000, "max_obs_age_ms": 2000}
    assert not (await t.reserve("i9", LOTS[1], amount=1500, **given)).ok


async def test_a_bid_that_was_on_the_wire_is_settled_by_reading(redis, other, clock):
    """
    Its outcome is unknown in the new store too, and never sent again: a read after the quarantine says what came of it.
    """
    backup = await taken(redis, clock)
    row = next(row for row in backup.rows if row.key == "intent:i1")
    row.value.update(state="SENDING")
    await restoring.restore(other, backup)

    assert "no" == (await Transitions(other).claim("i1", "proxy-2")).action


async def test_the_new_installation_stays_halted_over_its_start(redis, other, clock, tmp_path):
    """
    The first start after a restore keeps the halt and remembers the new epoch; live or not stays as it was chosen.
    """
    backup = await taken(redis, clock)
    made = await restoring.restore(other, backup)

    epoch = await initialise(other, data_dir=tmp_path, site="http://site", live="", max_bid_cents=100, total_limit_cents=100)

    assert made.epoch == epoch != "e1"
    assert "halt" == (await Records(other).kill())["state"]
    assert "1000000000" == await other.hget("bw:budget:total", "limit"), "the owner's limit is not the default again"


@pytest.mark.parametrize("what", ["runs", "data", "site", "later"])
async def test_refused_with_nothing_changed(redis, other, clock, what):
    """
    Services that run, data that is there, another site's store, a backup of a later version: one sentence, and the store as it was.
    """
    backup = await taken(redis, clock)
    t = await opened(other)
    if what == "runs":
        await telemetry.beat(other, BEAT)
    if what == "data":
        await watch(t, LOTS[5])
    if what == "site":
        await other.hset("bw:meta", "site", "http://elsewhere")
    if what == "later":
        backup = type(backup)(type(backup.head)("9", "http://site", "9.0", 0), backup.rows)
    before = await reading.read(other)

    words = {"runs": "still runs (bidder)", "data": "--replace", "site": "belongs to http://elsewhere", "later": "has version 9"}
    with pytest.raises(SetupError) as refused:
        await restoring.restore(other, backup)

    assert words[what] in str(refused.value)
    assert before == await reading.read(other)


async def test_replace_throws_away_what_was_there(redis, other, clock):
    """
    When the owner says so.
    """
    backup = await taken(redis, clock)
    await watch(await opened(other), LOTS[5])

    await restoring.restore(other, backup, replace=True)

    assert sorted(LOTS[:2]) == sorted(await other.zrange("bw:lots", 0, -1))
    assert not await other.exists(f"bw:lot:{LOTS[5]}")


async def test_a_restore_that_broke_off_bids_nothing_and_is_begun_again(redis, other, clock, monkeypatch):
    """
    Ended in the middle, the store has no epoch and says stop; the same command then goes through.
    """
    backup, put, left = await taken(redis, clock), restoring._put, [6]

    def breaks(pipe, key, row):
        left[0] -= 1
        if left[0] < 0:
            raise ConnectionResetError("the power went")
        put(pipe, key, row)

    monkeypatch.setattr(restoring, "_BATCH", 2)
    monkeypatch.setattr(restoring, "_put", breaks)
    with pytest.raises(ConnectionResetError):
        await restoring.restore(other, backup)
    assert not await other.exists("bw:meta")
    assert ("halt", "a restore was begun and did not end: restore again") == tuple(await other.hmget("bw:kill", "state", "why"))

    monkeypatch.setattr(restoring, "_put", put)
    await restoring.restore(other, backup)
    assert sorted(LOTS[:2]) == sorted(await other.zrange("bw:lots", 0, -1))


async def test_older_data_is_changed_on_its_way_in(redis, other, clock):
    """
    By the same steps as a start; a dry run says so and writes nothing.
    """
    backup = await taken(redis, clock)
    backup = type(backup)(type(backup.head)("0", "http://site", "0.0.1", 0), backup.rows)
    steps = (Step("0", "1", "names the strategies anew", named_anew),)

    tried = await restoring.restore(other, backup, dry_run=True, steps=steps)
    assert (("names the strategies anew",), 2) == (tried.steps, tried.changed)
    assert [] == await other.keys("*")

    await restoring.restore(other, backup, steps=steps)
    assert "auto2" == await other.hget(f"bw:lot:{LOTS[0]}", "strategy")
    assert "1" == await other.hget("bw:meta", "schema")


def named_anew(row):
    """A migration for these tests."""
    return type(row)(row.key, row.kind, {**row.value, "strategy": "auto2"}, row.expires) if row.is_lot else row
