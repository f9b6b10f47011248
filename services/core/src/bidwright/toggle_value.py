"""
Values of toggles: what a person may write into Redis, the environment or the page.

``true``, ``false``, ``25%``, a variant, shares (``control:90,challenger:10``); each may be ``for`` some lots, and rules stand in a row:
``25% for strategy=sniping & location=Katy|Mesa; false``. The first rule that fits a lot decides; where none does it is off.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

LONGEST = 500
"""Characters; what is longer was not written by a person."""
_MOST_RULES = 20
_ON = frozenset({"1", "true", "yes", "on"})
_OFF = frozenset({"0", "false", "no", "off"})
_SHARE = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,6})?)%?")
_KEYS = ("lot", "strategy", "location", "mode")
_MODES = {"dry-run": "dry", "dry": "dry", "live": "live"}
_WHOLE = 100.0
_NEAR = 1e-6


class TooOdd(ValueError):
    """
    The text is no value; says why.
    """


@dataclass(frozen=True, slots=True)
class Subject:
    """
    Whom a toggle is evaluated for: a lot, as far as it is known. *mode* is ``live`` or ``dry``.
    """

    lot_id: str = ""
    strategy: str = ""
    location: str = ""
    mode: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """
    One part of a value: *shares* of a hundred by variant, for lots that meet every condition. *text*: as it was written.
    """

    text: str
    shares: tuple[tuple[str, float], ...]
    conditions: tuple[tuple[str, frozenset[str]], ...] = ()

    @property
    def certain(self) -> str:
        """The variant that has everything; empty where the lot decides."""
        return "" if self.text.endswith("%") or ":" in self.text else self.shares[0][0]

    def fits(self, subject: Subject) -> bool:
        """Whether *subject* meets every condition; what is not known of it meets none."""
        return all(_known(subject, key).lower() in wanted for key, wanted in self.conditions)

    def at(self, place: float) -> str:
        """The variant of a lot that stands at *place* (0 to 100)."""
        end = 0.0
        for variant, share in self.shares:
            end += share
            if place < end:
                return variant
        return self.shares[-1][0]


@lru_cache(maxsize=1024)
def read(text: str, choices: tuple[str, ...]) -> tuple[Rule, ...]:
    """The rules that *text* writes for a toggle that chooses from *choices*, the plain way first. Raises TooOdd."""
    if len(text) > LONGEST:
        raise TooOdd(f"it is longer than {LONGEST} characters")
    parts = [part.strip() for part in text.lower().split(";")]
    if len(parts) > _MOST_RULES:
        raise TooOdd(f"there are more than {_MOST_RULES} rules")
    return tuple(_rule(part, choices) for part in parts)


def _rule(text: str, choices: tuple[str, ...]) -> Rule:
    value, targeted, targets = re.sub(r"\s+", " ", text).partition(" for ")
    conditions = tuple(_condition(part) for part in targets.split("&")) if targeted else ()
    return Rule(value, _shares(value, choices), conditions)


def _shares(value: str, choices: tuple[str, ...]) -> tuple[tuple[str, float], ...]:
    plain, other = choices[0], choices[1]
    if value in _ON or value in _OFF:
        return ((other if value in _ON else plain, _WHOLE),)
    named = {choice.lower(): choice for choice in choices}
    if value in named:
        return ((named[value], _WHOLE),)
    if value.endswith("%"):
        share = _share(value)
        return _cut({other: share, plain: _WHOLE - share}, choices)
    if ":" not in value:
        raise TooOdd(f"{_short(value)} is none of true, false, a percentage or {', '.join(choices)}")
    found: dict[str, float] = {}
    for part in value.split(","):
        name, _, share_text = (piece.strip() for piece in part.partition(":"))
        if name not in named or named[name] in found:
            raise TooOdd(f"{_short(name)} is named twice or none of {', '.join(choices)}")
        found[named[name]] = _share(share_text)
    if abs(sum(found.values()) - _WHOLE) > _NEAR:
        raise TooOdd("the shares do not add up to 100")
    return _cut(found, choices)


def _cut(shares: dict[str, float], choices: tuple[str, ...]) -> tuple[tuple[str, float], ...]:
    """Those that have any, the plain way last: a lot that is in at 10 % is in at 30 % too."""
    order = (*choices[1:], choices[0])
    return tuple((name, shares[name]) for name in order if shares.get(name, 0.0) > 0)


def _share(text: str) -> float:
    found = _SHARE.fullmatch(text)
    if found is None or float(found[1]) > _WHOLE:
        raise TooOdd(f"{_short(text)} is no share between 0 and 100")
    return float(found[1])


def _condition(text: str) -> tuple[str, frozenset[str]]:
    key, _, values = (part.strip() for part in text.partition("="))
    wanted = frozenset(word.strip() for word in values.split("|") if word.strip())
    if key not in _KEYS or not wanted:
        raise TooOdd(f"{_short(text.strip())} is no condition; it looks like strategy=sniping|auto, with {', '.join(_KEYS)}")
    if key == "mode":
        if not wanted <= _MODES.keys():
            raise TooOdd("the mode is dry-run or live")
        wanted = frozenset(_MODES[word] for word in wanted)
    return key, wanted


def _known(subject: Subject, key: str) -> str:
    return {"lot": subject.lot_id, "strategy": subject.strategy, "location": subject.location, "mode": subject.mode}[key]


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:40]}…")  # noqa: PLR2004 - as long as a sentence bears
