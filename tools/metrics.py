"""Finds every metric that the code declares. ``tools/docs`` writes docs/metrics.md from it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KINDS = {"Counter": "counter", "Gauge": "gauge", "Histogram": "histogram", "Metric": "gauge"}
"""What declares one. The gateway's only ``Metric`` is a counter under a name that ends otherwise, and so exported as a gauge."""
_OURS = "bidwright_"


@dataclass(frozen=True, slots=True)
class Declared:
    """
    One metric: its name as Prometheus shows it, without the endings of a histogram.
    """

    name: str
    kind: str
    labels: tuple[str, ...]
    words: str
    file: str


def declared() -> Iterator[Declared]:
    """Every metric, file by file."""
    for folder in ("services", "plugins"):
        for file in sorted((ROOT / folder).glob("*/src/**/*.py")):
            place = file.relative_to(ROOT).as_posix()
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KINDS and len(node.args) >= 2:  # noqa: PLR2004 - name and words
                    yield from _of(node, KINDS[node.func.id], place)


def _of(call: ast.Call, kind: str, place: str) -> Iterator[Declared]:
    name, words, *rest = call.args
    if not (isinstance(words, ast.Constant) and isinstance(words.value, str)):
        words = ast.Constant("")
    listed = rest[0] if rest and isinstance(rest[0], ast.List) else ast.List([])
    labels = tuple(str(one.value) for one in listed.elts if isinstance(one, ast.Constant))
    if isinstance(name, ast.Constant) and isinstance(name.value, str):
        yield Declared(name.value + "_total" * (kind == "counter"), kind, labels, str(words.value), place)
    elif isinstance(name, ast.JoinedStr):  # the meter of gRPC calls has two sides
        for side, told in (("handled", "gRPC calls answered here"), ("called", "gRPC calls made from here")):
            text = "".join(str(part.value) if isinstance(part, ast.Constant) else side for part in name.values)
            more = "by outcome" if kind == "counter" else "in seconds"
            yield Declared(text + "_total" * (kind == "counter"), kind, labels, f"{told}, {more}.", place)


def table(*, ours: bool) -> str:
    """Ours, or those under the names that existing graphs ask for."""
    lines = ["| Metric | Kind | Labels | Says | Declared in |", "|---|---|---|---|---|"]
    for one in sorted(declared(), key=lambda one: (one.name, one.file)):
        if one.name.startswith(_OURS) == ours:
            labels = ", ".join(f"`{label}`" for label in one.labels)
            lines.append(f"| `{one.name}` | {one.kind} | {labels} | {one.words} | [{Path(one.file).stem}](../{one.file}) |")
    return "\n".join(lines)


def our_metrics() -> str:
    """The table of our own names."""
    return table(ours=True)


def known_metrics() -> str:
    """The table of names that were there before us."""
    return table(ours=False)
