"""Room on the disk."""

import shutil

import pytest

from bidwright_feature_disk import register_health_checks

MIB = 1024 * 1024


@pytest.fixture
def free(monkeypatch):
    """Sets how much is free, in MiB."""

    def tell(mib):
        monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**12, 0, mib * MIB))

    return tell


@pytest.mark.parametrize(("mib", "well"), [(512, True), (511, False)])
def test_register_health_checks_looks_at_what_is_free(monkeypatch, tmp_path, free, mib, well):
    """
    Well with 512 MiB, else a sentence with the figure and what to do.
    """
    monkeypatch.setenv("BIDWRIGHT_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("BIDWRIGHT_DISK_FREE_MIB", raising=False)
    free(mib)
    (check,) = register_health_checks()

    said = check.check()

    assert "disk" == check.name
    assert well == (said is None)
    assert well or said.startswith(f"only 511 MiB are free on the disk of {tmp_path}, fewer than 512: free some")


def test_a_folder_that_is_not_there_yet_lies_on_its_parents_disk(monkeypatch, tmp_path, free):
    """
    The first start makes it.
    """
    monkeypatch.setenv("BIDWRIGHT_DATA_DIR", str(tmp_path / "later/data"))
    free(1)
    (check,) = register_health_checks()

    assert f"on the disk of {tmp_path}," in check.check()


def test_the_least_can_be_set(monkeypatch, tmp_path, free):
    """
    A number that cannot be read leaves the plugin out.
    """
    monkeypatch.setenv("BIDWRIGHT_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("BIDWRIGHT_DISK_FREE_MIB", "2000")
    free(1999)
    (check,) = register_health_checks()
    assert "fewer than 2000" in check.check()

    monkeypatch.setenv("BIDWRIGHT_DISK_FREE_MIB", "much")
    with pytest.raises(ValueError, match="much"):
        register_health_checks()
