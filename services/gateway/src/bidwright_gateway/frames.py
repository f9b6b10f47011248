"""Frames: what is sent to clients, encoded once for all of them; what a frame says about time is worked out when it is sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from bidwright_gateway.line import framed, unframed

encode = msgspec.json.Encoder(enc_hook=str).encode


class Frame:
    """
    A frame that many clients share. *make* gives its content at the moment, *second* the site's time in whole seconds.

    *lasting*: it is not taken back when its lot has left the list. *lot_id*: the lot whose state it is, if that is all it says.
    """

    __slots__ = ("_bytes", "_made_at", "_make", "_second", "id", "kind", "lasting", "lot_id")

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
        self._bytes, self._made_at = b"", -1
        self.lasting, self.id, self.lot_id, self.kind = lasting, event_id, lot_id, kind

    def wire(self) -> bytes:
        """The frame as it goes onto the wire, right for this second."""
        now = self._second()
        if now != self._made_at:
            self._bytes, self._made_at = framed(encode(self._make())), now
        return self._bytes

    @property
    def current(self) -> bool:
        """Whether its bytes have been made and are right for this second."""
        return self._made_at == self._second()

    def cool(self) -> None:
        """Drop the bytes; they are made again should anybody still want them."""
        self._bytes, self._made_at = b"", -1

    def text(self) -> str:
        """The same without what the wire puts before it."""
        return unframed(self.wire()).decode()
