"""Pace: how many messages a client may send; a burst is allowed, a flood is not."""

from __future__ import annotations

from bidwright.clock import Clock


class Pace:
    """
    A bucket that holds *burst* and is refilled with *per_s* each second.
    """

    def __init__(self, per_s: float, burst: float, clock: Clock) -> None:
        self._per_s, self._burst, self._clock = per_s, burst, clock
        self._left, self._at = burst, clock.monotonic()

    def take(self) -> bool:
        """Count one; False when it was too many."""
        now = self._clock.monotonic()
        self._left = min(self._burst, self._left + (now - self._at) * self._per_s)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
