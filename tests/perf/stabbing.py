"""
The fewest requests that can do what was done, for whoever knows every close and every price beforehand.

A *window* is a stretch of time in which a lot must be read at least once. A request tells at most *capacity* lots at one instant.

``stabs``: of windows no two of which one lot's read can serve, the fewest requests. Look at the earliest deadline d of what is not served.
Some request must come by d. Moving the first request of any plan to d loses none of its windows: each of them had begun, and none ends
before d. And it may as well serve, of the windows that have begun by d, those with the earliest deadlines: if it serves j and a later
request serves i, whose deadline is earlier, they can be exchanged, since that request comes before i's deadline and so before j's. Hence
the first request at d with the most urgent windows is part of some best plan, and what remains is the same question once more.

``chain``: the windows of one lot that must never be older than its plan allows. Let R(k) be the latest instant that k reads can reach:
the most of t + pause(t) over every t up to R(k-1). If no read fell into (R(k-1), R(k)], the last one before it, at t <= R(k-1), would be
followed by none before R(k) >= t + pause(t), and would grow older than allowed. So each of these windows needs a read of its own, and a
plan that reads each lot at its R(k) alone has no more reads.

``waits``: requests that may not be made before their release and all matter alike, through a door that lets one pass each *interval* after
a *burst*: served in the order of release, the longest wait is the shortest possible (exchange two that are out of order: the later
one of the pair waits no longer than the longer wait was), and so is the sum, since the door is never idle while somebody waits.
"""

import heapq
from collections.abc import Iterable, Sequence

Window = tuple[float, float]
"""(first instant, last instant)."""
Steps = Sequence[tuple[float, float]]
"""(while the close is farther off than this, a price may grow this old), in seconds, the farthest first, the last one from 0."""
_BEFORE = 1e-6
"""Just before a step, where the longer age still holds."""


def stabs(windows: Iterable[Window], capacity: float) -> int:
    """The fewest instants so that each window holds one, where an instant serves at most *capacity* windows."""
    line = sorted(windows)
    begun: list[float] = []
    number = n = 0
    for deadline in _deadlines(line):
        while n < len(line) and line[n][0] <= deadline:
            heapq.heappush(begun, line[n][1])
            n += 1
        while begun and begun[0] <= deadline:
            number += 1
            _serve(begun, capacity)
    return number


def _deadlines(line: Sequence[Window]) -> list[float]:
    return sorted({last for _, last in line})


def _serve(begun: list[float], capacity: float) -> None:
    served = 0
    while begun and served < capacity:
        heapq.heappop(begun)
        served += 1


def apart(windows: Iterable[Window]) -> list[Window]:
    """The most windows of one lot of which no two can share a read: the earliest end first."""
    kept: list[Window] = []
    for window in sorted(windows, key=lambda one: one[1]):
        if not kept or window[0] > kept[-1][1]:
            kept.append(window)
    return kept


def chain(first: float, last: float, close: float, steps: Steps) -> list[Window]:
    """The windows of a lot that was read at *first* and until *last* must never be older than *steps* allow it at the time of a read."""
    edges = [close - beyond - _BEFORE for beyond, _ in steps if close - beyond - _BEFORE > first]
    reach, windows = first, []
    while (best := max(_until(at, close, steps) for at in (reach, *(edge for edge in edges if edge <= reach)))) < last:
        windows.append((reach, best))
        reach = best
    return windows


def _until(at: float, close: float, steps: Steps) -> float:
    return at + next((pause for beyond, pause in steps if close - at > beyond), steps[-1][1])


def waits(releases: Iterable[float], interval: float, burst: int) -> list[float]:
    """How long each request waits at the door, in the order of release."""
    promised, found = float("-inf"), []
    for release in sorted(releases):
        at = max(release, promised - (burst - 1) * interval)
        promised = max(at, promised) + interval
        found.append(at - release)
    return found
