"""Secrecy: an address of a channel holds tokens and passwords, so nothing that it consists of is ever told."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable
from urllib.parse import quote, unquote

HIDDEN = "[hidden]"
_SHORTEST = 3
"""Shorter pieces are no secrets, and taking them out of sentences would leave nothing to read."""
_PIECES = re.compile(r"[/?#&=@:;,]+")


def cleaner(addresses: Iterable[str]) -> Callable[[str], str]:
    """What takes every piece of these *addresses* out of a text; the word in front, which names the channel, may stay."""
    pieces = sorted({piece for address in addresses for piece in _secrets(address)}, key=len, reverse=True)
    if not pieces:
        return str
    pattern = re.compile("|".join(map(re.escape, pieces)))
    return lambda text: pattern.sub(HIDDEN, text)


def _secrets(address: str) -> set[str]:
    rest = address.partition(":")[2].lstrip("/")
    inner = rest.partition("://")[2]  # a channel's name may stand before a whole address: webhook:https://…
    whole = {address, rest, inner}
    scheme = {"http", "https"} if inner else set()
    parts = {part for text in whole for part in _PIECES.split(text)} - {address.partition(":")[0]} - scheme
    host = inner or rest
    logins = {cut[0] for cut in (host.partition("@"), host.rpartition("@")) if cut[1]}
    basic = {base64.b64encode(text.encode()).decode() for login in logins for text in (login, unquote(login))}
    found = whole | parts | basic
    found |= {unquote(one) for one in found} | {quote(one) for one in found} | {quote(one, safe="") for one in found}
    return {one for one in found if len(one) >= _SHORTEST and not one.isdigit()} | {one for one in basic | logins if one}
