"""Traces: one id for everything that one look sets off, in every service (W3C trace context)."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Self

HEADER = "traceparent"
_FORM = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}")


@dataclass(frozen=True, slots=True)
class Trace:
    """
    Where we are: *id* of the whole trace, *span* of the part we are in; lower-case hexadecimal.
    """

    id: str
    span: str

    @classmethod
    def begun(cls) -> Self:
        """A new trace."""
        return cls(secrets.token_hex(16), secrets.token_hex(8))

    @classmethod
    def read(cls, header: str) -> Self | None:
        """The trace that a ``traceparent`` names, or None when it names none."""
        found = _FORM.fullmatch(header.strip().lower())
        return cls(found[1], found[2]) if found else None

    def child(self) -> Trace:
        """A new part of the same trace."""
        return Trace(self.id, secrets.token_hex(8))

    @property
    def header(self) -> str:
        """The ``traceparent`` that hands it on."""
        return f"00-{self.id}-{self.span}-01"


_current: ContextVar[Trace | None] = ContextVar("trace", default=None)


def current() -> Trace | None:
    """The trace that what runs now belongs to; None for none."""
    return _current.get()


@contextmanager
def under(trace: Trace | None) -> Iterator[None]:
    """What runs in the block belongs to *trace*."""
    token = _current.set(trace)
    try:
        yield
    finally:
        _current.reset(token)
