"""`bidwright simulate` from end to end, as a program of its own."""

import json
import os
import subprocess
import sys

import pytest

from bidwright_cli.app import main
from bidwright_cli.exits import Exit

LINE = ["simulate", "--strategy", "auto", "--strategy", "manual", "--lots", "12", "--seed", "7"]


def _run(*options, hash_seed="random"):
    command = [sys.executable, "-m", "bidwright_cli", *options]
    return subprocess.run(command, capture_output=True, check=False, timeout=60, env=os.environ | {"PYTHONHASHSEED": hash_seed})  # noqa: S603 - our own interpreter


def test_json_is_the_same_to_the_byte():
    """Two runs print one and the same document and nothing else."""
    first, again = _run(*LINE, "--json", hash_seed="1"), _run(*LINE, "--json", hash_seed="2")
    assert first.stdout == again.stdout
    assert (0, b"") == (first.returncode, first.stderr)
    document = json.loads(first.stdout)
    assert (True, 7, 12) == (document["success"], document["seed"], document["lots"])
    auto, manual = document["strategies"]
    assert ("auto", "manual") == (auto["strategy"], manual["strategy"])
    assert (12, 0) == (manual["lost"], manual["won"])
    assert auto["bidsSent"] > 0
    assert ("usual", "manual", auto["surplusPerLotCents"]) == (
        document["rivals"],
        auto["against"][0]["strategy"],
        auto["against"][0]["perLotCents"],
    )


def test_table(capsys):
    """Off a terminal: a line per strategy, then the table in 80 columns."""
    assert Exit.OK == main(LINE)
    lines = capsys.readouterr().out.splitlines()
    assert ["auto: 12 of 12 lots have closed", "manual: 12 of 12 lots have closed"] == lines[:2]
    assert "seed 7" in lines[2]
    assert ["auto", "manual"] == lines[4].split()
    assert ["lost", "12"] == next([line.split()[0], line.split()[2]] for line in lines if line.startswith("lost"))
    assert any(line.startswith("auto - manual ") for line in lines)
    assert 80 >= max(len(line) for line in lines[3:])


def test_other_rivals(capsys):
    """A mix is chosen by name and said above the table."""
    assert Exit.OK == main([*LINE, "--rivals", "snipers"])
    assert "rivals snipers" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--lots", "0"], "not 0"),
        (["--strategy", "nope"], "there is: auto, manual, smart, sniping"),
        (["--plugins-dir", "not/there"], "not/there"),
        (["--seed", "x"], "--seed"),
        (["--rivals", "ghosts"], "the kinds increment, proxy, sniper, patient"),
    ],
)
def test_errors(capsys, options, words):
    """What makes no sale is one sentence and exit code 2, with --json one document."""
    assert Exit.USAGE == main(["simulate", *options])
    shown = capsys.readouterr()
    assert words in shown.err
    assert "Traceback" not in shown.err
    assert Exit.USAGE == main(["simulate", *options, "--json"])
    assert words in json.loads(capsys.readouterr().out)["error"]


def test_a_dropin_beside_the_built_in(capsys, tmp_path):
    """A broken drop-in is named with its line; a good one bids beside the others and its failures are told under the table."""
    file = tmp_path / "mine.py"
    file.write_text("def (\n")
    assert Exit.USAGE == main(["simulate", "--plugins-dir", str(tmp_path), "--lots", "3"])
    assert "mine.py:1" in capsys.readouterr().err
    file.write_text(
        "from bidwright import Params, hookimpl\n"
        "class Mine:\n"
        "    name, description, version, params = 'mine', 'Fails.', '1', Params\n"
        "    def decide(self, lot, now):\n"
        "        raise ValueError('no idea')\n"
        "@hookimpl\n"
        "def register_strategies():\n"
        "    return [Mine()]\n"
    )
    assert Exit.OK == main(["simulate", "--plugins-dir", str(file), "--lots", "3", "--strategy", "mine"])
    assert "mine failed: ValueError: no idea" in capsys.readouterr().out
