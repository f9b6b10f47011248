"""The journal: the newest events as they were told, so that a client that was away gets exactly what it has missed."""

from __future__ import annotations

import bisect
import re

from bidwright_gateway.frames import Frame

MOST, _STEP = 1500, 256
"""Frames that are kept at least, and how many more before the oldest go: each holds a lot's record, and who missed more gets the list."""
_HOT = 256
"""Frames that are kept as bytes, too: who is cut off comes back within moments, and thousands of frames weigh ten megabytes."""
_ID = re.compile(r"([0-9]{1,20})-([0-9]{1,20})")
Place = tuple[int, int]


def place(event_id: str) -> Place | None:
    """An event's id as its place in the log; None for what is no id."""
    found = _ID.fullmatch(event_id)
    return (int(found[1]), int(found[2])) if found else None


class Journal:
    """
    Frames of all events behind *floor*, oldest first.
    """

    def __init__(self) -> None:
        self.floor: Place = (0, 0)
        self.end = "0-0"
        """The id of the last event that was told."""
        self._places: list[Place] = []
        self._frames: list[Frame] = []

    def begin(self, after: str) -> None:
        """Forget everything: what is told from now on comes behind *after*."""
        self._places, self._frames = [], []
        self.floor, self.end = place(after) or (0, 0), after

    def add(self, frame: Frame) -> None:
        """Keep one more event."""
        self._places.append(place(frame.id) or (0, 0))
        self._frames.append(frame)
        self.end = frame.id
        if len(self._frames) > _HOT:
            self._frames[-1 - _HOT].cool()
        if len(self._frames) >= MOST + _STEP:  # in steps: cutting a list costs its length
            self.floor = self._places[-MOST - 1]
            del self._places[:-MOST], self._frames[:-MOST]

    def since(self, after: Place) -> list[Frame] | None:
        """The events behind *after*; None when that is before the floor."""
        if after < self.floor:
            return None
        return self._frames[bisect.bisect_right(self._places, after) :]
