"""
The sale itself: lots, bids, rivals and the passing of time, without a socket and without a thread.

Nothing moves by itself. ``advance`` plays everything planned up to the site's present in its own order and at its own
times, so the result does not depend on how often it is called.
"""

from __future__ import annotations

import heapq
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any

from bidwright.clock import to_ms
from bidwright_simulator.accounts import DEMO, Accounts, user_id
from bidwright_simulator.catalog import ITEMS, PLACES, Item, Place, condition
from bidwright_simulator.faults import Faults
from bidwright_simulator.ledger import Ledger
from bidwright_simulator.lots import Lot, Outcome
from bidwright_simulator.rivals import KINDS, Kind, Rival
from bidwright_simulator.settings import Settings

if TYPE_CHECKING:
    from bidwright import Clock

Listener = Callable[[str, Lot, int], None]
_OPEN_BEFORE_MS = 2 * 24 * 3600 * 1000
_KEEP_CLOSED = 500


@dataclass(frozen=True)
class Wish:
    """
    What a new lot should be; whatever is left out follows from the seed. Amounts in whole dollars, times in seconds.

    *early* are bids that rivals of these limits left before now.
    """

    close_in: float
    item: Item | None = None
    place: Place | None = None
    rivals: Sequence[tuple[Kind, int]] | None = None
    early: Sequence[int] = ()
    start: int = 1
    step: int = 1
    extension_s: int = 30
    fields: dict[str, Any] = field(default_factory=dict)


class Site:
    """
    An auction site's state. Times are Unix milliseconds on the site's own clock, which may differ from ours.
    """

    premium_percent = 15

    def __init__(self, clock: Clock, *, seed: str = "1", settings: Settings | None = None, skew_ms: int = 0) -> None:
        self.clock = clock
        self.seed = seed
        self.settings = settings or Settings()
        self.skew_ms = skew_ms
        self.accounts = Accounts(seed)
        self.ledger = Ledger()
        self.faults = Faults(seed)
        self.lots: dict[int, Lot] = {}
        self.next_id = 70_000_001 + zlib.crc32(seed.encode()) % 900 * 1000
        self.sale = 1
        self.changes = 0
        self.listeners: list[Listener] = []
        self._heap: list[tuple[int, int, int, int]] = []
        self._ticket = 0

    def now(self) -> int:
        """The site's present."""
        return to_ms(self.clock.now()) + self.skew_ms

    def skew(self, ms: int, *, carry: bool = True) -> None:
        """
        Set the site's clock off by *ms* from ours.

        With *carry* every lot keeps its remaining time; without it closes come nearer or go away.
        """
        by = ms - self.skew_ms
        self.skew_ms = ms
        if carry:
            for lot in self.lots.values():
                lot.trail.clear()
                if not lot.closed:
                    lot.opened, lot.first_close, lot.close = lot.opened + by, lot.first_close + by, lot.close + by
                    for rival in lot.rivals:
                        rival.next = None if rival.next is None else rival.next + by
            self.accounts.sessions = {token: (user, ends + by) for token, (user, ends) in self.accounts.sessions.items()}
        self.replan()
        self.changes += 1

    # --- time ---

    def advance(self) -> int:
        """Play what is planned up to now; returns now."""
        now = self.now()
        while self._heap and self._heap[0][0] <= now:
            t, _, lot_id, who = heapq.heappop(self._heap)
            lot = self.lots.get(lot_id)
            if lot is None or lot.closed:
                continue
            if who < 0:
                self._maybe_close(lot, t)
            else:
                self._look(lot, who, t)
        return now

    def replan(self) -> None:
        """Build the plan anew from the lots, after a change from outside or a restart."""
        self._heap.clear()
        for lot in self.lots.values():
            if not lot.closed:
                self._plan(lot.close, lot.id, -1)
                for index, rival in enumerate(lot.rivals):
                    if rival.next is not None:
                        self._plan(rival.next, lot.id, index)

    def _plan(self, t: int, lot_id: int, who: int) -> None:
        self._ticket += 1
        heapq.heappush(self._heap, (t, self._ticket, lot_id, who))

    def _maybe_close(self, lot: Lot, t: int) -> None:
        if lot.close > t:
            self._plan(lot.close, lot.id, -1)
        elif lot.close == t:
            lot.end(t)
            self.tell("closed", lot, t)

    def _look(self, lot: Lot, index: int, t: int) -> None:
        rival = lot.rivals[index]
        if rival.next != t:
            return
        amount = rival.look(lot, t)
        if amount is not None:
            self.take(rival.user, lot, amount, t, rival.kind)
        if rival.next is not None:
            self._plan(rival.next, lot.id, index)

    # --- bids ---

    def bid(self, user: int, lot: Lot, amount: int, who: str = "account") -> Outcome:
        """A bid that comes in now, by an account or for somebody by hand."""
        return self.take(user, lot, amount, self.advance(), who)

    def take(self, user: int, lot: Lot, amount: int, t: int, who: str) -> Outcome:
        """A bid at *t*, written down and told to those who listen."""
        outcome = lot.place_bid(user, amount, t, strict=self.settings.soft_close == "strict")
        self.ledger.bid(
            t=t,
            lot=lot.id,
            user=user,
            who=who,
            amount=amount,
            outcome=outcome.result,
            price=lot.price,
            close=lot.close,
            extended=outcome.extended,
        )
        if outcome.accepted:
            self.tell("bids", lot, t)
        return outcome

    def tell(self, what: str, lot: Lot, t: int) -> None:
        """Something about *lot* changed at *t*: "bids" or "closed"."""
        self.changes += 1
        for listener in self.listeners:
            listener(what, lot, t)

    # --- lots ---

    def open_lot(self, wish: Wish) -> Lot:
        """Put a new lot up for sale."""
        now = self.advance()
        lot_id, self.next_id = self.next_id, self.next_id + 1
        rng = Random(f"{self.seed}:{lot_id}")
        item = wish.item or rng.choice(ITEMS)
        place = wish.place or rng.choice(PLACES)
        notes, grade = condition(rng)
        close = now + round(wish.close_in * 1000)
        fields: dict[str, Any] = {"inventory": str(1_040_000_000 + rng.randrange(10_000_000)), "notes": notes, **wish.fields}
        lot = Lot(
            id=lot_id,
            sale=self.sale,
            item=item,
            place=place,
            grade=grade,
            opened=now - _OPEN_BEFORE_MS,
            first_close=close,
            close=close,
            start=wish.start,
            step=wish.step,
            extension_s=wish.extension_s,
            **fields,
        )
        mix = wish.rivals if wish.rivals is not None else _some_rivals(rng, item)
        lot.rivals = [
            Rival(10_000 + rng.randrange(80_000) * 5 + n, kind, limit, f"{self.seed}:{lot_id}:{n}") for n, (kind, limit) in enumerate(mix)
        ]
        for n, limit in enumerate(wish.early):
            lot.place_bid(10_000 + rng.randrange(80_000) * 5 + 4, limit, now - 3_600_000 * (len(wish.early) - n))
        for rival in lot.rivals:
            rival.plan(lot, now)
        self.lots[lot_id] = lot
        self._plan(lot.close, lot_id, -1)
        for index, rival in enumerate(lot.rivals):
            if rival.next is not None:
                self._plan(rival.next, lot_id, index)
        self._forget_old()
        self.changes += 1
        return lot

    def open_lots(self) -> list[Lot]:
        """Lots that can be bid on, those that close next first."""
        return sorted((lot for lot in self.lots.values() if not lot.closed), key=lambda lot: (lot.close, lot.id))

    def _forget_old(self) -> None:
        closed = [lot.id for lot in self.lots.values() if lot.closed]
        for lot_id in closed[:-_KEEP_CLOSED]:
            del self.lots[lot_id]

    @property
    def demo_user(self) -> int:
        """The account that demonstrations and tests bid with."""
        return user_id(DEMO)


def _some_rivals(rng: Random, item: Item) -> list[tuple[Kind, int]]:
    """Up to four rivals who want the thing for a twentieth to a half of its retail price."""
    retail = item.retail / 100
    return [(rng.choice(KINDS), max(2, round(retail * rng.uniform(0.05, 0.5)))) for _ in range(rng.randint(0, 4))]
