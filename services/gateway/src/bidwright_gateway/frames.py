"""Frames: what is sent to clients, encoded once for all of them; what a frame says about time is worked out when it is sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

encode = msgspec.json.Encoder(enc_hook=str).encode


class Frame:
    """
    A frame that many clients share. *make* gives its content at the moment, *second* the site's time in whole seconds.

    *lasting*: it is not taken back when its lot has left the list. *lot_id*: the lot whose state it is, if that is all it says.
    """

    __slots__ = ("_made_at", "_make", "_second", "_text", "id", "kind", "lasting", "lot_id")

    def __init__(
        self,
        make: Callable[[], Any],
        second: Callable[[], int],
        *,
        lasting: bool = True,
        event_id: str = "",
        lot_id: str = "",
        kind: str = "",
    ) -> None:
        self._make, self._second = make, second
        self._text, self._made_at = "", -1
        self.lasting, self.id, self.lot_id, self.kind = lasting, event_id, lot_id, kind

    def text(self) -> str:
        """The encoded frame, right for this second."""
        now = self._second()
        if now != self._made_at:
            self._text, self._made_at = encode(self._make()).decode(), now
        return self._text
