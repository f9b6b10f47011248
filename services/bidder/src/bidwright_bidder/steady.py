"""Steady: the store's own time, carried forward between two answers that tell it."""

from __future__ import annotations

from bidwright import Clock


class Steady:
    """
    For judging how old a read is before asking; the scripts judge again by their own clock.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._told_ms, self._at = 0, clock.monotonic()

    def told(self, now_ms: int) -> None:
        """The store just answered that it is *now_ms*."""
        self._told_ms, self._at = now_ms, self._clock.monotonic()

    def now_ms(self) -> int:
        """The steady time now, in ms."""
        return self._told_ms + round((self._clock.monotonic() - self._at) * 1000)
