"""Plugin loading: what cannot be used is left out, named with file, line and reason, and hurts nobody."""

from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from bidwright import plugins

GOOD = """
from bidwright import Hold, Params, hookimpl

class Calm:
    name = "calm"
    description = "Never bids."
    version = "1"
    params = Params

    def decide(self, lot, now):
        return Hold("calm")

@hookimpl
def register_strategies():
    return [Calm()]
"""


def _drop(folder: Path, **files: str) -> plugins.Plugins:
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    return plugins.load(points=[], dropins=folder)


def _anything(_thing: object) -> str | None:
    return None


def test_a_dropped_file_offers_its_strategy(tmp_path: Path) -> None:
    """
    One file with one import is a plugin.
    """
    loaded = _drop(tmp_path, calm=GOOD)

    assert ["dropin:calm.py"] == loaded.names
    assert {"calm"} == set(loaded.collect("register_strategies", _anything))
    assert [] == loaded.problems


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def broken(:\n", "bad.py:1: invalid syntax"),
        ("\nimport nothing_by_that_name\n", "bad.py:2: ModuleNotFoundError"),
        ("raise SystemExit(3)\n", "bad.py:1: SystemExit: 3"),
        ("from bidwright import hookimpl\n@hookimpl\ndef register_strategis(): ...\n", "register_strategis"),
        ("from bidwright import hookimpl\n@hookimpl\ndef register_strategies(extra): ...\n", "extra"),
    ],
)
def test_a_bad_file_is_left_out_and_named(tmp_path: Path, text: str, said: str) -> None:
    """
    Its neighbours load, and the reason names the place.
    """
    loaded = _drop(tmp_path, bad=text, calm=GOOD)

    assert ["dropin:calm.py"] == loaded.names
    assert ["dropin:bad.py"] == [p.plugin for p in loaded.problems]
    assert said in loaded.problems[0].reason


def test_a_plugin_that_raises_when_asked_offers_nothing(tmp_path: Path) -> None:
    """
    The others still answer.
    """
    text = "from bidwright import hookimpl\n@hookimpl\ndef register_strategies():\n    return 1 / 0\n"
    loaded = _drop(tmp_path, bad=text, calm=GOOD)

    assert {"calm"} == set(loaded.collect("register_strategies", _anything))
    assert "ZeroDivisionError" in loaded.problems[0].reason


def test_a_thing_that_cannot_be_used_is_refused_with_the_reason(tmp_path: Path) -> None:
    """
    Whoever collects says what it needs.
    """
    loaded = _drop(tmp_path, calm=GOOD)

    assert {} == loaded.collect("register_strategies", lambda _thing: "has no colour")
    assert ["has no colour"] == [p.reason for p in loaded.problems]


def test_the_second_of_two_with_one_name_is_left_out(tmp_path: Path) -> None:
    """
    A name means one thing.
    """
    loaded = _drop(tmp_path, a=GOOD, b=GOOD)

    assert "dropin:a.py" == loaded.collect("register_strategies", _anything)["calm"][1]
    assert ["dropin:b.py"] == [p.plugin for p in loaded.problems]


def test_installed_plugins_are_loaded_by_name() -> None:
    """
    The setting chooses; a name that is not installed is told.
    """
    points = [EntryPoint("money", "bidwright.money", "bidwright"), EntryPoint("clock", "bidwright.clock", "bidwright")]
    loaded = plugins.load(installed=["clock", "absent"], points=points)

    assert ["clock"] == loaded.names
    assert ["absent"] == [p.plugin for p in loaded.problems]


def test_a_disabled_plugin_is_never_imported(tmp_path: Path) -> None:
    """
    Disabling works when the plugin is broken.
    """
    (tmp_path / "bad.py").write_text("raise RuntimeError\n")
    loaded = plugins.load(points=[EntryPoint("gone", "no.such.module", "bidwright")], dropins=tmp_path, disabled=["gone", "bad.py"])

    assert ([], []) == (loaded.names, loaded.problems)


@pytest.mark.parametrize("name", ["_helper", "test_calm"])
def test_helpers_and_tests_beside_plugins_are_no_plugins(tmp_path: Path, name: str) -> None:
    """
    A file whose name begins with an underscore, or as pytest's files do, is never imported.
    """
    loaded = _drop(tmp_path, **{name: "raise RuntimeError"})

    assert ([], []) == (loaded.names, loaded.problems)


def test_no_folder_means_no_dropins(tmp_path: Path) -> None:
    """
    A folder that is not there is not an error.
    """
    assert [] == plugins.load(points=[], dropins=tmp_path / "absent").names
