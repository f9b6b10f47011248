"""Toggles: switches that the operator throws while everything runs, and how a value is found."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Literal

ToggleKind = Literal["release", "experiment", "operational", "kill-switch"]
_ON = frozenset({"1", "true", "yes", "on"})
_OFF = frozenset({"0", "false", "no", "off"})


@dataclass(frozen=True, slots=True)
class Toggle:
    """
    One switch. *name* is the live key (``feature:<name>``), *env* the environment variable.

    *money*: it lets money move, so that an unreadable value means off. *locked*: why it cannot be switched off; empty when it can.
    *review*: when somebody should ask whether it is still needed.
    """

    name: str
    env: str
    default: bool
    kind: ToggleKind
    description: str
    owner: str
    review: date | None = None
    money: bool = False
    locked: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    What holds, and why: ``live``, ``environment``, ``default``, ``locked``, ``percentage``, each with what was read where that helps.
    """

    on: bool
    reason: str


def evaluate(toggle: Toggle, *, live: str | None, env: str | None, subject: str = "") -> Verdict:
    """
    The value for *subject* (a lot's id, for percentages): live value, then environment, then default.

    An unreadable value counts as unset, or as off where money depends on it.
    """
    if toggle.locked:
        return Verdict(on=True, reason=f"locked: {toggle.locked}")
    for where, text in (("live", live), ("environment", env)):
        if text is None or not text.strip():
            continue
        verdict = _read(toggle, where, text.strip().lower(), subject)
        if verdict is not None:
            return verdict
    return Verdict(toggle.default, "default")


def _read(toggle: Toggle, where: str, text: str, subject: str) -> Verdict | None:
    if text in _ON or text in _OFF:
        return Verdict(text in _ON, where)
    if text.endswith("%"):
        try:
            share = float(text[:-1])
        except ValueError:
            share = -1.0
        if 0 <= share <= 100:  # noqa: PLR2004 - per cent
            return Verdict(_place(toggle.name, subject) < share, f"percentage: {text} {where}")
    return Verdict(on=False, reason=f"unreadable: {where}") if toggle.money else None


def _place(name: str, subject: str) -> float:
    """Where a subject stands between 0 and 100; the same for ever."""
    digest = hashlib.sha256(f"{name} {subject}".encode()).digest()
    return int.from_bytes(digest[:8], "big") * 100 / 2**64
