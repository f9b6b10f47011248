"""Whether a thing that a plugin offers is a strategy, and whether what it said is an answer."""

from __future__ import annotations

from datetime import datetime

from bidwright.money import Money
from bidwright.strategy import Bid, Hold, Params, Wait

_SENSIBLE = range(2000, 2200)
"""Years in which a lot may be waited for; others cannot even be shown in every time zone."""


def unusable(thing: object) -> str | None:
    """Why *thing* is no strategy, or None."""
    for name in ("name", "description", "version"):
        if not isinstance(getattr(thing, name, None), str):
            return f"{_named(thing)} is no strategy: it has no text {name!r}"
    if not callable(getattr(thing, "decide", None)):
        return f"{_named(thing)} is no strategy: it has no decide(lot, now)"
    params = getattr(thing, "params", None)
    if not (isinstance(params, type) and issubclass(params, Params)):
        return f"{_named(thing)} is no strategy: its params are no subclass of bidwright.Params"
    return None


def wants_history(strategy: object) -> bool:
    """Whether *strategy* asks to be shown the prices seen so far."""
    return getattr(strategy, "wants_history", False) is True


def improper(answer: object) -> str:
    """What *answer* is instead of a proper Bid, Wait or Hold; empty when it is one."""
    match answer:
        case Bid(amount=Money(cents=cents)) if type(cents) is int and cents > 0:
            return ""
        case Wait(until=datetime() as until, why=str()) if until.tzinfo is not None and until.year in _SENSIBLE:
            return ""
        case Hold(why=str()):
            return ""
    return f"{answer!r:.200}"


def _named(thing: object) -> str:
    """What a person calls it: a repr would be an address in memory."""
    return thing.__name__ if isinstance(thing, type) else f"{type(thing).__name__}()"
