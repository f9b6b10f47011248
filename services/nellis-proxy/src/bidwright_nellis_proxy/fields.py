"""Single values as the site writes them: amounts, times, ids, counts and texts. Strict where money depends on them."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from bidwright.money import Money
from bidwright.turbo_stream import BigInt, Mark
from bidwright_nellis_proxy.embedded import NotUnderstood

MOST_CENTS = 1_000_000_000
"""Ten million dollars: more is a misread page, not a price."""
_AMOUNT = re.compile(r"\$? ?(\d{1,3}(?:,\d{3})+|\d{1,9})(\.\d{1,2})?", re.ASCII)
_ID = re.compile(r"[1-9]\d{0,15}", re.ASCII)
_SECONDS_BELOW = 1e11
_FIRST_MS, _LAST_MS = 946_684_800_000, 4_102_444_800_000  # the years 2000 to 2100
_MOST_COUNT = 1_000_000_000
_BLANKS = 4  # so many times what is shown is looked at, for the sake of blanks and control characters inside
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+")
_SPACES = re.compile(r"\s+")


def is_lot_id(text: str) -> bool:
    """Whether *text* can be the number of a lot."""
    return _ID.fullmatch(text) is not None


def lot_id(value: Any) -> str:
    """The site's own id as text, from a number or digits; empty when it is neither."""
    if isinstance(value, BigInt):
        value = value.value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return text if is_lot_id(text) else ""


def cents(value: Any, name: str) -> int | None:
    """
    An amount of dollars in cents; None when there is none.

    A number must be whole or exact cents as it is written. Raises NotUnderstood for anything that is no plausible amount.
    """
    if value is None or isinstance(value, Mark):
        return None
    found: int | None = None
    if isinstance(value, bool):
        pass
    elif isinstance(value, BigInt):
        found = value.value * 100
    elif isinstance(value, int):
        found = value * 100
    elif isinstance(value, float) and math.isfinite(value):
        exact = Decimal(repr(value)) * 100  # the shortest text that reads back is what the site wrote
        found = int(exact) if exact == exact.to_integral_value() else None
    elif isinstance(value, str) and (match := _AMOUNT.fullmatch(value.strip())):
        found = Money.usd(match[1] + (match[2] or "")).cents
    if found is None or not 0 <= found <= MOST_CENTS:
        raise NotUnderstood(f"{name} is no amount")
    return found


def moment_ms(value: Any, name: str) -> int | None:
    """
    A time in Unix ms, from any of the forms the site has used; None when there is none.

    Raises NotUnderstood for what is no time between the years 2000 and 2100.
    """
    if isinstance(value, dict) and value.get("__type") == "Date":
        value = value.get("value")
    if value is None or isinstance(value, Mark):
        return None
    ms: float | None = None
    if isinstance(value, datetime):
        ms = value.timestamp() * 1000
    elif isinstance(value, str):
        try:
            when = datetime.fromisoformat(value.strip())
            ms = (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp() * 1000
        except (ValueError, OverflowError):
            ms = None
    elif isinstance(value, int | float) and not isinstance(value, bool):
        ms = value if value > _SECONDS_BELOW else value * 1000
    if ms is None or not _FIRST_MS <= ms <= _LAST_MS:
        raise NotUnderstood(f"{name} is no time")
    return round(ms)


def flag(value: Any, name: str) -> bool | None:
    """A truth value; None when it is missing. Raises NotUnderstood for anything else: no guess at yes or no."""
    if value is None or isinstance(value, Mark):
        return None
    if not isinstance(value, bool):
        raise NotUnderstood(f"{name} is neither true nor false")
    return value


def count(value: Any, otherwise: int = 0) -> int:
    """A number of things for display; *otherwise* when it is none."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value[:12])
    if isinstance(value, float) and math.isfinite(value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MOST_COUNT:
        return otherwise
    return value


def words(value: Any, most: int = 300) -> str:
    """A text for a person: without control characters and the like, in one line, at most *most* characters."""
    if not isinstance(value, str):
        return ""
    value = value[: most * _BLANKS]  # a stranger's text may be as long as the whole answer
    return _SPACES.sub(" ", _CONTROL.sub(" ", value)).strip()[:most]


def record(value: Any) -> dict[str, Any]:
    """A record, or an empty one."""
    return value if isinstance(value, dict) else {}
