"""What was asked of the site and what was bid, with times, for judging a run afterwards."""

from __future__ import annotations

from collections import Counter, deque
from typing import Any

_KEEP = 50_000


class Ledger:
    """
    Every request and every bid in order of arrival, numbered from 1 in one count; the oldest fall out.

    How many requests fell into any one second is kept for good, over all requests and for each kind of path.
    """

    def __init__(self) -> None:
        self.entries: deque[dict[str, Any]] = deque(maxlen=_KEEP)
        self.count = 0
        self.requests = 0
        self.busiest = 0
        self.by_kind: Counter[str] = Counter()
        self._window: deque[float] = deque()

    def arrived(self, moment: float) -> None:
        """A request came in at *moment*, in seconds that never step."""
        self._window.append(moment)
        while self._window[0] <= moment - 1:
            self._window.popleft()
        self.requests += 1
        self.busiest = max(self.busiest, len(self._window))

    def request(self, **entry: Any) -> dict[str, Any]:
        """Write a request down; the entry may be completed while it is answered."""
        self.by_kind[entry["kind"]] += 1
        return self._write("request", entry)

    def bid(self, **entry: Any) -> None:
        """Write a bid down, accepted or not."""
        self._write("bid", entry)

    def read(self, *, since: int = 0, limit: int = 1000, **equal: Any) -> list[dict[str, Any]]:
        """Entries after number *since*, at most *limit*, whose fields equal what is given (None: any)."""
        wanted = {name: value for name, value in equal.items() if value is not None}
        found = []
        for entry in self.entries:
            if entry["n"] > since and all(str(entry.get(name)) == str(value) for name, value in wanted.items()):
                found.append(entry)
                if len(found) >= limit:
                    break
        return found

    def _write(self, what: str, entry: dict[str, Any]) -> dict[str, Any]:
        self.count += 1
        written = {"n": self.count, "what": what, **entry}
        self.entries.append(written)
        return written
