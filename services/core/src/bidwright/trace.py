"""Traces: one id for everything that one click or one look sets off, in every service (W3C trace context), and the named parts of it."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
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


@dataclass(frozen=True, slots=True)
class Part:
    """
    A named part of a trace that has ended. Times in ns, *began_ns* since 1970; *failed* names what it raised, empty when it raised nothing.
    """

    name: str
    trace: Trace
    parent: Trace | None
    began_ns: int
    took_ns: int
    failed: str
    details: Mapping[str, str]


Listener = Callable[[Part], None]
_listeners: list[Listener] = []
_UNHEARD: AbstractContextManager[None] = nullcontext()


def listen(listener: Listener, *, wanted: bool = True) -> None:
    """Tell *listener* every part as it ends, or no longer. It is called where the part ends and must not wait."""
    if wanted and listener not in _listeners:
        _listeners.append(listener)
    elif not wanted and listener in _listeners:
        _listeners.remove(listener)


def part(name: str, **details: str) -> AbstractContextManager[object]:
    """The block is a part of the trace that is under way; where there is none, or nobody listens, it costs next to nothing."""
    return root(name, **details) if _listeners and _current.get() is not None else _UNHEARD


@contextmanager
def root(name: str, **details: str) -> Iterator[Trace]:
    """The block is a part of the trace that is under way, or the first of a new one."""
    parent = current()
    trace = parent.child() if parent else Trace.begun()
    began_ns, began, failed = time.time_ns(), time.perf_counter_ns(), ""
    with under(trace):
        try:
            yield trace
        except BaseException as error:
            failed = type(error).__name__
            raise
        finally:
            told = Part(name, trace, parent, began_ns, time.perf_counter_ns() - began, failed, details)
            for listener in tuple(_listeners):
                listener(told)
