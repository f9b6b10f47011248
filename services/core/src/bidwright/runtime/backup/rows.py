"""Rows: one key of the store each, with what is kept of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import msgspec

Kind = Literal["hash", "list", "set", "zset", "string", "stream"]
TOGGLES = "feature:"
"""Toggles set by hand stand beside the prefix."""
_PASSING = (
    "ev", "due:", "svc:", "tat", "cb", "ramp", "slow", "short", "clock", "aim", "live:", "halt:here", "gw:", "nonce:", "since", "pair:",
    "allowed:", "notify:board", "notify:trials", "notify:trial:", "canary:", "screens:", "backup",
)  # fmt: skip
"""What is not kept: the log, queues that are made anew, heartbeats, measurements of the last minutes, and what protects against replay."""
_OF_A_LOOK = ("lease:", "want:", "tries:", "taken:", "trace:")
"""Fields of a lot that belong to whoever looks at it now."""


class Row(msgspec.Struct, frozen=True, rename={"key": "k", "kind": "t", "value": "v", "expires": "x"}, omit_defaults=True):
    """
    A key without the prefix. *value*: a dict (hash), a text (string), [member, score] pairs (zset), [id, dict] pairs (stream), else a list
    of texts. *expires* in Unix ms; None: never.
    """

    key: str
    kind: Kind
    value: Any
    expires: int | None = None

    @property
    def is_lot(self) -> bool:
        """Whether it is the record of a lot."""
        return self.key.startswith("lot:") and self.kind == "hash"


def is_kept(key: str) -> bool:
    """Whether the *key* (without the prefix) belongs into a backup."""
    return not any(key.startswith(word) if word.endswith(":") else key == word for word in _PASSING)


def row(key: str, kind: Kind, expires: int, flat: Sequence[Any]) -> Row:
    """What the script read, as a row."""
    return Row(key, kind, _value(key, kind, flat), None if expires < 0 else expires)


def _value(key: str, kind: Kind, flat: Sequence[Any]) -> Any:
    if kind == "hash":
        fields = dict(zip(flat[::2], flat[1::2], strict=True))
        return {name: text for name, text in fields.items() if not name.startswith(_OF_A_LOOK)} if key.startswith("lot:") else fields
    if kind == "zset":
        return [[member, score] for member, score in zip(flat[::2], flat[1::2], strict=True)]
    if kind == "string":
        return flat[0]
    if kind == "stream":
        return [[entry, dict(zip(fields[::2], fields[1::2], strict=True))] for entry, fields in flat]
    return sorted(flat) if kind == "set" else list(flat)
