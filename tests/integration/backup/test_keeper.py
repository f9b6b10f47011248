"""The keeper: one a day, told when it could not, tried again."""

import pytest
from busy import LOTS, opened, watch

from bidwright.runtime.backup import file
from bidwright.runtime.backup.keeper import Keeper
from bidwright.runtime.backup.shelf import Shelf

pytestmark = pytest.mark.integration


async def test_one_a_day(redis, clock, tmp_path):
    """
    The first at once, the next when a day has passed, also over a restart.
    """
    await watch(await opened(redis), LOTS[0])
    shelf = Shelf(tmp_path)

    await Keeper(redis, shelf, clock, hours=24).look()
    clock.advance(23 * 3600)
    await Keeper(redis, shelf, clock, hours=24).look()
    assert 1 == len(shelf.volumes())
    clock.advance(3600)
    await Keeper(redis, shelf, clock, hours=24).look()

    assert 2 == len(shelf.volumes())
    word = await redis.hgetall("bw:backup")
    assert (shelf.newest().path.name, "", "1") == (word["file"], word["why"], word["lots"])


async def test_none_when_there_shall_be_none(redis, clock, tmp_path):
    """
    BIDWRIGHT_BACKUP_HOURS=0.
    """
    await opened(redis)
    await Keeper(redis, Shelf(tmp_path), clock, hours=0).look()

    assert [] == Shelf(tmp_path).volumes()


async def test_one_that_fails_is_told_and_tried_again(redis, clock, tmp_path):
    """
    For the heartbeat and the doctor; well again with the next that works.
    """
    await opened(redis)
    folder = tmp_path / "b"
    folder.write_text("in the way")
    keeper = Keeper(redis, Shelf(folder), clock, hours=24)

    await keeper.look()
    assert "cannot be written" in keeper.unwell()[0]
    assert "cannot be written" in await redis.hget("bw:backup", "why")

    folder.unlink()
    await keeper.look()
    assert [] == keeper.unwell()
    assert "" == await redis.hget("bw:backup", "why")


async def test_sealed_with_the_owners_passphrase(redis, clock, tmp_path):
    """
    As BIDWRIGHT_BACKUP_PASSPHRASE says.
    """
    await watch(await opened(redis), LOTS[0])
    await Keeper(redis, Shelf(tmp_path), clock, hours=24, passphrase="words").look()

    content = Shelf(tmp_path).newest().path.read_bytes()
    assert file.is_sealed(content)
    assert 1 == file.unpack(content, "words").lots
