"""Leaves: each lot's Auction as JSON text, made once and kept while nothing changes but the time; that is put in when it is told."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import msgspec

from bidwright.clock import to_ms
from bidwright.records import LotRecord
from bidwright.runtime.site_time import SiteTime
from bidwright_gateway.frames import encode
from bidwright_gateway.shape import Flavour, Shaper

_LEFT, _UPDATED = b'"timeRemaining":-1', b'"lastUpdate":-1'
"""Where the time goes in. No text of a lot can look like this: quotes within texts are escaped."""
_SLACK = 200
"""Leaves of lots that are gone, at most, before they are looked for: so many lots come and go that looking at each would cost."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """
    A lot's text around its two times, what it was made of, and a digest of it without them.
    """

    made_of: tuple[Any, ...]
    lot: LotRecord
    parts: tuple[bytes, bytes, bytes]
    digest: bytes

    def text(self, now_ms: int) -> bytes:
        """The text at site time *now_ms*."""
        head, middle, tail = self.parts
        updated = b'"lastUpdate":%d' % now_ms
        if not tail:  # the site has said nothing yet, so there is no time left to tell
            return head + updated + middle
        left = 0 if self.lot.final else max(0, (self.lot.close - now_ms) // 1000)
        return head + b'"timeRemaining":%d' % left + middle + updated + tail


class Leaves:
    """
    The leaves of all lots, for both flavours. *known*: the ids of the lots there are; leaves of others are dropped before they are many.
    """

    def __init__(self, shaper: Shaper, site_time: SiteTime, known: Callable[[], Collection[str]]) -> None:
        self._shaper, self._site_time, self._known = shaper, site_time, known
        self._kept: dict[tuple[str, Flavour], Leaf] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def of(self, lot: LotRecord, flavour: Flavour) -> Leaf:
        """The lot's leaf, made anew only when something it shows has changed."""
        made_of = self._shaper.made_of(lot)
        kept = self._kept.get((lot.id, flavour))
        if kept and kept.lot is lot and kept.made_of == made_of:
            return kept
        if len(self._kept) >= len(self._known()) * len(Flavour) + _SLACK:
            there = self._known()
            self._kept = {key: leaf for key, leaf in self._kept.items() if key[0] in there}
        leaf = self._kept[lot.id, flavour] = self._made(lot, flavour, made_of)
        return leaf

    def now_ms(self) -> int:
        """The site's time."""
        return to_ms(self._site_time.now())

    def raw(self, lot: LotRecord, flavour: Flavour) -> msgspec.Raw:
        """The lot as it is at this moment, ready to stand within a frame."""
        return msgspec.Raw(self.of(lot, flavour).text(self.now_ms()))

    def _made(self, lot: LotRecord, flavour: Flavour, made_of: tuple[Any, ...]) -> Leaf:
        auction = self._shaper.auction(lot, self._site_time.now(), flavour)
        auction["lastUpdate"] = -1
        if auction["data"] is not None:
            auction["data"]["timeRemaining"] = -1
        text = encode(auction)
        digest = hashlib.blake2b(text, digest_size=12).digest()
        before, after = text.split(_UPDATED, 1)
        if auction["data"] is None:
            return Leaf(made_of, lot, (before, after, b""), digest)
        head, middle = before.split(_LEFT, 1)
        return Leaf(made_of, lot, (head, middle, after), digest)
