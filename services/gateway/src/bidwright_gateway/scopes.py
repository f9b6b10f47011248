"""Scopes: the budgets of a lot. Day and week are those of its planned close as first seen, in the owner's time zone; then fixed."""

from __future__ import annotations

from datetime import tzinfo

from bidwright.clock import from_ms
from bidwright.records import LotRecord

TOTAL, DAY, WEEK, GROUP = "total", "day", "week", "group"


def of_close(close_ms: int, zone: tzinfo | None) -> list[str]:
    """Day and ISO week of a close; *zone* None: the host's. Empty when it is no time."""
    try:
        local = from_ms(close_ms).astimezone(zone)
    except (ValueError, OverflowError, OSError):
        return []
    year, week, _ = local.isocalendar()
    return [f"{DAY}:{local:%Y-%m-%d}", f"{WEEK}:{year:04d}-W{week:02d}"]


def planned_close(lot: LotRecord) -> int:
    """When the lot was to close before anybody extended it, in Unix ms; 0 when that was not read yet."""
    first = lot.shown.get("initial_close", "")
    return int(first) if first.isdecimal() and int(first) > 0 else lot.close


def names(text: str) -> list[str]:
    """The scopes of a record."""
    return [scope for scope in text.split(",") if scope]


def dated(text: str) -> bool:
    """Whether a lot has its day already."""
    return any(scope.startswith(DAY + ":") for scope in names(text))


def joined(text: str, more: list[str]) -> str:
    """*text* with *more* scopes, each once."""
    return ",".join(dict.fromkeys([*names(text), *more]))


def in_group(text: str, group_id: str) -> str:
    """*text* with the group's scope in place of another group's; an empty *group_id* takes it out."""
    rest = [scope for scope in names(text) if not scope.startswith(GROUP + ":")]
    return ",".join([*rest, f"{GROUP}:{group_id}"] if group_id else rest)
