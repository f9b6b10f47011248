"""What JavaScript has and Python has not. Containers are mutable, since cycles are legal; the rest is frozen."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Literal


class Mark(Enum):
    """
    Values that are only themselves.
    """

    UNDEFINED = "undefined"
    HOLE = "hole"
    INVALID_DATE = "invalid date"

    def __repr__(self) -> str:
        """The bare name, so that a decoded lot reads well in a log."""
        return self.name

    def __bool__(self) -> bool:
        """None of them says yes to anything."""
        return False


UNDEFINED = Mark.UNDEFINED
"""A property that is there and has no value."""
HOLE = Mark.HOLE
"""An element an array never had; only inside lists."""
INVALID_DATE = Mark.INVALID_DATE
"""A date that is none: JavaScript's ``new Date(NaN)``, or one outside the years Python knows."""


@dataclass(frozen=True)
class Url:
    """
    A URL object, by its href.
    """

    href: str


@dataclass(frozen=True)
class BigInt:
    """
    An integer of any size that is not a JavaScript number.
    """

    value: int


@dataclass(frozen=True)
class RegExp:
    """
    A regular expression: text only, never compiled here.
    """

    source: str
    flags: str = ""


@dataclass(frozen=True)
class Symbol:
    """
    A registered symbol, by its key.
    """

    key: str


@dataclass(frozen=True)
class JsError:
    """
    An error that was a value, or the reason of a rejected promise.
    """

    message: str
    name: str = "Error"


class NullProto(dict[str, Any]):
    """
    A record without a prototype; otherwise a dict.
    """


@dataclass
class JsSet:
    """
    A set in its order of insertion; members may be unhashable here.
    """

    items: list[Any] = field(default_factory=list)


@dataclass
class JsMap:
    """
    A map in its order of insertion; keys may be unhashable here.
    """

    pairs: list[tuple[Any, Any]] = field(default_factory=list)


@dataclass
class Opaque:
    """
    A value of an extension we do not interpret: its tag and what it refers to.
    """

    tag: str
    refs: list[Any] = field(default_factory=list)


@dataclass
class Promise:
    """
    A value that comes later: *value* is the result when resolved, the reason when rejected.
    """

    state: Literal["pending", "resolved", "rejected"] = "pending"
    value: Any = UNDEFINED

    @classmethod
    def resolved(cls, value: Any) -> Promise:
        """A promise that is kept."""
        return cls("resolved", value)

    @classmethod
    def rejected(cls, reason: Any) -> Promise:
        """A promise that is broken."""
        return cls("rejected", reason)
