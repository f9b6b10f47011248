"""The list of hooks, the list of doors, their page, the built-in plugins and the tests walk together."""

import ast
import re
from dataclasses import fields, replace
from datetime import timedelta
from inspect import signature
from pathlib import Path

import pytest

import bidwright
from bidwright import Bid, Hold, LotView, hookspecs
from bidwright.doors import DOORS, SERVICES
from bidwright.plugins import load
from bidwright.testing import make_lot, strategy_in

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "plugins/README.md").read_text("utf-8")
HOOKS = [(name, spec) for name, spec in vars(hookspecs).items() if hasattr(spec, f"{hookspecs.PROJECT}_spec")]
NAMES = [name for name, _ in HOOKS]
EXAMPLES = dict(re.findall(r"^### `(\w+)\(.*?```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL))
"""The first example under each hook's heading."""
ASKED_FOR = {"declared": "register_toggles", "LookChain": "wrap_look", "OrderChain": "wrap_order", "Checkups": "register_health_checks"}
"""What services use in place of a hook's own name."""


def behaviour():
    """The tests beside these: those that run something."""
    for folder in ("unit", "integration", "features"):
        yield from (ROOT / "tests" / folder).rglob("test_*.py")


def names_in(file):
    """Every identifier and every string in a file of ours."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.alias):
            yield node.name
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@pytest.mark.parametrize(("name", "spec"), HOOKS, ids=NAMES)
def test_every_hook_is_described(name, spec):
    """
    plugins/README.md shows each hook with its exact arguments.
    """
    assert f"### `{name}({', '.join(signature(spec).parameters)})`" in PAGE


@pytest.mark.parametrize(("name", "spec"), HOOKS, ids=NAMES)
def test_every_hook_is_a_promise(name, spec):
    """
    It says when it is asked and what raising means.
    """
    assert "Asked" in spec.__doc__
    assert re.search(r"\b[Rr]aising\b", spec.__doc__)


def test_no_hook_is_described_that_is_not_there():
    """
    A heading of a hook that is gone is noticed.
    """
    described = [line.split("`")[1].split("(")[0] for line in PAGE.splitlines() if line.startswith("### `")]

    assert sorted(NAMES) == sorted(described)


def test_every_hook_has_a_door_and_every_door_a_hook():
    """
    A new hook says where it is asked and whether a drop-in file may use it.
    """
    assert sorted(NAMES) == sorted(DOORS)
    assert {*SERVICES, "cli"} >= {service for door in DOORS.values() for service in door.runs_in}


def test_the_page_shows_the_doors():
    """
    Row by row, in the list's order.
    """
    rows = [f"| `{name}` | {door.where} | {f'no: {door.why_not}' if door.why_not else 'yes'} | yes |" for name, door in DOORS.items()]

    assert "\n".join(["| Hook | Runs in | Drop-in file | Installed package |", "|---|---|---|---|", *rows, ""]) in PAGE


def test_the_page_says_the_interfaces_version():
    """
    With a row for what each asks of plugins.
    """
    assert f"offers: {bidwright.API}." in PAGE
    assert [str(n) for n in range(1, bidwright.API + 1)] == re.findall(r"^\| (\d+) \| ", PAGE, re.MULTILINE)


@pytest.mark.parametrize(("name", "spec"), HOOKS, ids=NAMES)
def test_every_hook_has_an_example(name, spec):
    """
    A few lines that compile and answer the hook by its name, with arguments that it has.
    """
    tree = ast.parse(EXAMPLES[name])
    compile(tree, f"{name}, in the page", "exec")
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}

    assert ["hookimpl"] == [mark.id for mark in functions[name].decorator_list]
    assert {argument.arg for argument in functions[name].args.args} <= set(signature(spec).parameters)


@pytest.mark.parametrize("name", NAMES)
def test_every_hook_is_used_by_a_built_in(name):
    """
    Built-ins use the same doors as outsiders, from day one.
    """
    plugins = load(dropins=None)

    assert [] == plugins.problems
    assert plugins.implementations(name)


@pytest.mark.parametrize("name", NAMES)
def test_every_hook_is_tried_by_a_test_of_behaviour(name):
    """
    Named where something runs, not only here.
    """
    assert any(re.search(rf"\b{name}\b", file.read_text("utf-8")) for file in behaviour())


@pytest.mark.parametrize("service", [*SERVICES, "cli"])
def test_a_service_asks_only_the_hooks_that_run_in_it(service):
    """
    As the list of doors says.
    """
    words = {word for file in (ROOT / "services" / service / "src").rglob("*.py") for word in names_in(file)}
    asked = {word for word in words if word in DOORS} | {hook for helper, hook in ASKED_FOR.items() if helper in words}

    assert asked <= {name for name, door in DOORS.items() if service in door.runs_in}


@pytest.mark.parametrize("name", NAMES)
def test_somebody_asks_every_hook(name):
    """
    A hook that nobody asks promises what is not kept.
    """
    files = [file for service in [*SERVICES, "cli"] for file in (ROOT / "services" / service / "src").rglob("*.py")]
    helpers = {helper for helper, hook in ASKED_FOR.items() if hook == name}

    assert any({name, *helpers} & set(names_in(file)) for file in files)


def test_the_whole_strategy_of_the_page_works(tmp_path):
    """
    Taken from the page as it stands it loads, keeps the contract of strategies, and bids.
    """
    (whole,) = re.findall(r"^## A whole strategy\n.*?```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    (tmp_path / "patient.py").write_text(whole, "utf-8")
    strategy = strategy_in(tmp_path / "patient.py")
    lot = make_lot(closes_in=timedelta(seconds=30), price=5, cap=20)

    assert isinstance(strategy.decide(replace(lot, params=strategy.params()), lot.seen_at), Bid)
    assert isinstance(strategy.decide(replace(lot, params=strategy.params(most=5)), lot.seen_at), Hold)


def test_the_page_lists_all_that_a_strategy_is_shown():
    """
    A field that is added or gone is noticed.
    """
    (table,) = re.findall(r"^\| `lot\.…` .*?\n\n", PAGE, re.MULTILINE | re.DOTALL)
    told = {word for row in table.strip().splitlines()[2:] for word in re.findall(r"`(\w+)(?:\(\w+\))?`", row.split("|")[1])}

    assert told == {field.name for field in fields(LotView)} | {"placed", "answer_at"}


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
