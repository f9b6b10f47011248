"""
The owner's wish about a lot: one normaliser for every way in (REST, WebSocket, page).

Money is checked here for the sake of a clear sentence; the scripts check it again, and theirs is the word that counts.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, Decimal, InvalidOperation
from typing import Any

import msgspec

from bidwright.errors import BadInput
from bidwright.money import Money

STRATEGIES = {
    "auto": "auto",
    "increment": "auto",
    "incremental": "auto",
    "aggressive": "auto",
    "sniping": "sniping",
    "snipe": "sniping",
    "last-second": "sniping",
    "manual": "manual",
}
"""Every word the existing clients use, and ours for it."""
_CEILING = 999_999


@dataclass(frozen=True, slots=True)
class Wish:
    """
    What a client asked for; None means: leave it as it is. *cap* in whole dollars; *params* are the strategy's settings.

    *all_in* is the most to pay out the door; *no_all_in* takes that limit away.
    """

    cap: int | None = None
    strategy: str | None = None
    armed: bool | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    all_in: Money | None = None
    no_all_in: bool = False


def start(config: object, *, limit: int, plugins: Collection[str] = (), strategy: str = "sniping") -> Wish:
    """
    A new watch. A cap is required: ``maxBid``, ``maxAllIn``, or both, and then the tighter one holds.

    *strategy* is used when none is named. Never armed unless ``autoBid`` is true.

    Raises BadInput with a sentence for the first thing that is wrong.
    """
    given = _object(config)
    door = None if given.get("maxAllIn") in (None, "") else all_in(given["maxAllIn"])
    alone = door is not None and given.get("maxBid") in (None, "")
    cap = None if alone else dollars(given.get("maxBid"), "Max bid", "config.maxBid", limit=limit)
    word = _strategy(given.get("strategy"), plugins) or strategy
    armed = _flag(given.get("autoBid"), "autoBid") or False
    return Wish(cap, word, armed and word != "manual", _params(given), door)


def update(config: object, *, limit: int, plugins: Collection[str] = ()) -> Wish:
    """
    A change of a watch: what is absent stays; so does a cap that is 0 (the extension's empty box).

    ``maxAllIn: null`` takes that limit away. Raises BadInput.
    """
    given = _inner(_object(config))
    word = _strategy(given.get("strategy"), plugins)
    armed = False if word == "manual" else _flag(given.get("autoBid"), "autoBid")
    raw = given.get("maxBid")
    cap = None if _empty(raw) else dollars(raw, "Max bid", "config.maxBid", limit=limit)
    door = given.get("maxAllIn")
    gone = "maxAllIn" in given and door in (None, "")
    return Wish(cap, word, armed, _params(given), None if _empty(door) else all_in(door), gone)


def dollars(value: object, what: str, where: str, *, limit: int) -> int:
    """Whole dollars above zero, rounded down, from a number or numeric text. Raises BadInput with the sentence a person needs."""
    if value is None or value == "":
        raise BadInput(f"{what} is required: give the most you will pay in whole dollars, such as 40.", where)
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise BadInput(f"{what} must be a number of dollars, such as 40.", where)
    try:
        amount = Decimal(value.strip().removeprefix("$").replace(",", "") if isinstance(value, str) else str(value))
    except InvalidOperation:
        raise BadInput(f"{what} must be a number of dollars, such as 40.", where) from None
    if not amount.is_finite():
        raise BadInput(f"{what} must be a number of dollars, such as 40.", where)
    if amount <= 0:
        raise BadInput(f"{what} must be positive.", where)
    if amount < 1:
        raise BadInput(f"{what} must be at least $1: the site takes whole dollars.", where)
    if amount > _CEILING:
        raise BadInput(f"{what} cannot exceed ${_CEILING:,}.", where)
    if amount > limit:
        raise BadInput(
            f"{what} of ${math.floor(amount):,} is above your limit of ${limit:,} for a single bid (BIDWRIGHT_MAX_BID_DOLLARS).", where
        )
    return math.floor(amount)


def all_in(value: object) -> Money:
    """Dollars and cents above zero, from a number or numeric text. Raises BadInput with the sentence a person needs."""
    what, where = "Max all-in", "config.maxAllIn"
    wrong = BadInput(f"{what} must be a number of dollars with at most two decimals, such as 49.90.", where)
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise wrong
    try:
        amount = Decimal(value.strip().removeprefix("$").replace(",", "") if isinstance(value, str) else str(value))
    except InvalidOperation:
        raise wrong from None
    if not amount.is_finite():
        raise wrong
    if amount <= 0:
        raise BadInput(f"{what} must be positive.", where)
    if amount > _CEILING:
        raise BadInput(f"{what} cannot exceed ${_CEILING:,}.", where)
    if amount.quantize(Decimal("0.01"), ROUND_FLOOR) != amount:
        raise wrong
    return Money(int(amount * 100))


def fields(wish: Wish, params: str = "") -> dict[str, str | int]:
    """The wish, but for its caps (see caps.py), as the fields of a watch; settings not mentioned stay as in *params* (JSON text)."""
    made: dict[str, str | int] = {}
    if wish.strategy is not None:
        made["strategy"] = wish.strategy
    if wish.armed is not None:
        made["armed"] = int(wish.armed)
    old = settings_of(params)
    if wish.params and (new := {**old, **wish.params}) != old:
        made["params"] = msgspec.json.encode(new).decode()
    return made


def settings_of(params: str) -> dict[str, Any]:
    """The strategy settings kept with a lot; empty when there are none or they cannot be read."""
    try:
        found = msgspec.json.decode(params) if params else {}
    except msgspec.DecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def _empty(value: object) -> bool:
    return value is None or value == "" or (not isinstance(value, bool) and value == 0) or value == "0"


def named(config: object) -> str:
    """The word for a strategy that the body of a watch or of its change has, in the form we compare; empty when it has none."""
    word = _inner(config).get("strategy") if isinstance(config, Mapping) else None
    return word.strip().lower() if isinstance(word, str) else ""


def _inner(config: Mapping[str, Any]) -> Mapping[str, Any]:
    """A change comes with its fields at the top, or within ``config``."""
    inner = config.get("config")
    return inner if isinstance(inner, Mapping) else config


def _object(config: object) -> Mapping[str, Any]:
    if not isinstance(config, Mapping):
        raise BadInput('"config" is required: an object with maxBid or maxAllIn, strategy and autoBid.', "config")
    return config


def _strategy(value: object, plugins: Collection[str]) -> str | None:
    if value is None or value == "":
        return None
    word = value.strip().lower() if isinstance(value, str) else ""
    if word in STRATEGIES:
        return STRATEGIES[word]
    if word in plugins:
        return word
    names = ", ".join(["auto", "sniping", "manual", *sorted(set(plugins) - set(STRATEGIES))])
    raise BadInput(f"Strategy must be one of: {names}.", "config.strategy")


def _flag(value: object, name: str) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    raise BadInput(f'"{name}" must be true or false.', f"config.{name}")


def _params(given: Mapping[str, Any]) -> dict[str, Any]:
    params: dict[str, Any] = {}
    extra = given.get("params")
    if isinstance(extra, Mapping):
        params.update(extra)
    for name, least, most, whole in (
        ("snipeSeconds", 1, 60, True),
        ("incrementAmount", 1, 1000, False),
        ("minBidAmount", 1, _CEILING, False),
        ("buffer", 0, 100, True),
    ):
        value = given.get("increment") if name == "incrementAmount" and "incrementAmount" not in given else given.get(name)
        if value is None:
            continue
        given_number = number(value)
        if given_number is None or not (least <= given_number <= most) or (whole and given_number != int(given_number)):
            raise BadInput(f'"{name}" must be a {"whole " if whole else ""}number from {least} to {most:,}.', f"config.{name}")
        params[name] = int(given_number) if given_number == int(given_number) else given_number
    return params


def number(value: object) -> float | None:
    """A finite number from a number or a numeric text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None
