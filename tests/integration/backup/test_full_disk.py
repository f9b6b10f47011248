"""A disk that is really full: nothing that was acknowledged is lost, nothing is bid meanwhile, and all goes on once there is room."""

import contextlib
import shutil
import subprocess

import pytest
from busy import LOTS, opened, watch
from redis.exceptions import RedisError

from bidwright.errors import SetupError, StoreDown
from bidwright.runtime.engine import Engine
from bidwright.runtime.store import connect
from bidwright.transitions import Transitions

pytestmark = pytest.mark.integration


@pytest.fixture
def small(tmp_path):
    """A disk of 12 MiB; skipped where we may not mount one."""
    mount, umount = shutil.which("mount"), shutil.which("umount")
    folder = tmp_path / "disk"
    folder.mkdir()
    line = [mount or "mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(folder)]
    if not mount or not umount or subprocess.run(line, capture_output=True, check=False).returncode:  # noqa: S603 - our own words
        pytest.skip("a disk of its own can only be mounted by root")
    yield folder
    subprocess.run([umount, "-l", str(folder)], check=True)  # noqa: S603 - our own words


async def test_what_was_acknowledged_is_there_when_there_is_room_again(small):
    """
    Lots are watched until the store can write no more; each that was answered is there afterwards, and no other change came about.
    """
    engine = Engine(small / "e", durable=True)
    engine.start()
    redis = connect(engine.url)
    t = await opened(redis)
    ballast = small / "ballast"
    with ballast.open("wb") as file, contextlib.suppress(OSError):
        for _ in range(11):
            file.write(b"x" * 2**20)
            file.flush()
    answered: list[str] = []

    async def until_it_is_full():
        for n in range(20_000):
            lot = str(70_100_000 + n)
            await watch(t, lot, strategy="auto" + "x" * 200)
            answered.append(lot)

    with pytest.raises((StoreDown, RedisError)):
        await until_it_is_full()
    with pytest.raises((StoreDown, RedisError)):
        await watch(t, LOTS[0])
    await redis.aclose()
    with contextlib.suppress(SetupError):
        engine.stop()

    ballast.unlink()
    engine.start()
    redis = connect(engine.url)
    there = set(await redis.zrange("bw:lots", 0, -1))
    assert len(answered) > 100
    assert set(answered) <= there
    assert len(there - set(answered)) <= 1, "the one that was not answered may have been written"
    await watch(Transitions(redis), LOTS[1])
    assert await redis.exists(f"bw:lot:{LOTS[1]}")
    await redis.aclose()
    engine.stop()
