"""The data folder: one per site, one user at a time, word left for the verbs."""

import os
import stat

import pytest

from bidwright.errors import SetupError
from bidwright_cli.folder import Folder, Run, folder_for, newest
from bidwright_cli.settings import UpSettings


@pytest.mark.parametrize(
    ("site", "address", "name"),
    [
        ("sim", "http://127.0.0.1:9900", "sim"),
        ("live", "https://www.nellisauction.com", "live"),
        ("other", "http://127.0.0.1:8123", "site-127.0.0.1-8123"),
        ("other", "https://Auction.Example/", "site-auction.example"),
    ],
)
def test_every_site_has_its_folder(tmp_path, site, address, name):
    """Data of different sites lie in different folders."""
    settings = UpSettings(data_dir=tmp_path, site=address)

    assert tmp_path / name == folder_for(settings, site).path


def test_second_user_is_refused(tmp_path):
    """A folder in use is refused, naming the process that uses it; once given back it can be had again."""
    folder = Folder(tmp_path / "sim")
    with folder.lock(), pytest.raises(SetupError, match=f"already runs on .* \\(process {os.getpid()}\\)"):
        folder.lock()

    with folder.lock() as again:
        assert not again.closed


def test_word_is_left_and_taken_back(tmp_path):
    """What runs can be read by the verbs, the token by its owner alone, and both are gone after the end."""
    folder = Folder(tmp_path)
    run = Run("http://127.0.0.1:3000", "simulated site", {"redis": 7}, {"redis": 99}, {"gateway": 3000})
    folder.say_running(run, "secret-token")

    assert run == folder.running()
    assert "secret-token" not in folder.run.read_text()
    assert "secret-token" == folder.run_token.read_text().strip()
    assert 0o600 == stat.S_IMODE(folder.run_token.stat().st_mode)

    folder.say_stopped()
    assert folder.running() is None
    assert not folder.run_token.exists()


def test_newest_run_is_found(tmp_path):
    """Verbs find the folder where something was started last."""
    for name, at in (("live", 200), ("sim", 100)):
        (tmp_path / name).mkdir()
        Folder(tmp_path / name).say_running(Run("http://127.0.0.1:1", name), "t")
        os.utime(tmp_path / name / "run.json", (at, at))

    found = newest(tmp_path)

    assert found is not None
    assert tmp_path / "live" == found.path
    assert newest(tmp_path / "nothing") is None


def test_broken_word_is_no_word(tmp_path):
    """A half-written run file counts as none."""
    folder = Folder(tmp_path)
    folder.run.write_text("{")

    assert folder.running() is None


def test_long_folder_names_get_a_short_socket(tmp_path):
    """A folder whose name is too long for a socket has its socket elsewhere, for the owner's eyes only."""
    near, far = Folder(tmp_path).socket(), Folder(tmp_path / ("x" * 120)).socket()

    assert len(os.fsencode(far)) < 104
    assert 0o700 == stat.S_IMODE(far.parent.stat().st_mode)
    assert near.name == far.name
    far.parent.rmdir()
