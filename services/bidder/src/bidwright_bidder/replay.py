"""
Replay: what a strategy would have done with the prices that were seen of a lot. Nothing is bid.

Prices stay as they were seen: what rivals would have answered nobody knows. A bid of the replay leads as a paper bid does, while the next
acceptable amount is not above it.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from bidwright import Bid, Decision, Hold, LotView, Money, OwnBid, PricePoint, Wait
from bidwright_bidder.views import MOST_PRICES

MOST_QUESTIONS = 400
MOST_STEPS = 100
_LEAST_PAUSE = timedelta(milliseconds=250)
_NUMBERS = re.compile(r"[\d$.,:]+")
Kind = Literal["bid", "wait", "hold", "outbid", "refused"]
Ask = Callable[[LotView, datetime], Awaitable[Decision]]


@dataclass(frozen=True, slots=True)
class Step:
    """
    What happened at *at* (site time), at the hammer price *price*. *amount* is that of a bid, None for what is none.
    """

    at: datetime
    kind: Kind
    price: Money
    says: str
    amount: Money | None = None


@dataclass
class Replay:
    """
    One run. *view* is the lot as it is now, of which everything that changes is taken from *prices* (oldest first); it ends at *end*.
    """

    view: LotView
    prices: Sequence[PricePoint]
    end: datetime
    steps: list[Step] = field(default_factory=list)
    bids: list[OwnBid] = field(default_factory=list)
    """Those of the replay, newest first."""

    async def run(self, ask: Ask) -> None:
        """Ask at every price and whenever the strategy wanted to be asked."""
        if not self.prices:
            return
        at, place = self.prices[0].at, 0
        for _ in range(MOST_QUESTIONS):
            while place + 1 < len(self.prices) and self.prices[place + 1].at <= at:
                place += 1
            self._outbid(at, self.prices[place].price)
            seen = self._seen(at, place)
            until = self._take(await ask(seen, at), seen, at)
            following = self.prices[place + 1].at if place + 1 < len(self.prices) else None
            later = [moment for moment in (until, following) if moment is not None]
            if not later or (at := max(min(later), at + _LEAST_PAUSE)) > self.end:
                break
        self._outbid(self.end, self.prices[-1].price)

    @property
    def leads(self) -> bool:
        """Whether its last bid still leads."""
        return bool(self.bids) and self.bids[0].state == "LEADING"

    def sentence(self, *, over: bool) -> str:
        """What it comes to; *over*: the lot has closed."""
        if not self.prices:
            return "No price was seen yet, so there is nothing to try it on."
        price = self.prices[-1].price
        if not self.bids:
            why = self.steps[-1].says if self.steps else "it had nothing to do"
            return f"It would not have bid: {why}." if over else f"So far it would not have bid: {why}."
        amount = self.bids[0].amount
        if self.leads:
            return f"It would have led at the close with {amount}; the price was {price}." if over else f"It would lead now with {amount}."
        word = "It would have lost" if over else "It would be outbid now"
        return f"{word}: its last bid was {amount}, the price went to {price}."

    def _seen(self, at: datetime, place: int) -> LotView:
        point = self.prices[place]
        close = self._close(at)
        return replace(
            self.view,
            price=point.price,
            next_bid=self._next(point.price),
            closes_at=close,
            seen_at=at,
            price_since=point.at,
            leading=self.leads,
            extended=self.view.first_close is not None and close > self.view.first_close,
            own_bids=tuple(self.bids),
            history=tuple(self.prices[max(0, place + 1 - MOST_PRICES) : place + 1]),
        )

    def _close(self, at: datetime) -> datetime:
        """The close as it was known at *at*: each price in the last seconds moves it."""
        close = self.view.first_close
        if close is None:
            return self.view.closes_at
        for point in self.prices[1:]:
            if close - self.view.extension < point.at <= min(at, close):
                close = point.at + self.view.extension
        return min(close, max(self.view.closes_at, self.view.first_close or close))

    def _next(self, price: Money) -> Money:
        step = self.view.next_bid.cents - self.view.price.cents
        return price + (Money(step) if step > 0 else Money.whole(1))

    def _outbid(self, at: datetime, price: Money) -> None:
        if self.leads and self._next(price) > self.bids[0].amount:
            self.bids[0] = replace(self.bids[0], state="OUTBID")
            self._note(Step(at, "outbid", price, f"outbid: its bid was {self.bids[0].amount}"))

    def _take(self, said: Decision, seen: LotView, at: datetime) -> datetime | None:
        """Do what the strategy says; gives when it wants to be asked again."""
        match said:
            case Bid(amount, why) if amount > seen.cap:
                said_why = f" ({why})" if why else ""
                self._note(Step(at, "refused", seen.price, f"wanted to bid {amount}, above the limit of {seen.cap}{said_why}"))
            case Bid(amount, _) if amount < seen.next_bid:
                self._note(Step(at, "refused", seen.price, f"wanted to bid {amount}, less than the site takes ({seen.next_bid})"))
            case Bid(amount, why):
                self.bids.insert(0, OwnBid(amount, at, "LEADING"))
                self._note(Step(at, "bid", seen.price, f"bids {amount}{f', {why}' if why else ''}", amount))
            case Wait(until, why):
                self._note(Step(at, "wait", seen.price, f"waits{f': {why}' if why else ''}"))
                return until
            case Hold(why):
                self._note(Step(at, "hold", seen.price, f"does not bid, because {why}"))
        return None

    def _note(self, step: Step) -> None:
        """The same answer again is no step."""
        last = self.steps[-1] if self.steps else None
        same = last is not None and (last.kind, _NUMBERS.sub("#", last.says)) == (step.kind, _NUMBERS.sub("#", step.says))
        if len(self.steps) < MOST_STEPS and (not same or step.kind == "bid"):
            self.steps.append(step)
