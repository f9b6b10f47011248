"""One strategy on one lot: reads, asks, guards and bids, as the bidder does, with the time that reads and bids take."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

from bidwright import Bid, Decision, Hold, LotView, Money, OwnBid, PricePoint, Wait
from bidwright.clock import from_ms, to_ms
from bidwright.errors import BadInput
from bidwright.proper import improper, wants_history

if TYPE_CHECKING:
    from bidwright.testing.sale.lots import Wanted
    from bidwright.testing.sale.offered import Contestant
    from bidwright.testing.sale.tally import Tally
    from bidwright_simulator.site import Site

Steps = Generator[int, None, None]
"""A lot's bidder runs until it yields when (Unix ms) it wants to go on."""
_PAUSES = ((600_000, 60_000), (120_000, 15_000), (0, 5_000))
"""(while the close is farther off than this, look this often), in ms: as the default schedule looks at an armed lot."""
_PAUSE_IN_WAR_MS = 2_000
_MOST_PRICES = 200
"""As the bidder shows at most."""
_MARGIN_MS = 3_000
"""Part of the safe lead besides reads and bids: the site's clock, and another worker taking over."""


@dataclass(frozen=True)
class Latency:
    """
    The time that a read and a bid take, there and back: each drawn between two bounds in ms.
    """

    read: tuple[int, int] = (50, 300)
    bid: tuple[int, int] = (80, 400)

    def __post_init__(self) -> None:
        for low, high in (self.read, self.bid):
            if not 0 < low <= high:
                raise BadInput(f"A latency goes from a time above 0 ms to one not below it, not from {low} to {high}.", "latency")

    @property
    def safe_lead(self) -> timedelta:
        """The shortest time before a close at which to bid, reckoned as the bidder does."""
        return timedelta(milliseconds=2 * self.read[1] + self.bid[1] + _MARGIN_MS)


class LotBidder:
    """
    Follows a lot until it is closed. Time passes only where ``steps`` yields.
    """

    def __init__(self, contestant: Contestant, wanted: Wanted, *, site: Site, latency: Latency, seed: int, tally: Tally) -> None:
        self._contestant, self._wanted, self._site, self._latency, self._tally = contestant, wanted, site, latency, tally
        self._rng = Random(f"{seed}:{wanted.lot.id}:latency")  # noqa: S311 - repeatable is the point
        self._own: list[OwnBid] = []
        self._seen: list[PricePoint] = []
        self._wants_history = wants_history(contestant.strategy)
        self.war_s = 0.0
        """By how much the close had been moved after the latest bid, in seconds."""

    @property
    def bids(self) -> int:
        """How many bids were sent on this lot."""
        return len(self._own)

    def steps(self) -> Steps:
        """Look, ask, act; again and again until the lot is closed."""
        while True:
            view = yield from self._read()
            if view is None:
                return
            answer, now = self._ask(view), self._site.now()
            if isinstance(answer, Wait) and 0 < to_ms(answer.until) - now <= self._latency.read[1]:
                yield to_ms(answer.until)  # too near for another read
                answer, now = self._ask(view), self._site.now()
            if isinstance(answer, Bid) and (amount := self._let_pass(answer, view)):
                yield from self._bid(amount)
                continue
            again = now + _pause(view, now)
            if isinstance(answer, Wait) and to_ms(answer.until) > now:
                again = min(again, max(now + 1, to_ms(answer.until) - self._latency.read[1]))
            yield again

    def _read(self) -> Generator[int, None, LotView | None]:
        """The lot as it stands half way through the read; None once it is closed."""
        lot, began = self._wanted.lot, self._site.now()
        took = self._rng.randint(*self._latency.read)
        yield began + took // 2
        if lot.closed:
            return None
        user = self._site.demo_user
        if not self._seen or self._seen[-1].price != Money.whole(lot.price):
            self._seen.append(PricePoint(from_ms(began + took), Money.whole(lot.price)))
        view = LotView(
            lot_id=str(lot.id),
            title=lot.item.title,
            price=Money.whole(lot.price),
            next_bid=Money.whole(lot.next_for(user)),
            cap=self._wanted.cap,
            closes_at=from_ms(lot.close),
            seen_at=from_ms(began),
            price_since=self._seen[-1].at,
            leading=lot.leader == user,
            bid_count=len(lot.rows),
            bidder_count=len(lot.bidders),
            extended=lot.extended,
            extension=timedelta(seconds=lot.extension_s),
            first_close=from_ms(lot.first_close),
            retail=Money(lot.item.retail),
            safe_lead=self._latency.safe_lead,
            own_bids=tuple(self._own),
            history=tuple(self._seen[-_MOST_PRICES:]) if self._wants_history else (),
            params=self._contestant.params,
        )
        yield began + took
        return view

    def _ask(self, view: LotView) -> Decision:
        """The strategy's answer; whatever is none becomes Hold and is counted."""
        self._tally.asked += 1
        try:
            answer = self._contestant.strategy.decide(view, from_ms(self._site.now()))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a strategy raises means "hold"
            self._tally.fail(f"{type(error).__name__}: {error}")
            return Hold("it failed")
        if why := improper(answer):
            self._tally.fail(f"no proper answer: {why}")
            return Hold("it gave no proper answer")
        return answer

    def _let_pass(self, bid: Bid, view: LotView) -> int:
        """The whole dollars to bid, never above the cap; 0 when a guard says no, which is counted."""
        amount = min(Money.whole(bid.amount.dollars), view.cap)
        guard = "leading" if view.leading else "below-next" if amount < view.next_bid else ""
        if guard:
            self._tally.hold("over-cap" if guard == "below-next" and view.next_bid > view.cap else guard)
            return 0
        return amount.dollars

    def _bid(self, dollars: int) -> Steps:
        lot, began, took = self._wanted.lot, self._site.now(), self._rng.randint(*self._latency.bid)
        yield began + took // 2
        outcome = self._site.bid(self._site.demo_user, lot, dollars)
        state = {"winning": "LEADING", "outbid": "OUTBID"}.get(outcome.result, "REJECTED")
        self._tally.refused += not outcome.accepted
        self.war_s = (lot.close - lot.first_close) / 1000
        self._own.insert(0, OwnBid(Money.whole(dollars), from_ms(began), state))
        yield began + took


def _pause(view: LotView, now: int) -> int:
    left = to_ms(view.closes_at) - now
    pause = next((pause for beyond, pause in _PAUSES if left > beyond), _PAUSE_IN_WAR_MS)
    return min(pause, _PAUSE_IN_WAR_MS) if view.extended else pause
