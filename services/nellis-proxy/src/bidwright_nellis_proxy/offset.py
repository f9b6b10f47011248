"""The site's clock: an interval that contains the truth, narrowed by the Date header of each answer."""

from __future__ import annotations

from datetime import datetime

from bidwright.runtime.site_time import Offset

DRIFT = 100e-6
"""How fast two clocks may part, seconds per second."""
_RESOLUTION_S = 1.0  # Date has whole seconds, rounded down


class SiteClock:
    """
    Local steady time minus site time lies in an interval. Steady time runs on through suspend, so wall-clock steps cannot matter.
    """

    def __init__(self) -> None:
        self._lo = float("-inf")
        self._hi = float("inf")
        self._at = 0.0

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
        if self.known:
            widen = DRIFT * max(0.0, received - self._at)
            old_lo, old_hi = self._lo - widen, self._hi + widen
            if max(lo, old_lo) <= min(hi, old_hi):
                lo, hi = max(lo, old_lo), min(hi, old_hi)
        self._lo, self._hi, self._at = lo, hi, received

    def offset(self, steady: float, wall: datetime) -> Offset | None:
        """Site time minus wall time, given both local clocks now; None when nothing was measured."""
        if not self.known:
            return None
        widen = DRIFT * max(0.0, steady - self._at)
        behind = steady - wall.timestamp()
        return Offset((behind - self._hi - widen) * 1000, (behind - self._lo + widen) * 1000)
