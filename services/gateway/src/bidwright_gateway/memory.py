"""Memory: a read that is answered by what is remembered while Redis is away says so, and how old it is."""

from __future__ import annotations

from contextvars import ContextVar

_TOLD: ContextVar[bool] = ContextVar("told_from_memory", default=False)


def forget() -> None:
    """A request begins: nothing of its answer comes from memory yet."""
    _TOLD.set(False)


def used() -> None:
    """Something of the answer to this request comes from memory."""
    _TOLD.set(True)


def was_used() -> bool:
    """Whether anything of it did."""
    return _TOLD.get()
