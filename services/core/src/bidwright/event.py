"""Events: what happened, as the store's log tells it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Event:
    """
    One entry of the event log ``bw:ev``: something happened.

    *kind* is in the past (``watch.added``); *lot_id* is empty when it is about no lot; *n* counts per lot without gaps; *at_ms* is the
    store's steady time. *changes* maps record -> field -> new value, as stored: fields come and go with versions. *trace* is the
    ``traceparent`` of what it belongs to; empty for none.
    """

    id: str
    kind: str
    lot_id: str
    n: int
    at_ms: int
    changes: dict[str, dict[str, str]]
    trace: str = ""

    @property
    def wall_ms(self) -> int:
        """When it happened by the server's wall clock: the entry id carries it."""
        return int(self.id.split("-", 1)[0])
