"""How verbs answer: one JSON document with `--json`, else text that also reads well without colours."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bidwright_cli.progress import console

_WIDTH = 80
"""Columns where there is no terminal."""


def document(what: dict[str, Any]) -> None:
    """Print *what* as the one JSON document."""
    sys.stdout.write(json.dumps(what, indent=2, ensure_ascii=False) + "\n")


def line(text: str, *, wrap: bool = False) -> None:
    """Print a line; with *wrap* it is broken between words where the width ends, so nothing in it can be copied as one piece."""
    out = _out()
    out.print(Text(text), soft_wrap=not wrap)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table no wider than the terminal: the last column is cut with an ellipsis, the others never."""
    made = Table(box=None, pad_edge=False, header_style="dim")
    for head in heads[:-1]:
        made.add_column(head, no_wrap=True)
    made.add_column(heads[-1])
    for cells in rows:
        made.add_row(*(Text(cell, no_wrap=True, overflow="ellipsis") for cell in cells))
    _out().print(made)


def _out() -> Console:
    out = console()
    if not out.is_terminal:
        out.width = _WIDTH
    return out
