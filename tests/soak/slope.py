"""Slopes: how fast a figure grows, and between which bounds that is known."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

_T = 1.96
"""Two standard errors hold the true slope 95 times of 100; there are dozens of samples."""


@dataclass(frozen=True, slots=True)
class Slope:
    """
    Growth per hour in the unit of the values, and the bounds that hold it 95 times of 100.
    """

    per_hour: float
    low: float
    high: float

    @property
    def grows(self) -> bool:
        """Whether it surely grows."""
        return self.low > 0


def slope(seconds: Sequence[float], values: Sequence[float]) -> Slope:
    """
    The straight line through the samples by least squares.

    Samples that follow each other are alike, so the error is reckoned with as many samples as are independent (lag-1 correlation).
    """
    n = len(values)
    if n < 3 or len(set(seconds)) < 3:
        return Slope(0.0, -math.inf, math.inf)
    mid_x, mid_y = sum(seconds) / n, sum(values) / n
    across = sum((x - mid_x) ** 2 for x in seconds)
    b = sum((x - mid_x) * (y - mid_y) for x, y in zip(seconds, values, strict=True)) / across
    rest = [y - mid_y - b * (x - mid_x) for x, y in zip(seconds, values, strict=True)]
    square = sum(r * r for r in rest)
    alike = sum(a * c for a, c in pairwise(rest)) / square if square > 0 else 0.0
    alike = min(max(alike, 0.0), 0.99)
    independent = max(3.0, n * (1 - alike) / (1 + alike))
    error = math.sqrt(square / (n - 2) / (across * independent / n)) if square > 0 else 0.0
    return Slope(b * 3600, (b - _T * error) * 3600, (b + _T * error) * 3600)
