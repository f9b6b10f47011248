"""
Values to text, numbered and printed as the JavaScript library does it.

One frame per open container stands on an explicit stack, so depth costs memory and nothing else.
"""

from __future__ import annotations

import json
import math
import re
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from bidwright.turbo_stream.values import (
    HOLE,
    UNDEFINED,
    BigInt,
    JsError,
    JsMap,
    JsSet,
    Mark,
    NullProto,
    Opaque,
    Promise,
    RegExp,
    Symbol,
    Url,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_INDEX = re.compile(r"0|[1-9]\d{0,9}", re.ASCII)
_LAST_INDEX = 2**32 - 2  # the largest array index; larger keys are ordinary names
_SAFE = 2**53
_SURROGATE = re.compile("[\ud800-\udfff]")


def encode(value: Any) -> str:
    """
    The stream of *value*: a first line, then one line for each promise that is settled.

    Takes dict, list, tuple, str, bool, int, float, None, aware datetime and what ``values`` defines.
    Raises TypeError for anything else, and ValueError for an int JavaScript cannot hold (use BigInt).
    """
    encoder = _Encoder()
    lines = [encoder.first(value)]
    while encoder.settled:
        lines.append(encoder.later(*encoder.settled.popleft()))
    return "".join(f"{line}\n" for line in lines)


@dataclass
class _Frame:
    """A container being written: its slot, what is still to be numbered, and how its references become text."""

    slot: int
    children: Iterator[Any]
    finish: Callable[[list[int]], str]
    refs: list[int] = field(default_factory=list)


class _Encoder:
    """The numbering of one stream."""

    def __init__(self) -> None:
        self.slots: list[str] = []
        self.numbers: dict[Any, int] = {}
        self.settled: deque[tuple[int, Promise]] = deque()
        self.alive: list[Any] = []  # identities stay ours while the objects live

    def first(self, value: Any) -> str:
        ref = self.flatten(value)
        return str(ref) if ref < 0 else f"[{','.join(self.slots)}]"

    def later(self, slot: int, promise: Promise) -> str:
        if isinstance(promise.value, Promise):
            raise TypeError("a promise cannot end in another promise")
        letter, base = ("P" if promise.state == "resolved" else "E"), len(self.slots)
        ref = self.flatten(promise.value)
        if ref < 0:
            return f"{letter}{slot}:{ref}"
        if ref < base:
            self.slots.append(f'["Z",{ref}]')
        return f"{letter}{slot}:[{','.join(self.slots[base:])}]"

    def flatten(self, value: Any) -> int:
        """The reference of *value*, with its whole subtree numbered in depth-first order."""
        stack: list[_Frame] = []
        root = self.number(value, stack)
        while stack:
            frame = stack[-1]
            for child in frame.children:
                before = len(stack)
                frame.refs.append(-1 if child is HOLE else self.number(child, stack))
                if len(stack) > before:
                    break
            else:
                self.slots[frame.slot] = frame.finish(frame.refs)
                stack.pop()
        return root

    def number(self, value: Any, stack: list[_Frame]) -> int:
        """A special value's or a known slot's reference, or a new slot; a container then stands on *stack*."""
        key = _identity(value)
        # The library tests "already numbered" for truth, so the root (0) is written a second time when referred to.
        if known := self.numbers.get(key):
            return known
        if (special := _special(value)) is not None:
            return special
        slot = self.numbers[key] = len(self.slots)
        self.alive.append(value)
        self.slots.append("")
        if isinstance(value, Promise):
            self.slots[slot] = f'["P",{slot}]'
            if value.state != "pending":
                self.settled.append((slot, value))
        elif (text := _simple(value)) is not None:
            self.slots[slot] = text
        else:
            stack.append(_frame(slot, value))
        return slot


def _identity(value: Any) -> Any:
    """Equal texts, numbers and other primitives share a slot; objects share by being the same object."""
    if isinstance(value, bool):
        return ("bool", value)
    if isinstance(value, int | float):
        return ("number", value)
    if isinstance(value, str | BigInt | Symbol):
        return (type(value).__name__, value)
    return ("object", id(value))


def _special(value: Any) -> int | None:
    if value is None:
        return -5
    if value is UNDEFINED:
        return -7
    if isinstance(value, float):
        if math.isnan(value):
            return -2
        if math.isinf(value):
            return -6 if value > 0 else -3
        if value == 0 and math.copysign(1, value) < 0:
            return -4
    return None


def _simple(value: Any) -> str | None:  # noqa: C901, PLR0911 - one line for each kind of value
    """The slot of a value that refers to nothing, or None."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return _text(value)
        case int() | float():
            return _number(value)
        case datetime():
            return f'["D",{_ms(value)}]'
        case Mark.INVALID_DATE:
            return '["D",NaN]'
        case Url(href):
            return _tagged("U", href)
        case BigInt(number):
            return _tagged("B", str(number))
        case RegExp(source, flags):
            return _tagged("R", source, flags)
        case Symbol(key):
            return _tagged("Y", key)
        case JsError(message, name):
            return _tagged("E", message) if name == "Error" else _tagged("E", message, name)
    return None


def _frame(slot: int, value: Any) -> _Frame:
    match value:
        case NullProto():
            return _Frame(slot, _pairs(value), lambda refs: f'["N",{_record(refs)}]')
        case dict():
            return _Frame(slot, _pairs(value), _record)
        case list() | tuple():
            return _Frame(slot, iter(value), lambda refs: f"[{_refs(refs)}]")
        case JsSet(items):
            return _Frame(slot, _whole(items), lambda refs: f'["S"{_more(refs)}]')
        case JsMap(pairs):
            return _Frame(slot, _whole(part for pair in pairs for part in pair), lambda refs: f'["M"{_more(refs)}]')
        case Opaque(tag, parts):
            return _Frame(slot, _whole(parts), lambda refs: f"[{_text(tag)}{_more(refs)}]")
    raise TypeError(f"a {type(value).__name__} has no place in a stream")


def _pairs(record: dict[str, Any]) -> Iterator[Any]:
    """Keys and values in JavaScript's order: integer-like keys first, ascending."""
    if not all(isinstance(key, str) for key in record):
        raise TypeError("the keys of a record are text")
    indexes = [key for key in record if _INDEX.fullmatch(key) and int(key) <= _LAST_INDEX]
    rest = [key for key in record if key not in set(indexes)] if indexes else list(record)
    return _whole(part for key in [*sorted(indexes, key=int), *rest] for part in (key, record[key]))


def _whole(parts: Any) -> Iterator[Any]:
    """Parts of anything but an array: no holes there."""
    for part in parts:
        if part is HOLE:
            raise TypeError("a hole stands only in an array")
        yield part


def _record(refs: list[int]) -> str:
    return "{" + ",".join(f'"_{key}":{value}' for key, value in zip(refs[::2], refs[1::2], strict=True)) + "}"


def _refs(refs: list[int]) -> str:
    return ",".join(map(str, refs))


def _more(refs: list[int]) -> str:
    return f",{_refs(refs)}" if refs else ""


def _tagged(tag: str, *texts: str) -> str:
    return f"[{','.join(map(_text, (tag, *texts)))}]"


def _text(value: str) -> str:
    """As JSON.stringify: everything as it is, except that half a surrogate pair is escaped."""
    return _SURROGATE.sub(lambda half: f"\\u{ord(half[0]):04x}", json.dumps(value, ensure_ascii=False))


def _ms(moment: datetime) -> int:
    if moment.tzinfo is None:
        raise TypeError("a date needs a time zone")
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def _number(value: float) -> str:
    """A number as JavaScript prints it: 94 for 94.0, 0.00001, 1e+21."""
    if isinstance(value, int):
        if abs(value) > _SAFE:
            raise ValueError(f"{value} is more than a JavaScript number holds; use BigInt")
        return str(value)
    sign = "-" if value < 0 else ""
    digits, exponent = _digits(abs(value))
    count, point = len(digits), len(digits) + exponent
    if count <= point <= 21:  # noqa: PLR2004 - from here JavaScript turns to exponents
        return f"{sign}{digits}{'0' * exponent}"
    if 0 < point <= 21:  # noqa: PLR2004 - as above
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:  # noqa: PLR2004 - and so below a millionth
        return f"{sign}0.{'0' * -point}{digits}"
    fraction = f".{digits[1:]}" if count > 1 else ""
    return f"{sign}{digits[0]}{fraction}e{'+' if point > 0 else '-'}{abs(point - 1)}"


def _digits(value: float) -> tuple[str, int]:
    """The shortest digits that read back as *value*, without zeros at the end, and their power of ten."""
    if value == 0:
        return "0", 0
    written = Decimal(repr(value)).as_tuple()
    digits = "".join(map(str, written.digits))
    kept = digits.rstrip("0")
    return kept, int(written.exponent) + len(digits) - len(kept)
