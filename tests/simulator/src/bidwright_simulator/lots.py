"""One lot: its price, its hidden maximum, and the rules by which both move. Amounts in whole dollars, times in Unix ms."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from bidwright_simulator.catalog import Item, Place
    from bidwright_simulator.rivals import Rival

Result = Literal["winning", "outbid", "too-low", "duplicate", "ended", "not-allowed"]


class Row(NamedTuple):
    """
    A line of the bid history: a bid, or the answer a standing maximum gave by itself.
    """

    t: int
    user: int
    amount: int
    auto: bool


class Outcome(NamedTuple):
    """
    What became of a bid; everything but winning and outbid is a refusal that changed nothing.
    """

    result: Result
    extended: bool = False

    @property
    def accepted(self) -> bool:
        """Whether the site took it; an accepted bid may still be outbid at once."""
        return self.result in {"winning", "outbid"}


class _Moment(NamedTuple):
    """What a stale page needs to know of the past."""

    t: int
    price: int
    rows: int
    close: int
    extended: bool
    leader: int | None
    closed: bool


@dataclass
class Lot:
    """
    A listing. Bids carry a maximum: the price is what is needed to hold off the second, ties go to the earlier.
    """

    id: int
    sale: int
    item: Item
    place: Place
    inventory: str
    notes: str
    grade: dict[str, Any]
    opened: int
    first_close: int
    close: int
    start: int = 1
    step: int = 1
    extension_s: int = 30
    extended: bool = False
    closed: bool = False
    word: str = ""
    blocked: bool = False
    price: int = 0
    leader: int | None = None
    maximum: int = 0
    maximum_t: int = 0
    rows: list[Row] = field(default_factory=list)
    amounts: dict[int, list[int]] = field(default_factory=dict)
    rivals: list[Rival] = field(default_factory=list)
    watchers: set[int] = field(default_factory=set)
    trail: list[_Moment] = field(default_factory=list)

    @property
    def slug(self) -> str:
        """The title as the site puts it into addresses; its content is ignored there."""
        return re.sub(r"[^A-Za-z0-9]+", "-", self.item.title[:60]).strip("-") or "lot"

    @property
    def path(self) -> str:
        """The address of the page on the site."""
        return f"/p/{self.slug}/{self.id}"

    @property
    def status(self) -> str:
        """The site's word: open, sold, or closed without a bid; or the one it was given."""
        return self.word or ("open" if not self.closed else "sold" if self.leader is not None else "closed")

    @property
    def bidders(self) -> list[int]:
        """Who bid, in order of appearance."""
        return list(self.amounts)

    def next_for(self, user: int | None) -> int:
        """The smallest amount the site would accept from *user* now; a leader must top the own maximum."""
        if self.leader is None:
            return self.start
        return (self.maximum if user == self.leader else self.price) + self.step

    def place_bid(self, user: int, amount: int, t: int, *, strict: bool = False) -> Outcome:
        """Take *amount* as the maximum of *user* at *t*, or refuse it and change nothing."""
        if self.closed or t >= self.close:
            return Outcome("ended")
        if self.blocked:
            return Outcome("not-allowed")
        if amount in self.amounts.get(user, ()):
            return Outcome("duplicate")
        if amount < self.next_for(user):
            return Outcome("too-low")
        self.remember(t)
        self.amounts.setdefault(user, []).append(amount)
        self._settle(user, amount, t)
        left = self.close - t
        extended = left < self.extension_s * 1000 if strict else left <= self.extension_s * 1000
        if extended:
            self.close = max(self.close, t + self.extension_s * 1000)
            self.extended = True
        return Outcome("winning" if self.leader == user else "outbid", extended)

    def _settle(self, user: int, amount: int, t: int) -> None:
        """Move price, maximum and history for an acceptable bid."""
        if self.leader is None:
            self._lead(user, amount, t, self.start)
        elif user == self.leader:
            # Raising the own maximum moves no price, but the standing row keeps its place in time.
            self.maximum = amount
        elif amount > self.maximum:
            if self.maximum > self.price:
                self.rows.append(Row(self.maximum_t, self.leader, self.maximum, auto=True))
            self._lead(user, amount, t, min(amount, self.maximum + self.step))
        else:
            self.rows.append(Row(t, user, amount, auto=False))
            self.price = min(self.maximum, amount + self.step)
            self.rows.append(Row(self.maximum_t, self.leader, self.price, auto=True))

    def _lead(self, user: int, amount: int, t: int, price: int) -> None:
        self.leader, self.maximum, self.maximum_t, self.price = user, amount, t, price
        self.rows.append(Row(t, user, price, auto=False))

    def withdraw(self, user: int, t: int) -> None:
        """Take back everything *user* bid, as an operator may: the others' bids are played again."""
        self.remember(t)
        bids = sorted((row for row in self.rows if row.user != user and not row.auto), key=lambda row: (row.t, row.amount))
        highest = {other: max(amounts) for other, amounts in self.amounts.items() if other != user}
        self.rows, self.leader, self.maximum, self.price = [], None, 0, 0
        self.amounts.pop(user, None)
        for row in bids:
            if highest[row.user] >= self.next_for(row.user):
                self._settle(row.user, highest[row.user], row.t)

    def remember(self, t: int) -> None:
        """Keep how things stand until *t*, for pages that come from a cache."""
        self.trail.append(_Moment(t, self.price, len(self.rows), self.close, self.extended, self.leader, self.closed))
        del self.trail[:-200]

    def end(self, t: int) -> None:
        """The close has come."""
        self.remember(t)
        self.closed = True

    def as_of(self, t: int) -> Lot:
        """The lot as it stood at *t*; the lot itself when nothing has changed since."""
        then = next((moment for moment in self.trail if moment.t > t), None)
        if then is None:
            return self
        past = Lot(**{name: getattr(self, name) for name in self.__dataclass_fields__})
        past.price, past.close, past.extended, past.leader, past.closed = then.price, then.close, then.extended, then.leader, then.closed
        past.rows = self.rows[: then.rows]
        return past
