"""The site's clock: an interval that contains the truth, narrowed by the Date header of each answer."""

from __future__ import annotations

from collections import deque
from datetime import datetime

from bidwright.runtime.site_time import Offset

DRIFT = 100e-6
"""How fast two clocks may part, seconds per second."""
_RESOLUTION_S = 1.0  # Date has whole seconds, rounded down
_DISAGREE_S = 0.25
_TRUST_AFTER_S = 120.0
_DISAGREEMENTS = 3
_WIDEST_S = 5.0
"""Clocks farther apart than that are no clock to go by: then the newest answer counts."""


class SiteClock:
    """
    Local steady time minus site time lies in an interval. Steady time runs on through suspend, so wall-clock steps cannot matter.

    Answers that contradict each other again and again come from several clocks: then none is trusted, and the interval spans them all.
    """

    def __init__(self) -> None:
        self._lo = float("-inf")
        self._hi = float("inf")
        self._at = 0.0
        self._rtt = 0.1
        self._jumps: deque[tuple[float, float, float]] = deque(maxlen=_DISAGREEMENTS)

    @property
    def known(self) -> bool:
        """Whether anything was measured."""
        return self._hi < float("inf")

    def sample(self, sent: float, received: float, date: datetime) -> None:
        """
        An answer stamped *date* by the site, for a request sent and answered at these steady times in seconds.

        The stamp was made between the two, and up to a second after *date*. A sample that contradicts the interval replaces it:
        one of the clocks was set.
        """
        stamp = date.timestamp()
        lo, hi = sent - stamp - _RESOLUTION_S, received - stamp
        self._rtt = received - sent
        if self.known:
            widen = DRIFT * max(0.0, received - self._at)
            old_lo, old_hi = self._lo - widen, self._hi + widen
            if max(lo, old_lo) <= min(hi, old_hi):
                lo, hi = max(lo, old_lo), min(hi, old_hi)
            elif max(lo, old_lo) - min(hi, old_hi) > _DISAGREE_S:
                self._jumps.append((received, min(lo, old_lo), max(hi, old_hi)))
        self._lo, self._hi, self._at = lo, hi, received

    def trusted(self, steady: float) -> bool:
        """False while answers contradicted each other three times within two minutes."""
        return len(self._jumps) < _DISAGREEMENTS or steady - self._jumps[0][0] > _TRUST_AFTER_S

    def until_boundary(self, steady: float) -> float:
        """
        Seconds to wait with a request so that it arrives just when the site's second changes, going by the middle of the interval.

        Its answer then tells in which half the truth lies (the HTTP time protocol's way).
        """
        if not self.known:
            return 0.0
        middle = (self._lo + self._hi) / 2
        return -(steady + self._rtt / 2 - middle) % 1.0

    def offset(self, steady: float, wall: datetime) -> Offset | None:
        """Site time minus wall time, given both local clocks now; None when nothing was measured."""
        if not self.known:
            return None
        trusted, lo, hi = self.trusted(steady), self._lo, self._hi
        if not trusted:
            least, most = min([lo, *(jump[1] for jump in self._jumps)]), max([hi, *(jump[2] for jump in self._jumps)])
            lo, hi = (least, most) if most - least <= _WIDEST_S else (lo, hi)
        widen = DRIFT * max(0.0, steady - self._at)
        behind = steady - wall.timestamp()
        return Offset((behind - hi - widen) * 1000, (behind - lo + widen) * 1000, trusted=trusted)
