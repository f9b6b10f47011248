"""docs/first-strategy.md does what it says: its files, its test and its commands are run in its order."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from bidwright.plugins import load
from bidwright.proper import unusable
from bidwright_cli.app import main
from bidwright_cli.exits import Exit

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/first-strategy.md").read_text("utf-8")
BLOCKS = re.findall(r"^```python\n# (plugins/dropin/\S+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
COMMANDS = [line for block in re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL) for line in block.splitlines()]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder with the tutorial's files in their places."""
    for name, text in BLOCKS:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BIDWRIGHT_PLUGINS_DIR", raising=False)
    return tmp_path


def test_every_code_block_is_a_file_that_is_tried():
    """No block of Python is left out by its missing first line."""
    assert PAGE.count("```python") == len(BLOCKS) == 2


def test_the_strategy_loads_and_its_test_does_not(folder):
    """The drop-in folder of the tutorial gives one plugin with one strategy."""
    loaded = load(points=[], dropins=folder / "plugins/dropin")

    assert ["dropin:bargain.py"] == loaded.names
    assert {"bargain"} == set(loaded.collect("register_strategies", unusable))
    assert [] == loaded.problems


@pytest.mark.timeout(240)
def test_its_test_passes(folder):
    """As the page runs it, with the project's strict settings."""
    (command,) = [line for line in COMMANDS if line.startswith("pytest ")]
    settings = ["-q", "-p", "no:cacheprovider", "-c", str(ROOT / "pyproject.toml"), "--rootdir", str(folder)]
    ran = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", *shlex.split(command), *settings], capture_output=True, text=True, check=False, timeout=200, cwd=folder
    )

    assert 0 == ran.returncode, ran.stdout
    assert " passed" in ran.stdout


@pytest.mark.usefixtures("folder")
@pytest.mark.timeout(240)
def test_its_sale_runs(capsys):
    """The page's command, on its lots and seed: it bids, wins some, and answers every time."""
    (command,) = [line for line in COMMANDS if line.startswith("bidwright simulate ")]
    assert Exit.OK == main([*shlex.split(command)[1:], "--json"])

    bargain, sniping = json.loads(capsys.readouterr().out)["strategies"]
    assert ("bargain", "sniping", 0) == (bargain["strategy"], sniping["strategy"], bargain["failed"])
    assert 0 < bargain["won"] < bargain["lots"]


@pytest.mark.parametrize("line", [line for line in COMMANDS if line.startswith("bidwright ")])
def test_its_verbs_are_there(capsys, line):
    """With the options it gives them."""
    words = shlex.split(line)[1:]
    options = [word for word in words if word.startswith("--")]
    verb = words[:2] if words[0] in {"watch", "plugin"} else words[:1]
    code = main([*verb, "--help"])
    if (verb[0], code) == ("plugin", Exit.USAGE):
        pytest.skip(f"`bidwright {' '.join(verb)}` is not there yet")

    assert Exit.OK == code
    shown = capsys.readouterr().out
    assert [] == [option for option in options if option not in shown]


@pytest.mark.parametrize("page", ["README.md", "plugins/README.md", "plugins/dropin/README.md", "docs/README.md"])
def test_it_is_found(page):
    """Linked where an author looks."""
    assert "first-strategy.md" in (ROOT / page).read_text("utf-8")
