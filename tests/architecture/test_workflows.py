"""The files that only a hosting site and an editor run: they parse, and whatever they call is there."""

import json
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
YAML = [*sorted((ROOT / ".github").rglob("*.yml")), ROOT / ".devcontainer/compose.yml"]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
TARGETS = set(re.findall(r"^([a-z0-9-]+):.*## ", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


def steps(path):
    """Every step of a workflow."""
    return [step for job in yaml.safe_load(path.read_text("utf-8"))["jobs"].values() for step in job["steps"]]


@pytest.mark.parametrize("path", YAML, ids=lambda path: path.name)
def test_it_parses(path):
    """
    As YAML that is no mere text.
    """
    assert isinstance(yaml.safe_load(path.read_text("utf-8")), dict)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_what_is_called_is_there(path):
    """
    Make targets, scripts and folders.
    """
    text = "\n".join(step.get("run", "") for step in steps(path))

    assert set(re.findall(r"\bmake ([a-z0-9-]+)", text)) <= TARGETS
    for name in re.findall(r"(?:^|\s)((?:tools|tests|requirements|services)/[\w./-]+)", text):
        assert (ROOT / name).exists(), name
    for step in steps(path):
        if file := step.get("with", {}).get("file"):
            assert (ROOT / file).exists()


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_nothing_may_more_than_it_must(path):
    """
    A token that reads, unless a job says otherwise; time limits; actions of a fixed version; no text of a stranger in a command.
    """
    whole = yaml.safe_load(path.read_text("utf-8"))

    assert {"contents": "read"} == whole["permissions"]
    for name, job in whole["jobs"].items():
        assert job["timeout-minutes"] <= 60, name
        assert "latest" not in job["runs-on"], name
    for step in steps(path):
        assert "uses" not in step or re.search(r"@(v\d+|[0-9.]+|[0-9a-f]{40})$", step["uses"])
        assert not re.search(r"\$\{\{ *github\.event\.", step.get("run", ""))
        if step.get("uses", "").startswith("actions/checkout"):
            assert step["with"]["persist-credentials"] is False


def test_every_python_that_is_promised_is_tried():
    """
    3.11 to 3.13.
    """
    ci = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text("utf-8"))

    assert ["3.11", "3.12", "3.13"] == ci["jobs"]["test"]["strategy"]["matrix"]["python"]
    calls = "\n".join(step.get("run", "") for step in steps(ROOT / ".github/workflows/ci.yml"))
    for target in ("test", "check", "e2e", "security", "compose-test", "extension"):
        assert f"make {target}" in calls


def test_a_release_has_every_image():
    """
    One a service, and the command line that the keeper runs.
    """
    release = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text("utf-8"))
    services = {path.parent.name for path in ROOT.glob("services/*/pyproject.toml")} - {"core"}

    assert services == set(release["jobs"]["images"]["strategy"]["matrix"]["service"])


def test_the_workbench_stands_on_the_same_files():
    """
    And on a service that its overlay has.
    """
    made = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text("utf-8"))
    overlay = yaml.safe_load((ROOT / ".devcontainer/compose.yml").read_text("utf-8"))

    assert all((ROOT / ".devcontainer" / name).exists() for name in made["dockerComposeFile"])
    assert made["service"] in overlay["services"]
    json.loads((ROOT / ".vscode/launch.json").read_text("utf-8"))
