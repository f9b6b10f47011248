"""The engine's folder is never opened by an older engine than wrote it."""

import pytest

from bidwright.errors import SetupError
from bidwright_cli import engine_folder


def test_folder_is_marked_and_opened_again(tmp_path):
    """The mark names the engine's version, and the same engine opens the folder again."""
    folder = tmp_path / "redis"
    engine_folder.prepare(folder)
    engine_folder.prepare(folder)

    assert 3 == len((folder / "engine").read_text().strip().split("."))


def test_newer_data_is_refused(tmp_path):
    """Data of a newer engine is refused with both versions."""
    (tmp_path / "engine").write_text("99.0.1\n")

    with pytest.raises(SetupError, match=r"engine 99\.0\.1, this Bidwright carries"):
        engine_folder.prepare(tmp_path)
