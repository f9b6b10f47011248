"""A backup is as of one instant, however much goes on while it is read."""

import asyncio

import pytest
from busy import LOTS, Market, contradictions, opened, watch

from bidwright.runtime.backup import reading
from bidwright.runtime.service import end
from bidwright.runtime.store import connect

pytestmark = [pytest.mark.integration, pytest.mark.timeout(90)]
READINGS = 8


async def test_books_agree_in_every_backup_of_a_busy_store(engine, redis, monkeypatch):
    """
    Lots, bids, budgets, groups and indexes of each fit together, though hundreds of changes happen while one is read.
    """
    monkeypatch.setattr(reading, "_BATCH", 5)  # many small steps, so that much happens in between
    t = await opened(redis)
    for lot in LOTS:
        await watch(t, lot)
    line = connect(engine.url)
    market, meanwhile = Market(await opened(line), seed=7), []

    async def goes_on():
        while True:
            await market.step()

    work = asyncio.ensure_future(goes_on())
    try:
        for _ in range(READINGS):
            before = await redis.xlen("bw:ev")
            rows = await reading.read(redis)
            meanwhile.append(await redis.xlen("bw:ev") - before)
            assert [] == contradictions(rows)
            assert not work.done(), work.exception()
    finally:
        await end([work])
        await line.aclose()

    assert market.bids > READINGS
    assert sum(meanwhile) > 2 * READINGS, "too little went on to prove anything"


async def test_a_key_of_which_nothing_is_kept_is_left_out(redis):
    """
    What a worker left on a lot that was purged under it is no record: nothing could be written for it again.
    """
    t = await opened(redis)
    await watch(t, LOTS[0])
    await redis.hset("bw:lot:999", mapping={"want:bid": "", "lease:bid": ""})

    assert "lot:999" not in {row.key for row in await reading.read(redis)}


async def test_what_passes_is_not_kept(redis):
    """
    The log, queues, heartbeats and leases are made anew; toggles set by hand, which stand beside the prefix, are kept.
    """
    t = await opened(redis)
    await watch(t, LOTS[0])
    await t.take("bid", n=1, lease_ms=2000)
    await redis.set("feature:sse", "25%")
    await redis.set("bw:svc:gateway:a:1", "{}")
    await redis.set("bw:nonce:x", "1", px=60_000)
    await redis.set("elsewhere", "not ours")

    rows = {row.key: row.value for row in await reading.read(redis)}

    assert {"feature:sse", "kill", "limits", "meta", "session", "steady", f"lot:{LOTS[0]}", "lots"} <= set(rows)
    assert not [key for key in rows if key.startswith(("ev", "svc:", "due:", "nonce:", "elsewhere"))]
    assert not [field for field in rows[f"lot:{LOTS[0]}"] if field.startswith(("lease:", "want:", "taken:"))]
