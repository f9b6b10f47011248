"""The first start of another version: kept first, then changed; what cannot be kept is not changed."""

import pytest
from busy import LOTS, contradictions, opened, watch
from test_backup_restoring import named_anew

from bidwright.errors import SetupError
from bidwright.runtime import init
from bidwright.runtime.backup import file, reading
from bidwright.runtime.backup.making import release
from bidwright.runtime.backup.shelf import Shelf
from bidwright.runtime.migrations import Step
from bidwright.runtime.upgrading import upgrade

pytestmark = pytest.mark.integration
STEPS = (Step("0", "1", "names the strategies anew", named_anew),)


async def test_another_version_is_kept_before_it_is_opened(redis, clock, tmp_path):
    """
    Once: the second start of the same version makes none.
    """
    await watch(await opened(redis), LOTS[0])

    said = await upgrade(redis, Shelf(tmp_path / "b"), clock)

    kept = file.unpack(Shelf(tmp_path / "b").newest("upgrade").path.read_bytes())
    assert "What 0.0.1 left is kept in" in said[0]
    assert (1, 1) == (kept.lots, kept.armed)
    await init.initialise(redis, data_dir=tmp_path, site="http://site", live="", max_bid_cents=1, total_limit_cents=1)
    assert release() == await redis.hget("bw:meta", "release")
    assert [] == await upgrade(redis, Shelf(tmp_path / "b"), clock)


async def test_a_new_store_is_no_upgrade(redis, clock, tmp_path):
    """
    There is nothing to keep.
    """
    assert [] == await upgrade(redis, Shelf(tmp_path / "b"), clock)
    assert not (tmp_path / "b").exists()


async def test_older_data_is_changed_in_one_step(redis, clock, tmp_path):
    """
    All lots, books still in order, version noted; the backup has them as they were.
    """
    t = await opened(redis, schema="0")
    for lot in LOTS[:5]:
        await watch(t, lot)

    records = len(await reading.read(redis))
    said = await upgrade(redis, Shelf(tmp_path), clock, steps=STEPS)

    assert ["names the strategies anew (version 0 to 1)", f"5 of {records} records change"] == said[1:]
    assert {"auto2"} == {await redis.hget(f"bw:lot:{lot}", "strategy") for lot in LOTS[:5]}
    assert "1" == await redis.hget("bw:meta", "schema")
    assert [] == contradictions(await reading.read(redis))
    kept = file.unpack(Shelf(tmp_path).newest().path.read_bytes())
    assert {"auto"} == {row.value["strategy"] for row in kept.rows if row.is_lot}


async def test_a_dry_run_changes_nothing(redis, clock, tmp_path):
    """
    It says what would be done.
    """
    await watch(await opened(redis, schema="0"), LOTS[0])
    before = await reading.read(redis)

    said = await upgrade(redis, Shelf(tmp_path / "b"), clock, steps=STEPS, dry_run=True)

    assert "names the strategies anew (version 0 to 1)" in said
    assert before == await reading.read(redis)
    assert not (tmp_path / "b").exists()


async def test_without_a_backup_nothing_is_changed(redis, clock, tmp_path):
    """
    A folder that cannot be written: older data stays as it is and the start is refused.
    """
    await watch(await opened(redis, schema="0"), LOTS[0])
    (tmp_path / "b").write_text("in the way")
    before = await reading.read(redis)

    with pytest.raises(SetupError, match="not without a backup"):
        await upgrade(redis, Shelf(tmp_path / "b"), clock, steps=STEPS)

    assert before == await reading.read(redis)


async def test_data_of_a_later_version_is_refused(redis, clock, tmp_path):
    """
    A downgrade: one sentence, and nothing changed.
    """
    await watch(await opened(redis, schema="7"), LOTS[0])
    before = await reading.read(redis)

    with pytest.raises(SetupError, match="This data has version 7, this Bidwright reads version 1"):
        await upgrade(redis, Shelf(tmp_path), clock)

    assert before == await reading.read(redis)
