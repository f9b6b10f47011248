"""A group of lots on a site made of a table: the shipped scripts and the bidder's own decisions, on the hand clock, one step a second."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

from bidwright import Money
from bidwright.clock import to_ms
from bidwright.plugins import load
from bidwright.records import LotRecord, Records
from bidwright.runtime.site_time import SiteTime
from bidwright.runtime.toggles import Toggles
from bidwright.testing import HandClock
from bidwright.transitions import Transitions
from bidwright_bidder.conditions import Conditions
from bidwright_bidder.forecast import Forecast
from bidwright_bidder.groups import Groups
from bidwright_bidder.latency import Latency
from bidwright_bidder.outlook import Outlook, Step
from bidwright_bidder.spread import Spread
from bidwright_bidder.strategies import Strategies
from bidwright_bidder.variants import Variants
from bidwright_bidder.views import Moment

GROUP = "drills"
EXTENSION_S = 15.0
REFUSED = 3
"""So many refusals in a row, and the bidder does not ask again."""


@dataclass
class Stall:
    """
    A lot as the site has it, in dollars and seconds. *rivals* bid up to an amount at a time; *takes_us* False: it refuses our bids.
    """

    id: str
    close: float
    cap: int
    price: int = 0
    rivals: list[tuple[float, int]] = field(default_factory=list)
    takes_us: bool = True
    broke: bool = False
    """A budget of its own has no room for it."""
    best: int = 0
    leader: str = ""
    closed: bool = False
    refusals: int = 0
    owed: int = 0
    """Steps in a row in which it should have been bid on."""
    missed: bool = False

    @property
    def leading(self) -> bool:
        """Whether we lead."""
        return self.leader == "us"

    @property
    def next_bid(self) -> int:
        """The least that the site takes."""
        return self.price + 1

    @property
    def contested(self) -> bool:
        """Whether anybody else bids on it."""
        return bool(self.rivals)

    @property
    def able(self) -> bool:
        """Whether we could bid on it."""
        return not self.closed and not self.leading and not self.broke and self.refusals < REFUSED and self.next_bid <= self.cap

    @property
    def rank(self) -> tuple[int, float, str]:
        """Best buy first."""
        return self.next_bid - self.cap, self.close, self.id

    def bid(self, now: float, amount: int, who: str) -> bool:
        """The maximum of *who* meets the standing one; whether it leads. The site's soft close moves the close."""
        if self.closed or amount < self.next_bid:
            return False
        self.close = max(self.close, now + EXTENSION_S)
        if who == self.leader:
            self.best = max(self.best, amount)
        elif amount > self.best:
            self.price, self.best, self.leader = max(self.best + 1, self.next_bid), amount, who
        else:
            self.price = amount
            return False
        return True


class Town:
    """
    One group over some stalls. *faults* is the share of bids whose outcome stays unknown.
    """

    def __init__(self, redis, stalls: list[Stall], *, wanted: int, rng: Random, faults: float = 0.0) -> None:
        self.clock, self.stalls, self.wanted, self.rng, self.faults = HandClock(), stalls, wanted, rng, faults
        self.start = self.clock.now()
        self.t = Transitions(redis, wall=lambda: to_ms(self.clock.now()))
        self.records = Records(redis)
        site_time = SiteTime(redis, self.clock)
        self.conditions = Conditions(self.records, redis, self.clock, _no_complaints)
        strategies = Strategies(load(dropins=None))
        self.forecast = Forecast(
            self.records,
            strategies=strategies,
            conditions=self.conditions,
            latency=Latency(),
            spread=Spread(redis, self.clock, site_time),
            site_time=site_time,
            zone=self.start.tzinfo,
            groups=Groups(self.records, self.clock),
            variants=Variants(Toggles(self.t, self.clock, []), strategies, self.t),
        )
        self.said: dict[str, str] = {}
        self.most_led = 0
        self._intents = 0

    @property
    def now(self) -> float:
        return (self.clock.now() - self.start).total_seconds()

    @property
    def won(self) -> int:
        return sum(stall.closed and stall.leading for stall in self.stalls)

    async def open(self, **fields) -> None:
        """Everything watched and armed, in one group."""
        await self.t.init(epoch="e", known="", site="http://site", schema="1", total_limit=10_000_000, live="1", max_bid=1_000_000)
        await self.t.session("ok", "")
        await self.t.group(GROUP, self.wanted)
        await self.t.budget("broke", 0)
        for stall in self.stalls:
            scopes = f"total,group:{GROUP}" + (",broke" if stall.broke else "")
            given = {"cap": stall.cap * 100, "premium": 1500, "tax": 850, "strategy": "sniping", "armed": 1, "mode": "live"}
            answer = await self.t.watch(stall.id, {**given, "group": GROUP, "scopes": scopes, **fields})
            assert answer.ok, answer
        await self.conditions.refresh()

    async def run(self, longest_s: int = 240) -> None:
        """Step by step until every lot has closed and the store knows."""
        for _ in range(longest_s):
            await self.step()
            if all(stall.closed for stall in self.stalls) and all(lot.final for lot in await self._lots()):
                return
        raise AssertionError("the lots did not come to an end")

    async def step(self) -> None:
        """A second passes: the site moves, lots are read, the bidder does what it decides."""
        self.clock.advance(1.0)
        self._site()
        for stall in self.stalls:
            await self._read(stall)
        await self.t.sweep()
        await self._reckon()
        tickets = (await self.t.take("bid", n=50, lease_ms=2000, ahead_ms=1000)).tickets
        self.rng.shuffle(tickets)
        at = await self._moment()
        early = {}
        if self.rng.random() < 0.5:  # two replicas that both decided before either reserved
            for ticket in tickets:
                lot = await self._lot(ticket.lot_id)
                early[ticket.lot_id] = lot, await self.forecast.of(lot, at)
        for ticket in tickets:
            lot, outlook = early.get(ticket.lot_id, (None, None))
            if lot is None:
                lot = await self._lot(ticket.lot_id)
                outlook = await self.forecast.of(lot, at)
            self.said[lot.id] = outlook.sentence
            if outlook.step is Step.BID:
                await self._bid(lot, ticket.fence, outlook)
            await self.t.done("bid", lot.id, ticket.fence, 0)
        self.most_led = max(self.most_led, sum(stall.leading for stall in self.stalls))

    async def _moment(self) -> Moment:
        return Moment(self.clock.now(), self.clock.now(), await self.t.stamp())

    async def _lot(self, lot_id: str) -> LotRecord:
        lot = await self.records.lot(lot_id)
        assert lot is not None
        return lot

    async def _lots(self) -> list[LotRecord]:
        return await self.records.lots([stall.id for stall in self.stalls])

    def _site(self) -> None:
        for stall in self.stalls:
            for number, (when, most) in enumerate(stall.rivals):
                if self.now - 1.0 < when <= self.now and not stall.closed:
                    stall.bid(self.now, most, f"rival {number}")
            if self.now >= stall.close and not stall.closed:
                stall.closed = True
                let_go = stall.owed > 1 and not stall.leading and self.won < self.wanted
                stall.missed = let_go and stall.takes_us and not stall.contested

    async def _read(self, stall: Stall) -> None:
        await self.t.observe(
            stall.id, read_started=await self.t.stamp(), next_bid=stall.next_bid * 100, leading=stall.leading,
            status="closed" if stall.closed else "open", close=to_ms(self.start + timedelta(seconds=stall.close)),
            price=stall.price * 100, shown={"extension": 15, "title": f"Drill {stall.id}"},
        )  # fmt: skip

    async def _reckon(self) -> None:
        """Which lots are owed a bid by the rule: there is room, and fewer better buys that could be bid on than there is room for."""
        group, lots = await self.records.group(GROUP)
        placed = {lot.id for lot in lots if lot.exposure > 0}  # also those whose bid has no known outcome yet
        room = self.wanted - group.count("live")
        for stall in self.stalls:
            better = sum(other.able and other.rank < stall.rank for other in self.stalls if other is not stall)
            due = stall.able and stall.id not in placed and stall.close - self.now <= 9.0
            stall.owed = stall.owed + 1 if due and better < room else 0

    async def _bid(self, lot: LotRecord, fence: str, outlook: Outlook) -> None:
        assert isinstance(outlook.amount, Money)
        self._intents += 1
        intent = f"i{self._intents}"
        made = await self.t.reserve(
            intent,
            lot.id,
            amount=outlook.amount.cents,
            fence=fence,
            cap_ver=lot.cap_ver,
            obs_seq=lot.obs_seq,
            valid_ms=5000,
            max_obs_age_ms=2000,
        )
        if not made.ok:
            self.said[lot.id] = made.why
            return
        claimed = await self.t.claim(intent, "proxy")
        assert "send" == claimed.action, claimed
        stall = next(one for one in self.stalls if one.id == lot.id)
        lost = self.rng.random() < self.faults
        if lost and self.rng.random() < 0.5:
            return  # it never arrived, and nobody knows
        if not stall.takes_us:
            stall.refusals += 1
            await self.t.settle(intent, "REJECTED", "the site says no")
            return
        leads = stall.bid(self.now, outlook.amount.dollars, "us")
        if not lost:
            await self.t.settle(intent, "LEADING" if leads else "OUTBID", "")


async def _no_complaints(_) -> list[str]:
    return []
