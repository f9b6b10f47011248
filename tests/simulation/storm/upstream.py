"""The hostile site: hidden maxima, soft close, duplicates refused. Its own ledger says what we could be charged."""

from __future__ import annotations

import json
from dataclasses import dataclass
from random import Random
from typing import Any

from bidwright_nellis_proxy.replies import Reply
from bidwright_simulator.lots import Lot

US, RIVALS = 1, (2, 3, 4)
BASE_MS = 1_790_000_000_000
"""Unix ms at which every seed begins."""
_REFUSED = {
    "too-low": "Your bid could not be accepted as entered. Bid amount is too low. Please enter more.",
    "duplicate": "You already placed a bid with the same price. Please enter a different amount.",
    "ended": "This auction has ended.",
}


@dataclass(frozen=True, slots=True)
class Page:
    """
    What one read saw at the moment *at* (true seconds). Amounts in cents.
    """

    at: float
    status: str
    price: int
    next_bid: int
    leading: bool
    close: int


class Upstream:
    """
    A few lots, by the simulated site's own rules of proxy bidding, and every body of ours that may still be applied.
    """

    def __init__(self, rng: Random, lot_ids: list[str], closes: list[float]) -> None:
        self._rng = rng
        self.lots: dict[str, Lot] = {}
        self.on_the_way: dict[str, list[int]] = {lot_id: [] for lot_id in lot_ids}
        self.unread: dict[str, float] = {}
        """Lots where a rival took bids back, and when: the books cannot know before a read made after it."""
        self.odd: set[str] = set()
        self.applied = 0
        nothing: Any = None
        for lot_id, close in zip(lot_ids, closes, strict=True):
            ends = BASE_MS + round(close * 1000)
            self.lots[lot_id] = Lot(int(lot_id), 0, nothing, nothing, "", "", {}, BASE_MS, ends, ends, extension_s=rng.choice((3, 6, 10)))

    @staticmethod
    def ms(now: float) -> int:
        """True seconds as the site's Unix ms."""
        return BASE_MS + round(now * 1000)

    def tick(self, now: float) -> None:
        """Close what has come to its end."""
        for lot in self.lots.values():
            if not lot.closed and self.ms(now) >= lot.close:
                lot.end(self.ms(now))

    def apply(self, lot_id: str, dollars: int, now: float) -> tuple[str, Reply]:
        """A body of ours arrives: what becomes of it, and the site's true answer."""
        self.tick(now)
        lot = self.lots[lot_id]
        outcome = lot.place_bid(US, dollars, self.ms(now))
        self.applied += 1
        if outcome.result in _REFUSED:
            return outcome.result, _reply(400, {"error": _REFUSED[outcome.result]})
        winning = outcome.result == "winning"
        message = "Your bid was placed" if winning else "Your bid was placed, but another user has a higher maximum bid"
        data = {"minimumNextBid": lot.next_for(US), "currentAmount": lot.price}
        return outcome.result, _reply(200, {"message": message, "data": data})

    def rival(self, now: float) -> None:
        """Somebody else bids."""
        self.tick(now)
        lot = self._rng.choice(list(self.lots.values()))
        who = self._rng.choice(RIVALS)
        lot.place_bid(who, lot.next_for(who) + self._rng.choice((0, 0, 1, 2, 5, 12)), self.ms(now))

    def withdraw(self, now: float) -> bool:
        """A rival takes back everything it bid, as an operator of the site may."""
        self.tick(now)
        able = [(lot_id, lot) for lot_id, lot in self.lots.items() if not lot.closed and any(u != US for u in lot.amounts)]
        if not able:
            return False
        lot_id, lot = self._rng.choice(able)
        lot.withdraw(self._rng.choice([user for user in lot.amounts if user != US]), self.ms(now))
        self.unread[lot_id] = now
        return True

    def page(self, lot_id: str, now: float) -> Page:
        """The lot's page as it is made at this instant."""
        self.tick(now)
        lot = self.lots[lot_id]
        status = "closed" if lot.closed else "open"
        if status == "open" and lot_id not in self.odd and self._rng.random() < 0.01:
            self.odd.add(lot_id)
            status = "closed"
        silent = lot.closed and lot.id % 2 == 0  # some closed pages do not say what would have been needed
        return Page(now, status, lot.price * 100, 0 if silent else lot.next_for(US) * 100, lot.leader == US, lot.close)

    def charge(self, lot_id: str) -> int:
        """The most the site could still make us pay, in cents of hammer price."""
        lot = self.lots[lot_id]
        if lot.closed:
            return lot.price * 100 if lot.leader == US else 0
        stands = lot.maximum * 100 if lot.leader == US else 0
        return max(stands, *self.on_the_way[lot_id], 0)


def _reply(status: int, body: dict[str, Any]) -> Reply:
    return Reply(status, json.dumps(body), {"content-type": "application/json"})


def spoilt(rng: Random, reply: Reply) -> Reply | None:
    """The same answer turned into one that proves nothing; None is silence."""
    return rng.choice(
        (
            None,
            None,
            Reply(502, "Bad gateway", {"content-type": "text/plain"}),
            Reply(500, '{"error": "Unexpected Server Error"}', {"content-type": "application/json"}),
            Reply(200, reply.text[: len(reply.text) // 2], {"content-type": "application/json"}),
            Reply(200, "<!doctype html><title>Something else</title>", {"content-type": "text/html"}),
            Reply(429, '{"message": "slow down"}', {"content-type": "application/json", "retry-after": "1"}),
        )
    )
