"""Finds every event that the code logs: its name, level, place and details. ``tools/docs`` writes docs/logs.md from it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
_LOGGERS = {"log", "logger", "say"}


@dataclass(frozen=True, slots=True)
class Said:
    """
    One place where an event is logged. *level* is ``by case`` where the code chooses it; *name* is empty where no text stands there.
    """

    name: str
    level: str
    file: str
    line: int
    details: tuple[str, ...]


def said() -> Iterator[Said]:
    """Every place, file by file."""
    for folder in ("services", "plugins"):
        for file in sorted((ROOT / folder).glob("*/src/**/*.py")):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Call) and (level := _level(node)):
                    details = tuple(keyword.arg for keyword in node.keywords if keyword.arg and keyword.arg != "exc_info")
                    for name in _names(node.args[0] if node.args else None):
                        yield Said(name, level, file.relative_to(ROOT).as_posix(), node.lineno, details)


def _level(call: ast.Call) -> str:
    """The level of a call that logs; empty for any other call."""
    func = call.func
    if isinstance(func, ast.Name):
        return "by case" if func.id == "say" and call.args and _is_event(call.args[0]) else ""
    if not isinstance(func, ast.Attribute) or func.attr not in LEVELS:
        return ""
    value = func.value
    ours = (isinstance(value, ast.Name) and value.id in _LOGGERS) or (
        isinstance(value, ast.Call) and "get_logger" in (getattr(value.func, "id", ""), getattr(value.func, "attr", ""))
    )
    return {"exception": "error"}.get(func.attr, func.attr) if ours else ""


def _is_event(node: ast.expr) -> bool:
    return any("." in name and " " not in name for name in _names(node))


def _names(node: ast.expr | None) -> list[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return [*_names(node.body), *_names(node.orelse)]
    return [""]


SHARED = {
    "bid.refused": "a guard said no: to a strategy's bid, or to the owner's",
    "bid.reserved": "a bid was written ahead: a strategy's, or the owner's",
    "gateway.opened": "one line per port that people use",
    "notice.escalated": "nobody has seen an urgent notice: found while delivering, or while sorting",
    "plugin.left_out": "each service says it of itself",
    "rate.unknown": "nellis-proxy did not say the request budget: asked by poller and bidder",
    "store.waiting": "Redis is away: at the start, or before a first step",
    "way.closed": "the site does not offer one of the ways to read many lots",
}
"""Facts that are found in more than one place, and are the same all the same."""


def catalogue() -> str:
    """The table of docs/logs.md."""
    found: dict[str, list[Said]] = {}
    for one in said():
        found.setdefault(one.name, []).append(one)
    lines = ["| Event | Level | Details | Logged in |", "|---|---|---|---|"]
    for name, places in sorted(found.items()):
        levels = " or ".join(sorted({one.level for one in places}))
        details = ", ".join(f"`{detail}`" for detail in dict.fromkeys(word for one in places for word in one.details)) or "none"
        files = ", ".join(f"[{Path(file).stem}](../{file})" for file in dict.fromkeys(one.file for one in places))
        lines.append(f"| `{name}` | {levels} | {details} | {files} |")
    return "\n".join(lines)
