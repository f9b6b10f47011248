"""Rate limits of the contract (1.4): so many per key in a window, counted in this process."""

from __future__ import annotations

import math
from dataclasses import dataclass

from bidwright.clock import Clock

_MOST_KEYS = 10_000


@dataclass(frozen=True, slots=True)
class Standing:
    """
    Where a caller stands: *left* requests for the next *reset_s* seconds; *over* when this one was too many.
    """

    limit: int
    window_s: int
    left: int
    reset_s: int
    over: bool

    def headers(self) -> list[tuple[bytes, bytes]]:
        """The draft-6 headers, with Retry-After when it was too many."""
        found = [
            (b"ratelimit-policy", f"{self.limit};w={self.window_s}".encode()),
            (b"ratelimit-limit", str(self.limit).encode()),
            (b"ratelimit-remaining", str(self.left).encode()),
            (b"ratelimit-reset", str(self.reset_s).encode()),
        ]
        return [*found, (b"retry-after", str(self.reset_s).encode())] if self.over else found


class Limit:
    """
    At most *most* per key in *window_ms*, in fixed windows that begin with the first.
    """

    def __init__(self, most: int, window_ms: int, clock: Clock) -> None:
        self._most, self._window_s, self._clock = most, window_ms / 1000, clock
        self._counts: dict[str, tuple[float, int]] = {}

    def hit(self, key: str) -> Standing:
        """Count one."""
        began, count = self._window(key)
        self._counts[key] = began, count + 1
        return self._standing(began, count + 1, over=count >= self._most)

    def look(self, key: str) -> Standing:
        """Where the key stands, without counting."""
        began, count = self._window(key)
        return self._standing(began, count, over=count >= self._most)

    def _window(self, key: str) -> tuple[float, int]:
        now = self._clock.monotonic()
        began, count = self._counts.get(key, (now, 0))
        if now - began >= self._window_s:
            began, count = now, 0
        if len(self._counts) >= _MOST_KEYS and key not in self._counts:
            self._counts = {k: v for k, v in self._counts.items() if now - v[0] < self._window_s}
            while len(self._counts) >= _MOST_KEYS:
                self._counts.pop(next(iter(self._counts)))
        return began, count

    def _standing(self, began: float, count: int, *, over: bool) -> Standing:
        reset = max(1, math.ceil(self._window_s - (self._clock.monotonic() - began)))
        return Standing(self._most, round(self._window_s), max(0, self._most - count), reset, over)
