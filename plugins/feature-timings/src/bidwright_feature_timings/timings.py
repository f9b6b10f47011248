"""The histograms. Made when the first of them is needed: a service that never switches them on shows none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from prometheus_client import Histogram

from bidwright import Decision, LotView, Strategy

_READS_S = (0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8)
_DECISIONS_S = (0.0001, 0.0005, 0.001, 0.005, 0.02, 0.1, 0.3)


@dataclass(frozen=True, slots=True)
class Timings:
    """
    Seconds, by kind of read, by service, by strategy.
    """

    reads: Histogram
    looks: Histogram
    decisions: Histogram


@cache
def timings() -> Timings:
    """Those of this process."""
    return Timings(
        Histogram("bidwright_timing_read_seconds", "How long a read of the site takes, waiting included.", ["kind"], buckets=_READS_S),
        Histogram("bidwright_timing_look_seconds", "How long a look takes, from taken to told.", ["service"], buckets=_READS_S),
        Histogram("bidwright_timing_decision_seconds", "How long a strategy thinks.", ["strategy"], buckets=_DECISIONS_S),
    )


class Timed:
    """
    Stands in for *strategy* and notes how long it thinks.
    """

    def __init__(self, strategy: Strategy) -> None:
        self._strategy, self._seconds = strategy, timings().decisions.labels(strategy.name)
        self.name, self.description, self.version, self.params = strategy.name, strategy.description, strategy.version, strategy.params

    def decide(self, lot: LotView, now: datetime) -> Decision:
        """As the strategy."""
        with self._seconds.time():
            return self._strategy.decide(lot, now)
