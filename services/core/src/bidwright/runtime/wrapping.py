"""Wrapping: a thing with what plugins put around it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from bidwright.plugins import Plugins, where
from bidwright.runtime.logging import get_logger

log = get_logger(__name__)
T = TypeVar("T")


def wrapped(
    plugins: Plugins, hook: str, thing: T, around: object, *, called: str, unusable: Callable[[object], str | None] = lambda _: None
) -> tuple[T, list[str]]:
    """
    Ask the *hook* of every plugin to wrap *thing*, which the hook calls *called*; the outermost, and whose wrapping is in force.

    One that raises, or gives what *unusable* has a word against, is left out this time.
    """
    names: list[str] = []
    for name, ask in plugins.implementations(hook):
        try:
            made: Any = ask(**{called: thing, "around": around})
            why = None if made is None else unusable(made)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a plugin raises, the thing works without it
            made, why = None, where(error)
        if why:
            log.error("wrap.failed", hook=hook, plugin=name, why=why)
        elif made is not None:
            thing = made
            names.append(name)
    return thing, names
