"""
Failpoints: named places in the life of a bid where a test may end or pause the process. Off, and then nothing but a look at an empty
dict, unless BIDWRIGHT_FAILPOINTS names some; never on the live site; health lists those that are on.

``F2`` ends the process there the first time, ``F4:3`` the third, ``F3:pause=5`` waits five seconds instead. Each acts once.
"""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import dataclass

EXIT = 70
"""Exit code of a process that a failpoint ended."""
POINTS = {
    "F1": "bidder: after RESERVE, before the call to nellis-proxy",
    "F2": "nellis-proxy: after CLAIM, before the first byte",
    "F3": "nellis-proxy: in the middle of the request body",
    "F4": "nellis-proxy: the request is written, nothing is read yet",
    "F5": "nellis-proxy: the answer is read, before SETTLE",
    "F6": "nellis-proxy: after SETTLE, before the answer to the bidder",
    "F7": "bidder, poller: before a lease is renewed",
    "F8": "nellis-proxy: in the middle of a read that settles a bid",
    "F11": "gateway: a command was accepted, before the HTTP answer",
}
_FLUSH_S = 0.05
"""What was handed to the event loop leaves the process before it ends: the point is after the write, not before it."""


@dataclass(slots=True)
class _Armed:
    nth: int = 1
    pause_s: float | None = None
    text: str = ""


_armed: dict[str, _Armed] = {}


def parsed(text: str) -> dict[str, _Armed]:
    """The points that *text* names. Raises ValueError with what is wrong."""
    found: dict[str, _Armed] = {}
    for word in filter(None, (part.strip() for part in text.split(","))):
        name, *options = word.split(":")
        if name not in POINTS:
            raise ValueError(f"there is no failpoint {name!r}; there are {', '.join(POINTS)}")
        point = found[name] = _Armed(text=word)
        for option in options:
            try:
                if option.startswith("pause="):
                    point.pause_s = float(option.removeprefix("pause="))
                else:
                    point.nth = int(option)
            except ValueError:
                raise ValueError(f"{word!r} is no failpoint; they look like F2, F4:3 or F3:pause=5") from None
        if point.nth < 1 or (point.pause_s or 0) < 0:
            raise ValueError(f"{word!r} would never act")
    return found


def arm(text: str) -> None:
    """Switch on the points that *text* names, and no others."""
    _armed.clear()
    _armed.update(parsed(text))


def armed() -> list[str]:
    """The points that are on, as they were written."""
    return [point.text for point in _armed.values()]


def is_on(name: str) -> bool:
    """Whether the point *name* has not acted yet; for code that must go another way to make room for it."""
    return name in _armed


async def hit(name: str) -> None:
    """The process is at the point *name*: go on, wait, or end without a word."""
    point = _armed.get(name)
    if point is None:
        return
    point.nth -= 1
    if point.nth > 0:
        return
    del _armed[name]
    if point.pause_s is not None:
        await asyncio.sleep(point.pause_s)  # real time on purpose: a hand clock would never pass
        return
    await asyncio.sleep(_FLUSH_S)
    sys.stdout.flush()
    os._exit(EXIT)
