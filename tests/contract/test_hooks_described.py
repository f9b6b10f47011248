"""The list of hooks, its page and the built-in plugins walk together."""

from inspect import signature
from pathlib import Path

import pytest

from bidwright import hookspecs
from bidwright.plugins import load

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "plugins/README.md").read_text("utf-8")
HOOKS = [(name, spec) for name, spec in vars(hookspecs).items() if hasattr(spec, f"{hookspecs.PROJECT}_spec")]


@pytest.mark.parametrize(("name", "spec"), HOOKS, ids=[name for name, _ in HOOKS])
def test_every_hook_is_described(name, spec):
    """
    plugins/README.md shows each hook with its exact arguments.
    """
    assert f"### `{name}({', '.join(signature(spec).parameters)})`" in PAGE


def test_no_hook_is_described_that_is_not_there():
    """
    A heading of a hook that is gone is noticed.
    """
    described = [line.split("`")[1].split("(")[0] for line in PAGE.splitlines() if line.startswith("### `")]

    assert sorted(name for name, _ in HOOKS) == sorted(described)


@pytest.mark.parametrize("name", [name for name, _ in HOOKS])
def test_every_hook_is_used_by_a_built_in(name):
    """
    Built-ins use the same doors as outsiders, from day one.
    """
    plugins = load(dropins=None)

    assert any(hasattr(plugin, name) for plugin in plugins.manager.get_plugins())


def test_the_example_drop_in_works_as_its_page_says(tmp_path):
    """
    Copied without its underscore, the example loads and offers its strategy.
    """
    (tmp_path / "penny.py").write_text((ROOT / "plugins/dropin/_example.py").read_text("utf-8"), "utf-8")

    plugins = load(installed=[], dropins=tmp_path)
    found = plugins.collect("register_strategies", lambda _: None)

    assert [] == plugins.problems
    assert {"penny": "dropin:penny.py"} == {word: plugin for word, (_, plugin) in found.items()}


def test_the_shipped_folder_loads_nothing():
    """
    A fresh install has no drop-in of its own.
    """
    assert [] == load(installed=[], dropins=ROOT / "plugins/dropin").names
