"""The shelf: private, newest first, so many of each kind, and never at the store's expense."""

import shutil
from collections import namedtuple
from datetime import timedelta

import pytest

from bidwright.errors import SetupError
from bidwright.runtime.backup.shelf import UPGRADES, Shelf


def test_for_the_owner_only(tmp_path, clock):
    """
    Folder and files.
    """
    volume = Shelf(tmp_path / "b").put(b"content", "daily", clock.now())

    assert 0o700 == (tmp_path / "b").stat().st_mode & 0o777
    assert 0o600 == volume.path.stat().st_mode & 0o777
    assert b"content" == volume.path.read_bytes()


def test_so_many_of_each_kind(tmp_path, clock):
    """
    Those asked for do not push out the daily ones, nor those before an upgrade.
    """
    shelf = Shelf(tmp_path, keep=2)
    for why in ("upgrade", "daily", "asked"):
        for _ in range(8):
            clock.advance(60)
            newest = shelf.put(b"x", why, clock.now())

    kinds = [one.why for one in shelf.volumes()]
    assert (2, 2, UPGRADES) == tuple(kinds.count(why) for why in ("daily", "asked", "upgrade"))
    assert newest == shelf.newest() == shelf.newest("asked")
    assert shelf.newest("daily").at == newest.at - timedelta(minutes=8)


def test_a_nearly_full_disk_is_left_to_the_store(tmp_path, clock, monkeypatch):
    """
    Told with figures, and nothing is written.
    """
    usage = namedtuple("usage", "total used free")  # noqa: PYI024 - as shutil has it
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**9, 10**9, 30 * 2**20))

    with pytest.raises(SetupError, match="Only 30 MiB are free"):
        Shelf(tmp_path).put(b"x", "daily", clock.now())
    assert [] == list(tmp_path.iterdir())


def test_a_disk_that_is_full_leaves_no_half_file(tmp_path, clock, monkeypatch):
    """
    What could not be written to its end has no name and takes no room.
    """

    def full(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(SetupError, match="No space left on device"):
        Shelf(tmp_path).put(b"x", "daily", clock.now())
    assert [] == list(tmp_path.iterdir())


def test_other_files_are_left_alone(tmp_path, clock):
    """
    Only what has such a name is one.
    """
    (tmp_path / "bidwright-mine.backup").write_bytes(b"")
    Shelf(tmp_path, keep=1).put(b"x", "daily", clock.now())

    assert 1 == len(Shelf(tmp_path).volumes())
    assert (tmp_path / "bidwright-mine.backup").exists()
