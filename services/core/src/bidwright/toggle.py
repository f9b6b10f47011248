"""Toggles: switches that the operator throws while everything runs, and how a value is found."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Literal

from bidwright.money import Money
from bidwright.toggle_value import Subject, TooOdd, read

ToggleKind = Literal["release", "experiment", "operational", "kill-switch"]
_PLAIN = ("off", "on")
_LAST = 99.999999
"""Where a question about no lot stands: only 100 % reaches it."""


@dataclass(frozen=True, slots=True)
class Variant:
    """
    One of the ways that a toggle offers. *strategy*: lots under it are decided by that strategy; empty: by their own.
    """

    name: str
    strategy: str = ""


@dataclass(frozen=True, slots=True)
class Rollback:
    """
    When an experiment ends by itself: a variant's surplus per lot is more than *worse_by* below the first one's over *lots* lots each.
    """

    worse_by: Money
    lots: int


@dataclass(frozen=True, slots=True)
class Toggle:
    """
    One switch. *name* is the live key (``feature:<name>``), *env* the environment variable.

    *money*: it lets money move, so that an unreadable value means off. *locked*: why it cannot be switched off; empty when it can.
    *review*: when somebody should ask whether it is still needed. *variants*: what it chooses from, the plain way first; none: off and on.
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
    variants: tuple[Variant, ...] = ()
    rollback: Rollback | None = None

    @property
    def choices(self) -> tuple[str, ...]:
        """The names of what it chooses from: the plain way, which is off, first."""
        return tuple(variant.name for variant in self.variants) or _PLAIN

    def stale(self, today: date) -> bool:
        """Whether its review is due."""
        return self.review is not None and self.review <= today

    def trouble(self, text: str | None) -> str:
        """Why *text* is no value of this toggle; empty when it is one, or says nothing."""
        if not said(text):
            return ""
        try:
            read(str(text).strip(), self.choices)
        except TooOdd as error:
            return str(error)
        return ""


STATE_MACHINE = Toggle(
    name="state_machine",
    env="USE_STATE_MACHINE",
    default=True,
    kind="release",
    description="Every bid goes through the states of one machine in the store.",
    owner="core",
    locked="budgets, limits and the kill switch are checked in it, so without it nothing could be bid safely",
)
"""What is no plugin's to switch."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    What holds, and why: ``live``, ``environment``, ``default``, ``locked``, ``percentage``, ``unreadable``, each with what was read where
    that helps. *variant* is its name; a toggle without variants has ``off`` and ``on``.
    """

    on: bool
    reason: str
    variant: str = ""


def evaluate(toggle: Toggle, *, live: str | None, env: str | None, subject: str | Subject = "") -> Verdict:
    """
    The value for *subject* (a lot, or its id): live value, then environment, then default.

    An unreadable value counts as unset, or as off where money depends on it. Without a lot only what holds for every lot holds.
    """
    if toggle.locked:
        return _verdict(toggle, on=True, reason=f"locked: {toggle.locked}")
    for where, text in (("live", live), ("environment", env)):
        if not said(text):
            continue
        try:
            rules = read(str(text).strip(), toggle.choices)
        except TooOdd:
            if toggle.money:
                return _verdict(toggle, on=False, reason=f"unreadable: {where}")
            continue
        who = Subject(subject) if isinstance(subject, str) else subject
        rule = next((rule for rule in rules if rule.fits(who)), None)
        if rule is None:
            return _verdict(toggle, on=False, reason=f"no rule fits: {where}")
        if rule.certain:
            return Verdict(rule.certain != toggle.choices[0], where, rule.certain)
        variant = rule.at(_place(toggle.name, who.lot_id))
        return Verdict(variant != toggle.choices[0], f"percentage: {rule.text} {where}", variant)
    return _verdict(toggle, on=toggle.default, reason="default")


def may_be_on(toggle: Toggle, *, live: str | None, env: str | None) -> bool:
    """Whether there may be a lot for which it is on."""
    if toggle.locked:
        return True
    for text in (live, env):
        if not said(text):
            continue
        try:
            rules = read(str(text).strip(), toggle.choices)
        except TooOdd:
            if toggle.money:
                return False
            continue
        return any(variant != toggle.choices[0] for rule in rules for variant, _ in rule.shares)
    return toggle.default


def said(text: str | None) -> bool:
    """Whether *text* says anything: blank counts as not set."""
    return text is not None and bool(text.strip())


def _verdict(toggle: Toggle, *, on: bool, reason: str) -> Verdict:
    return Verdict(on, reason, toggle.choices[on])


def _place(name: str, lot_id: str) -> float:
    """Where a lot stands between 0 and 100; the same for ever."""
    if not lot_id:
        return _LAST
    digest = hashlib.sha256(f"{name} {lot_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") * 100 / 2**64
