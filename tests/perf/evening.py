"""An evening at the auction site: lots, the bids of others, and the site's own record of who asked for what when."""

import asyncio
import random
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import NamedTuple

from warp import Warp

from bidwright.clock import to_ms
from bidwright_proto.v1 import site_pb2
from bidwright_simulator.lots import Lot, Outcome

US = 1
FIRST_S = 900.0
"""The first close: what is watched at once must first have been read once."""
_BUNCH, _BUNCH_BEGINS, _BUNCH_LASTS = 0.6, 0.6, 0.25
"""So many of the lots close in one stretch, given in parts of the evening."""
_BIDS = ((1.5, None), (1.5, 600.0), (1.0, 60.0))
"""(bids of others on average, in the last so many seconds; None: any time)."""
_MOST_RAISE = 3


class Asked(NamedTuple):
    """
    One request that the site saw: *t* in seconds, *ended*: a page of a lot whose close had come.
    """

    t: float
    kind: str
    why: str
    lots: int = 0
    ended: bool = False


@dataclass
class Story:
    """
    What happened to one lot: when its price changed, when it was read, when we decided, in seconds.
    """

    armed: bool
    changes: list[float] = field(default_factory=list)
    reads: list[float] = field(default_factory=list)
    full: list[float] = field(default_factory=list)
    """Reads that know whether we lead."""
    bids: list[float] = field(default_factory=list)


class Evening:
    """
    The site. Prices, maxima and extensions follow the simulator's rules; times are seconds since the beginning.
    """

    def __init__(self, clock: Warp, *, lots: int, hours: float, armed: float, seed: int) -> None:
        self._clock, self.began_ms, self.hours_s = clock, to_ms(clock.now()), hours * 3600
        dice = random.Random(seed)
        self.lots: dict[str, Lot] = {}
        self.stories: dict[str, Story] = {}
        self.asked: list[Asked] = []
        self.listeners: dict[str, asyncio.Queue[site_pb2.LiveEvent]] = {}
        self._ours: set[str] = set()
        self._bids: list[tuple[float, str, int]] = []
        for n in range(lots):
            self._open(str(70_000_000 + n), dice, armed=dice.random() < armed)
        self._bids.sort()

    def _open(self, number: str, dice: random.Random, *, armed: bool) -> None:
        spread = self.hours_s - FIRST_S
        bunched = dice.random() < _BUNCH
        at = FIRST_S + spread * (_BUNCH_BEGINS + _BUNCH_LASTS * dice.random() if bunched else dice.random())
        close = self.began_ms + round(at * 1000)
        place = {"item": None, "place": None, "inventory": "", "notes": "", "grade": {}}
        self.lots[number] = Lot(id=int(number), sale=1, opened=self.began_ms, first_close=close, close=close, **place)
        self.stories[number] = Story(armed)
        for mean, last_s in _BIDS:
            for _ in range(int(dice.expovariate(1 / (mean + 0.5)))):
                self._bids.append((at - dice.uniform(0.5, min(at - 1, last_s or at)), number, dice.randint(0, _MOST_RAISE)))

    @property
    def now(self) -> float:
        """Seconds since the beginning."""
        return self._clock.monotonic()

    def close_s(self, number: str) -> float:
        """The lot's present close."""
        return (self.lots[number].close - self.began_ms) / 1000

    def closed(self, number: str) -> bool:
        """Whether its close has come."""
        return self.now >= self.close_s(number)

    async def others(self) -> None:
        """The others bid, each at the appointed time, at least what the site asks for."""
        for n, (at, number, raised) in enumerate(self._bids):
            await self._clock.sleep(at - self.now)
            lot = self.lots[number]
            self.bid(number, 9000 + n, lot.next_for(None) + raised)

    async def ends(self) -> None:
        """Tell whoever listens that a lot has closed."""
        while True:
            await self._clock.sleep(0.05)
            for number in [number for number in self.listeners if self.closed(number)]:
                self.listeners.pop(number).put_nowait(self._event(number, site_pb2.LiveEvent.KIND_CLOSED))

    def bid(self, number: str, user: int, dollars: int) -> Outcome:
        """Somebody bids."""
        lot = self.lots[number]
        before = lot.price
        outcome = lot.place_bid(user, dollars, self.began_ms + round(self.now * 1000))
        if user == US:
            self.stories[number].bids.append(self.now)
            self._ours |= {number} if outcome.accepted else set()
        if lot.price != before:
            self.stories[number].changes.append(self.now)
            if number in self.listeners:
                self.listeners[number].put_nowait(self._event(number, site_pb2.LiveEvent.KIND_BID))
        return outcome

    def told(self, number: str, *, ours: bool) -> site_pb2.Lot:
        """The lot as the site shows it now; *ours*: with our account's part."""
        lot, closed = self.lots[number], self.closed(number)
        shown = site_pb2.Lot(
            id=number,
            title="Lamp",
            price_cents=lot.price * 100,
            bid_count=len(lot.rows),
            bidder_count=len(lot.amounts),
            close_ms=lot.close,
            initial_close_ms=lot.first_close,
            closed=closed,
            market_status=("sold" if lot.leader else "closed") if closed else "open",
            extension_s=lot.extension_s,
            extended=lot.extended,
        )
        if ours:
            shown.has_user_state = shown.allowed_to_bid = True
            shown.winning, shown.participated = lot.leader == US, US in lot.amounts
            shown.next_bid_cents = lot.next_for(US) * 100
        return shown

    def seen(self, number: str, *, full: bool) -> None:
        """Enter that the lot is being read at this moment."""
        story = self.stories[number]
        story.reads.append(self.now)
        if full:
            story.full.append(self.now)

    def ours(self) -> list[str]:
        """Open lots that we took part in."""
        self._ours = {number for number in self._ours if not self.closed(number)}
        return sorted(self._ours)

    def _event(self, number: str, kind: site_pb2.LiveEvent.Kind) -> site_pb2.LiveEvent:
        return site_pb2.LiveEvent(lot_id=number, kind=kind, price_cents=self.lots[number].price * 100)


def newest(times: list[float], at: float) -> float | None:
    """The last of the sorted *times* before *at*."""
    n = bisect_left(times, at)
    return times[n - 1] if n else None


def following(times: list[float], at: float) -> float | None:
    """The first of the sorted *times* after *at*."""
    n = bisect_right(times, at)
    return times[n] if n < len(times) else None
