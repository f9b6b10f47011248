"""The strategy of a drop-in file, loaded as the bidder loads it."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from bidwright.errors import PluginError
from bidwright.plugins import load
from bidwright.proper import unusable
from bidwright.strategy import Strategy


def strategy_in(file: Path, name: str = "") -> Strategy:
    """
    The strategy that the drop-in *file* offers; *name* chooses where it offers several.

    Raises PluginError with file, line and reason when the bidder would leave it out, and when it does not offer just that one.
    """
    plugins = load(points=(), dropins=file)
    found = plugins.collect("register_strategies", unusable)
    if plugins.problems:
        raise plugins.problems[0]
    chosen = [thing for word, (thing, _) in found.items() if name in ("", word)]
    if len(chosen) != 1:
        there = ", ".join(sorted(found)) or "none"
        raise PluginError(file.name, f"does not offer one strategy{f' {name!r}' if name else ''}; it offers: {there}")
    return cast("Strategy", chosen[0])
