"""The strategies that take part: from installed packages and from a drop-in folder or file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from pydantic import ValidationError

from bidwright import Params, Strategy
from bidwright.errors import BadInput
from bidwright.plugins import load
from bidwright.proper import unusable


@dataclass(frozen=True)
class Contestant:
    """
    A strategy with the settings it bids with, and the plugin that offers it.
    """

    strategy: Strategy
    params: Params
    plugin: str = ""

    @property
    def name(self) -> str:
        """The strategy's word."""
        return self.strategy.name


def contestants(names: Sequence[str] = (), *, dropins: Path | None = None) -> list[Contestant]:
    """
    The strategies by *names* in that order, each once, with default settings; all there are when no name is given.

    Raises BadInput when a plugin cannot be loaded, a name is unknown or a strategy's settings have no defaults.
    """
    if dropins is not None and not dropins.exists():
        raise BadInput(f"There is no folder or file {str(dropins)!r} with plugins.", "plugins-dir")
    plugins = load(dropins=dropins)
    found = plugins.collect("register_strategies", unusable)
    if plugins.problems:
        raise BadInput(f"A plugin cannot be used: {'; '.join(map(str, plugins.problems))}.", "plugins-dir")
    for name in names:
        if name not in found:
            raise BadInput(f"There is no strategy {name!r}; there is: {', '.join(sorted(found))}.", "strategy")
    return [_contestant(cast("Strategy", found[name][0]), found[name][1]) for name in dict.fromkeys(names or sorted(found))]


def _contestant(strategy: Strategy, plugin: str) -> Contestant:
    try:
        return Contestant(strategy, strategy.params(), plugin)
    except ValidationError as error:
        wrong = ", ".join(".".join(map(str, e["loc"])) or "settings" for e in error.errors(include_url=False))
        raise BadInput(f"Strategy {strategy.name} can not bid with default settings: {wrong} must be given.", "strategy") from error
