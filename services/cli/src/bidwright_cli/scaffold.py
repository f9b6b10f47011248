"""A new strategy: which files it has, in either form, and writing them without touching anything that is there."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from string import Template

from bidwright.plugins import load
from bidwright_cli.exits import Exit, Stop

_LONGEST = 40
_DROPIN_IMPORTS = """from pathlib import Path

from bidwright import Bid, Money, Wait
from bidwright.testing import StrategyContract, strategy_in
"""
_PACKAGE_IMPORTS = """
from $module import register_strategies

from bidwright import Bid, Money, Wait
from bidwright.testing import StrategyContract
"""


@dataclass(frozen=True)
class Scaffold:
    """
    The files of a new strategy: where each lies and what is in it. *source* is the one with the strategy, *tests* what pytest is given.
    """

    name: str
    files: dict[Path, str]
    source: Path
    tests: Path

    def write(self) -> None:
        """Write all files. Raises Stop when one of them is there already, and then writes none."""
        for path in self.files:
            if path.exists():
                raise Stop(Exit.REFUSED, f"{path} is there already, and nothing is overwritten: choose another name, or another --dir.")
        try:
            for path, text in self.files.items():
                path.parent.mkdir(parents=True, exist_ok=True)
                with path.open("x", encoding="utf-8") as file:
                    file.write(text)
        except OSError as error:
            raise Stop(Exit.REFUSED, f"{error.filename or self.source} could not be written: {error.strerror}.") from error


def dropin(name: str, folder: Path) -> Scaffold:
    """A file for the drop-in *folder*, and beside it a test that pytest finds and the loader leaves out for its ``test_``."""
    _check(name)
    module = name.replace("-", "_")
    if module.startswith("test_") or module == "conftest":
        raise Stop(Exit.USAGE, f"{module}.py would be taken for tests, which are not loaded: choose another name than {name!r}.")
    if module in sys.stdlib_module_names or _importable(module):
        raise Stop(Exit.USAGE, f"{module}.py would hide the Python module of that name: choose another name than {name!r}.")
    source, test = folder / f"{module}.py", folder / f"test_{module}.py"
    words = {
        "name": name,
        "title": _title(name),
        "how": "Run it with pytest. It is not loaded as a plugin, as its name begins with ``test_``.",
        "imports": _DROPIN_IMPORTS,
        "strategy": f'STRATEGY = strategy_in(Path(__file__).with_name("{source.name}"))',
    }
    # the test first: what watches the folder then never sees the strategy without it
    return Scaffold(name, {test: _filled("test.py", words), source: _filled("strategy.py", words)}, source, test)


def package(name: str, folder: Path) -> Scaffold:
    """An installable package below *folder*, in a folder of its own."""
    _check(name)
    entry = f"strategy-{name}"
    distribution = f"bidwright-{entry}"
    module = distribution.replace("-", "_")
    root = folder / distribution
    if root.exists():
        raise Stop(Exit.REFUSED, f"{root} is there already, and nothing is overwritten: choose another name, or another --dir.")
    words = {
        "name": name,
        "title": _title(name),
        "entry": entry,
        "distribution": distribution,
        "module": module,
        "how": "Run `pytest` in the package's folder.",
        "imports": Template(_PACKAGE_IMPORTS).substitute(module=module),
        "strategy": "(STRATEGY,) = register_strategies()",
    }
    source = root / "src" / module / "__init__.py"
    files = {
        root / "pyproject.toml": _filled("pyproject.toml", words),
        root / "README.md": _filled("README.md", words),
        root / "tests" / f"test_{name.replace('-', '_')}.py": _filled("test.py", words),
        source: _filled("strategy.py", words),
        source.with_name("py.typed"): "",
    }
    return Scaffold(name, files, source, root)


def _check(name: str) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name) or len(name) > _LONGEST:
        raise Stop(
            Exit.USAGE,
            f"{name!r} is no name for a strategy: lower case letters, digits and single hyphens between them, beginning with a letter, "
            f"at most {_LONGEST} characters; such as bargain-hunter.",
        )
    plugins = load()
    taken = plugins.strategy_names()
    taken |= {plugin.removeprefix("strategy-"): plugin for plugin in plugins.names}
    if name in taken:
        raise Stop(Exit.USAGE, f"The name {name!r} is taken by {taken[name]}, which is installed: choose another one.")


def _importable(module: str) -> bool:
    return find_spec(module) is not None


def _title(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("-"))


def _filled(template: str, words: dict[str, str]) -> str:
    text = resources.files("bidwright_cli").joinpath("templates", f"{template}.txt").read_text("utf-8")
    return Template(text).substitute(words)
