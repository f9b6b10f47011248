"""`bidwright plugin new`: what it writes works at once, and nothing that is there is touched."""

import json
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from bidwright.plugins import load
from bidwright.proper import unusable
from bidwright_cli.app import main
from bidwright_cli.exits import Exit

ROOT = Path(__file__).resolve().parents[3]
LONGEST = "a" * 40


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    """The present folder, with an empty drop-in folder where it is looked for."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BIDWRIGHT_PLUGINS_DIR", raising=False)
    dropins = tmp_path / "plugins/dropin"
    dropins.mkdir(parents=True)
    return dropins


def _new(capsys, *options):
    """Exit code and document of a run with --json."""
    code = main(["plugin", "new", "--json", *options])
    return code, json.loads(capsys.readouterr().out)


def _run(*command, cwd, given=None):
    ran = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", *command], capture_output=True, text=True, check=False, timeout=200, cwd=cwd, input=given
    )
    assert 0 == ran.returncode, ran.stdout + ran.stderr
    return ran.stdout


def _files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_drop_in_lies_beside_its_test(capsys, folder):
    """Both go to the drop-in folder; the loader takes the one, pytest the other."""
    code, told = _new(capsys, "bargain-hunter")

    assert (Exit.OK, True, "bargain-hunter", "dropin") == (code, told["success"], told["name"], told["form"])
    assert ["plugins/dropin/test_bargain_hunter.py", "plugins/dropin/bargain_hunter.py"] == told["files"]
    assert ["bargain_hunter.py", "test_bargain_hunter.py"] == _files(folder)
    loaded = load(points=[], dropins=folder)
    assert {"bargain-hunter"} == set(loaded.collect("register_strategies", unusable))
    assert ([], ["dropin:bargain_hunter.py"]) == (loaded.problems, loaded.names)


def test_what_comes_next_is_told(capsys):
    """Every file, and the commands to try it with, as they can be copied."""
    assert Exit.OK == main(["plugin", "new", "mine", "--dir", "my strategies"])

    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert "my strategies/mine.py" in lines
    assert "pytest 'my strategies/test_mine.py'" in lines
    assert "bidwright simulate --strategy mine --strategy auto --plugins-dir 'my strategies/mine.py'" in lines
    assert "bidwright watch set LOT --strategy mine" in lines


def test_the_folder_can_be_set(capsys, monkeypatch, tmp_path):
    """By the variable that the services read; --dir goes before it and is made when it is not there."""
    (tmp_path / "other").mkdir()
    monkeypatch.setenv("BIDWRIGHT_PLUGINS_DIR", "other")
    assert Exit.OK == _new(capsys, "mine")[0]
    assert Exit.OK == _new(capsys, "mine", "--dir", "third/place")[0]
    assert ["mine.py", "test_mine.py"] == _files(tmp_path / "other") == _files(tmp_path / "third/place")


@pytest.mark.parametrize(("value", "words"), [("", "turned off"), ("not/there", "no folder not/there here")])
def test_a_folder_nobody_would_look_into_is_not_made(capsys, monkeypatch, tmp_path, value, words):
    """Where there is no drop-in folder, --dir must say where to write."""
    monkeypatch.setenv("BIDWRIGHT_PLUGINS_DIR", value)
    code, told = _new(capsys, "mine")

    assert Exit.SETUP == code
    assert words in told["error"]
    assert "--dir" in told["error"]
    assert [] == _files(tmp_path)


@pytest.mark.parametrize(
    "name", ["", "Mine", "my_strategy", "my--strategy", "-mine", "mine-", "3days", "mine!", "ü", "../mine", LONGEST + "a"]
)
@pytest.mark.parametrize("form", [[], ["--package"]])
def test_what_is_no_name_is_refused(capsys, tmp_path, name, form):
    """With the rule and an example; nothing is written."""
    code, told = _new(capsys, *form, "--", name)

    assert (Exit.USAGE, code) == (told["exitCode"], Exit.USAGE)
    assert f"{name!r} is no name for a strategy: lower case letters, digits" in told["error"]
    assert [] == _files(tmp_path)


@pytest.mark.parametrize("name", ["auto", "manual", "sniping", "snipe"])
@pytest.mark.parametrize("form", [[], ["--package"]])
def test_a_name_that_is_taken_is_refused(capsys, tmp_path, name, form):
    """A built-in's word, or that of its package; who has it is told."""
    code, told = _new(capsys, *form, name)

    assert Exit.USAGE == code
    assert f"The name {name!r} is taken by strategy-" in told["error"]
    assert [] == _files(tmp_path)


@pytest.mark.parametrize("name", ["test-drive", "conftest", "random", "pydantic"])
def test_a_file_that_would_be_taken_for_another_is_refused(capsys, folder, name):
    """For a test, or for a module that others import; a package has no such trouble."""
    assert Exit.USAGE == _new(capsys, name)[0]
    assert [] == _files(folder)
    assert Exit.OK == _new(capsys, name, "--package")[0]


@pytest.mark.parametrize("there", ["mine.py", "test_mine.py"])
def test_nothing_is_overwritten(capsys, folder, there):
    """One file that is there stops both."""
    (folder / there).write_text("precious")
    code, told = _new(capsys, "mine")

    assert Exit.REFUSED == code
    assert f"plugins/dropin/{there} is there already" in told["error"]
    assert ([there], "precious") == (_files(folder), (folder / there).read_text())


def test_no_package_is_overwritten(capsys, tmp_path):
    """A folder of its name stops it, even an empty one."""
    (tmp_path / "bidwright-strategy-mine").mkdir()
    code, told = _new(capsys, "mine", "--package")

    assert Exit.REFUSED == code
    assert "bidwright-strategy-mine is there already" in told["error"]
    assert [] == _files(tmp_path)


def test_a_place_that_cannot_be_written_is_told(capsys, tmp_path):
    """In one sentence that names it."""
    (tmp_path / "file").write_text("")
    code, told = _new(capsys, "mine", "--dir", "file")

    assert Exit.REFUSED == code
    assert "could not be written" in told["error"]


@pytest.mark.parametrize("name", ["mine", "a-1-b2", LONGEST])
def test_what_is_written_is_as_tidy_as_the_house(capsys, folder, name):
    """A strategy in the drop-in folder does not break `make check`."""
    _new(capsys, name)
    for path in folder.iterdir():
        text, place = path.read_text(), f"plugins/dropin/{path.name}"
        _run("ruff", "check", "--quiet", "--stdin-filename", place, "-", cwd=ROOT, given=text)
        assert text == _run("ruff", "format", "--quiet", "--stdin-filename", place, "-", cwd=ROOT, given=text)


@pytest.mark.timeout(240)
def test_a_drop_in_passes_its_own_tests(capsys, folder, tmp_path):
    """With the project's strict settings, and from outside of it; then it bids in a sale of the command line."""
    _new(capsys, "mine")
    shown = _run("pytest", "-q", "-p", "no:cacheprovider", "-c", ROOT / "pyproject.toml", "--rootdir", tmp_path, folder, cwd=tmp_path)
    assert " passed" in shown
    assert "failed" not in shown
    assert Exit.OK == main(["simulate", "--strategy", "mine", "--plugins-dir", str(folder), "--lots", "12", "--seed", "7", "--json"])
    (mine,) = json.loads(capsys.readouterr().out)["strategies"]
    assert ("mine", "dropin:mine.py", 0) == (mine["strategy"], mine["plugin"], mine["failed"])


@pytest.mark.timeout(240)
def test_a_package_passes_its_own_tests_and_can_be_installed(capsys, tmp_path):
    """Before it is installed its tests find it; built, its entry point names what it offers."""
    code, told = _new(capsys, "bargain-hunter", "--package")
    root = tmp_path / "bidwright-strategy-bargain-hunter"
    module = "bidwright_strategy_bargain_hunter"
    assert (Exit.OK, "package") == (code, told["form"])
    assert sorted(told["files"]) == [f"{root.name}/{path}" for path in _files(root)]
    assert ["README.md", "pyproject.toml", f"src/{module}/__init__.py", f"src/{module}/py.typed", "tests/test_bargain_hunter.py"] == _files(
        root
    )

    assert " passed" in _run("pytest", "-q", "-p", "no:cacheprovider", cwd=root)

    _run("hatchling", "build", "-t", "wheel", cwd=root)
    (wheel,) = (root / "dist").iterdir()
    assert wheel.name.startswith(f"{module}-1-")
    with zipfile.ZipFile(wheel) as parts:
        assert f"[bidwright]\nstrategy-bargain-hunter = {module}\n" == parts.read(f"{module}-1.dist-info/entry_points.txt").decode()
        assert f"{module}/__init__.py" in parts.namelist()
    assert ["bidwright"] == tomllib.loads((root / "pyproject.toml").read_text())["project"]["dependencies"]
