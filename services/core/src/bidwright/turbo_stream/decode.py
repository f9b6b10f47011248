"""
Text to values.

Nothing here recurses: containers are registered empty and filled from a work list, so neither cycles nor depth can hurt.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bidwright.turbo_stream.values import (
    HOLE,
    INVALID_DATE,
    UNDEFINED,
    BigInt,
    JsError,
    JsMap,
    JsSet,
    NullProto,
    Opaque,
    Promise,
    RegExp,
    Symbol,
    Url,
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SPECIAL: dict[int, Any] = {-1: HOLE, -2: math.nan, -3: -math.inf, -4: -0.0, -5: None, -6: math.inf, -7: UNDEFINED}
_LATER = re.compile(r"([PE])(\d{1,9}):(.*)", re.ASCII | re.DOTALL)
_KEY = re.compile(r"_(\d{1,9})", re.ASCII)
_DIGITS = re.compile(r"-?\d{1,4000}", re.ASCII)
_SAFE = 2**53
_LONGEST_SENTENCE = 200  # it may quote the text, and ends up in logs and replies
_NAN = object()  # a bare NaN in the JSON; legal only inside a date
_Work = tuple[Any, Any, int]  # an empty container, its slot, its depth


class TurboStreamError(ValueError):
    """
    The text is not what the format allows, or larger than the limits; the sentence says where.
    """

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence[:_LONGEST_SENTENCE])


@dataclass(frozen=True)
class Limits:
    """
    How much is taken from a stranger: characters of text, slots in the table, containers inside containers.
    """

    text: int = 16 * 1024 * 1024
    slots: int = 1_000_000
    depth: int = 2_000


def decode(text: str, *, limits: Limits | None = None) -> Any:
    """
    The root value of a whole stream.

    Lines after the first settle promises; one without a line stays pending. Raises TurboStreamError and nothing else.
    """
    limits = limits or Limits()
    if len(text) > limits.text:
        raise TurboStreamError(f"the text has {len(text)} characters, more than {limits.text}")
    first, *later = text.split("\n")
    decoder = _Decoder(limits)
    root = decoder.chunk(first)
    for line in later:
        if line:
            decoder.settle(line)
    return root


class _Decoder:
    """One stream's slot table and what was made of it."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.slots: list[Any] = []
        self.built: dict[int, Any] = {}
        self.promises: dict[int, Promise] = {}
        self.work: list[_Work] = []

    def chunk(self, text: str) -> Any:
        """Append a chunk's slots and return its value: the first one appended, or a special value."""
        parsed = _json(text)
        if _is_int(parsed):
            if parsed >= 0 or parsed == -1:
                raise TurboStreamError(f"a chunk is a bare {parsed}, which is no special value")
            return _special(parsed)
        if not isinstance(parsed, list) or not parsed:
            raise TurboStreamError("a chunk is neither a special value nor a list of slots")
        base = len(self.slots)
        if base + len(parsed) > self.limits.slots:
            raise TurboStreamError(f"more than {self.limits.slots} slots")
        self.slots += parsed
        value = self.value(base, 0)
        while self.work:
            self.fill(*self.work.pop())
        return value

    def settle(self, line: str) -> None:
        """Finish one promise by a later line."""
        match = _LATER.fullmatch(line)
        if match is None:
            raise TurboStreamError(f"a later line starts with {line[:12]!r}")
        promise = self.promises.get(int(match[2]))
        if promise is None:
            raise TurboStreamError(f"there is no promise {match[2]}")
        if promise.state != "pending":
            raise TurboStreamError(f"promise {match[2]} was finished before")
        value = self.chunk(match[3])
        if isinstance(value, Promise):
            raise TurboStreamError(f"promise {match[2]} became another promise")
        promise.value = value
        promise.state = "resolved" if match[1] == "P" else "rejected"

    def value(self, ref: Any, depth: int, *, in_list: bool = False) -> Any:
        """The value of a reference; a container may still be empty and then waits in the work list."""
        if not _is_int(ref):
            # never its repr: a stranger decides how long and how deep that is
            raise TurboStreamError(f"a {type(ref).__name__} stands where a reference belongs")
        if ref < 0:
            if ref == -1 and not in_list:
                raise TurboStreamError("a hole outside an array")
            return _special(ref)
        if ref in self.built:
            return self.built[ref]
        slot = self.slot(ref)
        if _is_same(slot):
            if len(slot) != 2 or not _is_int(slot[1]) or _is_same(self.slot(slot[1])):  # noqa: PLR2004 - the tag and its target
                raise TurboStreamError(f"slot {ref} stands for no value")
            return self.value(slot[1], depth)
        self.built[ref] = made = self.make(slot, depth + 1)
        return made

    def slot(self, index: int) -> Any:
        if not 0 <= index < len(self.slots):
            raise TurboStreamError(f"reference {index} is past the end")
        return self.slots[index]

    def make(self, slot: Any, depth: int) -> Any:
        """A finished simple value, or an empty container put on the work list."""
        container: Any
        if isinstance(slot, str | bool):
            return slot
        if isinstance(slot, int | float):
            return _number(slot)
        if isinstance(slot, dict):
            container = {}
        elif isinstance(slot, list) and slot and isinstance(slot[0], str):
            tag, *rest = slot
            if tag in _SIMPLE:
                return _SIMPLE[tag](rest)
            if tag == "P":
                return self.promise(rest)
            container = _CONTAINERS[tag]() if tag in _CONTAINERS else Opaque(tag)
        elif isinstance(slot, list):
            container = []
        else:
            raise TurboStreamError("a slot holds what may not stand in one")
        if depth > self.limits.depth:
            raise TurboStreamError(f"nested deeper than {self.limits.depth}")
        self.work.append((container, slot, depth))
        return container

    def promise(self, rest: list[Any]) -> Promise:
        """The placeholder of a promise, registered under its id."""
        if len(rest) != 1 or not _is_int(rest[0]) or rest[0] < 0:
            raise TurboStreamError("a promise without an id")
        return self.promises.setdefault(rest[0], Promise())

    def fill(self, container: Any, slot: Any, depth: int) -> None:
        """Give a registered container what its slot says."""
        if isinstance(container, NullProto):
            if len(slot) != 2 or not isinstance(slot[1], dict):  # noqa: PLR2004 - the tag and its record
                raise TurboStreamError("a record without prototype is not a record")
            self.fill_record(container, slot[1], depth)
        elif isinstance(container, dict):
            self.fill_record(container, slot, depth)
        elif isinstance(container, list):
            container += [self.value(ref, depth, in_list=True) for ref in slot]
        elif isinstance(container, JsSet):
            container.items += [self.value(ref, depth) for ref in slot[1:]]
        elif isinstance(container, JsMap):
            if len(slot) % 2 == 0:
                raise TurboStreamError("a map with a key and no value")
            values = [self.value(ref, depth) for ref in slot[1:]]
            container.pairs += zip(values[::2], values[1::2], strict=True)
        else:
            container.refs += [self.value(ref, depth) for ref in slot[1:]]

    def fill_record(self, record: dict[str, Any], slot: dict[str, Any], depth: int) -> None:
        for name, ref in slot.items():
            match = _KEY.fullmatch(name)
            if match is None or (index := int(match[1])) >= len(self.slots):
                raise TurboStreamError(f"{name[:12]!r} names no slot")
            key = self.slots[index]
            if not isinstance(key, str):
                raise TurboStreamError(f"slot {index} is used as a key and is no text")
            record[key] = self.value(ref, depth)


def _json(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_constant)
    except (ValueError, RecursionError) as error:
        raise TurboStreamError(f"a chunk is not JSON: {type(error).__name__}") from None


def _constant(name: str) -> Any:
    if name != "NaN":
        raise ValueError(name)
    return _NAN


def _is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_same(slot: Any) -> bool:
    return isinstance(slot, list) and bool(slot) and slot[0] == "Z"


def _special(ref: int) -> Any:
    if ref not in _SPECIAL:
        raise TurboStreamError(f"{ref} is no special value")
    return _SPECIAL[ref]


def _number(value: float) -> float:
    """What JavaScript would hold: past 2**53 an integer is a float."""
    if isinstance(value, int) and abs(value) > _SAFE:
        try:
            return float(value)
        except OverflowError:
            return math.inf if value > 0 else -math.inf
    return value


def _texts(rest: list[Any], least: int, most: int) -> list[str]:
    if not least <= len(rest) <= most or not all(isinstance(part, str) for part in rest):
        raise TurboStreamError("a tagged value lacks its text")
    return rest


def _date(rest: list[Any]) -> Any:
    if len(rest) != 1:
        raise TurboStreamError("a date without a time")
    ms = rest[0]
    if ms is _NAN or ms == "invalid":
        return INVALID_DATE
    if isinstance(ms, bool) or not isinstance(ms, int | float):
        raise TurboStreamError("a date whose time is no number")
    try:
        return _EPOCH + timedelta(milliseconds=math.trunc(ms))
    except OverflowError:
        return INVALID_DATE


def _big(rest: list[Any]) -> BigInt:
    (digits,) = _texts(rest, 1, 1)
    if _DIGITS.fullmatch(digits) is None:
        raise TurboStreamError("a big integer that is none")
    return BigInt(int(digits))


_CONTAINERS: dict[str, Any] = {"N": NullProto, "S": JsSet, "M": JsMap}
_SIMPLE: dict[str, Any] = {
    "D": _date,
    "B": _big,
    "U": lambda rest: Url(*_texts(rest, 1, 1)),
    "R": lambda rest: RegExp(*_texts(rest, 2, 2)),
    "Y": lambda rest: Symbol(*_texts(rest, 1, 1)),
    "E": lambda rest: JsError(*_texts(rest, 1, 2)),
}
