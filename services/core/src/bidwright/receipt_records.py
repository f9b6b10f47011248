"""Receipt records: what Redis holds about a bid that was decided, and about an armed lot that was held back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from bidwright.stored import real, whole


@dataclass(frozen=True, slots=True)
class IntentRecord:
    """
    One decided bid: its receipt. Amount in cents, times in steady ms; those named ``_at`` in Unix ms.
    """

    id: str
    state: str
    lot_id: str
    amount: int
    mode: str
    strategy: str
    created: int
    sent: int
    ended: int
    why: str
    proxy: str
    till: int
    created_at: int = 0
    sent_at: int = 0
    ended_at: int = 0
    age: int | None = None
    """How old the read was that it was decided on, ms; None where it was not noted."""
    width: float | None = None
    """How little was known of the site's clock, ms."""
    toggles: str = ""
    """The toggles in force, JSON: name to true or false."""
    version: str = ""
    reason: str = ""
    """Why, in the strategy's words."""
    said: str = ""
    """The bidder's sentence for the owner."""
    params: str = ""

    @classmethod
    def from_hash(cls, intent_id: str, h: Mapping[str, str]) -> IntentRecord:
        """Read the hash ``bw:intent:{id}``, or an entry kept after its lot was purged."""
        return cls(
            id=intent_id,
            state=h.get("state", ""),
            lot_id=h.get("lot", ""),
            amount=whole(h.get("amount")),
            mode=h.get("mode", "dry"),
            strategy=h.get("strategy", ""),
            created=whole(h.get("created")),
            sent=whole(h.get("sent")),
            ended=whole(h.get("ended")),
            why=h.get("why", ""),
            proxy=h.get("proxy", ""),
            till=whole(h.get("till")),
            created_at=whole(h.get("created_at")),
            sent_at=whole(h.get("sent_at")),
            ended_at=whole(h.get("ended_at")),
            age=whole(h["age"]) if h.get("age") else None,
            width=real(h.get("width")),
            toggles=h.get("toggles", ""),
            version=h.get("version", ""),
            reason=h.get("reason", ""),
            said=h.get("said", ""),
            params=h.get("params", ""),
        )


@dataclass(frozen=True, slots=True)
class HoldRecord:
    """
    Why an armed lot was held back, from *at* to *till* (Unix ms; None: it still is, or was when the lot closed). Amounts in cents.
    """

    at: int
    till: int | None
    say: str
    price: int
    next_bid: int

    @classmethod
    def from_row(cls, row: str) -> HoldRecord:
        """Read an entry of ``bw:holds:{lot}``."""
        h = msgspec.json.decode(row, type=dict[str, str])
        till = whole(h["till"]) if h.get("till") else None
        return cls(whole(h.get("at")), till, h.get("say", ""), whole(h.get("price")), whole(h.get("next_bid")))
