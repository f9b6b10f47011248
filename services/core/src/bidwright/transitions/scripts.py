"""The Lua files: the shared head in front of each."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files

_FOLDER = files("bidwright.transitions")
SCRIPTS = tuple(sorted(f.name.removesuffix(".lua") for f in _FOLDER.iterdir() if f.name.endswith(".lua") and not f.name.startswith("_")))
"""Every transition there is, by name."""


@cache
def head() -> str:
    """What stands in front of every script: the steady clock, money, the due queue, the end of an intent."""
    return _FOLDER.joinpath("_common.lua").read_text("utf-8")


@cache
def body(name: str) -> str:
    """The transition *name* itself, without the head."""
    return _FOLDER.joinpath(f"{name}.lua").read_text("utf-8")


@cache
def source(name: str) -> str:
    """The whole text that Redis runs for the transition *name*."""
    return head() + body(name)


@cache
def digest(name: str) -> str:
    """The name under which Redis knows the script (EVALSHA)."""
    return hashlib.sha1(source(name).encode(), usedforsecurity=False).hexdigest()
