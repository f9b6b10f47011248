"""Money holds, whatever comes in whatever order: all-in caps to the cent, books never below the bill, budgets in every scope."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from bidwright import Money, Rates
from bidwright.clock import to_ms
from bidwright.records import LotRecord, Records
from bidwright.runtime.store import connect
from bidwright.testing import HandClock
from bidwright.transitions import Transitions

LOTS = ("1", "2", "3")
SCOPES = ("total", "day:2026-11-23", "day:2026-11-24", "week:2026-W48", "group:lamps")
POINTS = st.integers(0, 10_000)
CENTS = st.integers(1, 500_000)
HUGE = 10_000_000


class Till:
    """
    A store with transitions on the hand clock, driven from outside a loop.
    """

    def __init__(self, url: str) -> None:
        self.runner, self.clock = asyncio.Runner(), HandClock()
        self.redis = connect(url)
        self.t = Transitions(self.redis, wall=lambda: to_ms(self.clock.now()))
        self.records = Records(self.redis)
        self.do(self.redis.flushall())
        self.do(self.t.init(epoch="e", known="", site="http://site", schema="1", total_limit=HUGE, live="1", max_bid=HUGE))
        self.do(self.t.session("ok", ""))

    def do(self, work):
        return self.runner.run(work)

    def close(self) -> None:
        self.do(self.redis.aclose())
        self.runner.close()

    def lot(self, lot_id: str) -> LotRecord:
        record = self.do(self.records.lot(lot_id))
        assert record is not None
        return record

    def fence(self, lot_id: str) -> str | None:
        """Take the lot; None while somebody holds it."""
        tickets = self.do(self.t.take("bid", n=50, lease_ms=2000)).tickets
        for ticket in tickets:
            self.do(self.t.done("bid", ticket.lot_id, ticket.fence, 0)) if ticket.lot_id != lot_id else None
        return next((ticket.fence for ticket in tickets if ticket.lot_id == lot_id), None)

    def read(self, lot_id: str, *, price: int, next_bid: int, leading: bool = False):
        self.clock.advance(0.01)
        return self.do(
            self.t.observe(
                lot_id, read_started=self.do(self.t.stamp()), next_bid=next_bid, leading=leading, status="open",
                close=to_ms(self.clock.now()) + 60_000, price=price,
            )
        )  # fmt: skip

    def reserve(self, intent: str, lot_id: str, amount: int, fence: str):
        lot = self.lot(lot_id)
        return self.do(
            self.t.reserve(
                intent, lot_id, amount=amount, fence=fence, cap_ver=lot.cap_ver, obs_seq=lot.obs_seq, valid_ms=5000, max_obs_age_ms=30_000
            )
        )


@pytest.fixture
def till(engine):
    """An empty store of this test's own."""
    made = Till(engine.url)
    yield made
    made.close()


@pytest.mark.timeout(120)
def test_never_above_the_all_in_price_at_any_rate_and_cent(till):
    """The largest whole dollar within the all-in price is taken by the scripts, the next one never, and the books show its bill exactly."""
    numbers = iter(range(1_000_000))

    @given(all_in=CENTS, premium=POINTS, tax=POINTS)
    def holds(all_in: int, premium: int, tax: int) -> None:
        rates, lot = Rates(premium, tax), str(next(numbers))
        cap = rates.hammer_cap(Money(all_in))
        given = {"cap": HUGE, "allin": all_in, "premium": premium, "tax": tax, "armed": 1, "mode": "live", "scopes": f"of:{lot}"}
        assert till.do(till.t.watch(lot, given)).ok
        till.read(lot, price=0, next_bid=100)
        fence = till.fence(lot)
        assert fence is not None
        assert "over-cap" == till.reserve(f"over{lot}", lot, cap.cents + 100, fence).why
        if cap.cents:
            assert till.reserve(f"fits{lot}", lot, cap.cents, fence).ok
            assert rates.all_in(cap).cents == till.lot(lot).booked <= all_in
        till.do(till.redis.delete("bw:due:bid", "bw:due:poll"))

    holds()


class Books(RuleBasedStateMachine):
    """
    Three lots on a truthful site that may outbid us at any time; the owner edits everything; answers are lost.

    *standing* is what the site would charge us for a lot if it closed now, as hammer cents: the scripts must have booked that bill.
    """

    url = ""

    def __init__(self) -> None:
        super().__init__()
        self.till = Till(self.url)
        self.price = dict.fromkeys(LOTS, 0)
        self.standing = dict.fromkeys(LOTS, 0)
        self.reserved: dict[str, int] = {}
        self.unanswered: dict[str, str] = {}
        self.number = 0

    def teardown(self) -> None:
        self.till.close()

    @initialize(
        premium=POINTS, tax=POINTS, total=st.integers(500, 8000), day=st.integers(500, 8000), grouped=st.sets(st.sampled_from(LOTS))
    )
    def watch(self, premium: int, tax: int, total: int, day: int, grouped: set[str]) -> None:
        """Everything begins with limits that a few bids reach."""
        self.till.do(self.till.t.group("lamps", 1))
        self.till.do(self.till.t.budget("total", total))
        self.till.do(self.till.t.budget("day:2026-11-23", day))
        for lot in LOTS:
            fields = {"cap": 5000, "premium": premium, "tax": tax, "armed": 1, "mode": "live", "scopes": "total,day:2026-11-23"}
            fields |= {"group": "lamps", "scopes": "total,day:2026-11-23,group:lamps"} if lot in grouped else {}
            assert self.till.do(self.till.t.watch(lot, fields)).ok
            self.till.read(lot, price=0, next_bid=100)

    @rule(lot=st.sampled_from(LOTS), over=st.integers(0, 30))
    def bid(self, lot: str, over: int) -> None:
        """A bid as it should be: read, reserved, claimed, sent and answered."""
        if intent := self.reserve(lot, over):
            self.claim(intent, arrives=True, answer=True)

    @rule(lot=st.sampled_from(LOTS), over=st.integers(0, 30), claim=st.booleans(), arrives=st.booleans())
    def bid_badly(self, lot: str, over: int, *, claim: bool, arrives: bool) -> None:
        """The proxy takes its time, the request or its answer is lost."""
        intent = self.reserve(lot, over)
        if intent and claim:
            self.claim(intent, arrives=arrives, answer=False)

    def reserve(self, lot: str, over: int) -> str:
        """The intent, or nothing when it was refused; half of the time somebody has outbid us just before."""
        if self.standing[lot] and over % 2:
            self.rival(lot, 40)
        self.till.read(lot, price=self.price[lot], next_bid=self.price[lot] + 100, leading=self.standing[lot] > 0)
        if (fence := self.till.fence(lot)) is None:
            return ""
        self.number += 1
        intent, amount = f"i{self.number}", self.price[lot] + 100 + over * 100
        before = self.till.lot(lot)
        made = self.till.reserve(intent, lot, amount, fence)
        self.till.do(self.till.t.done("bid", lot, fence, 0))
        if not made.ok:
            return ""
        self.within(lot, before.exposure, amount)
        self.reserved[intent] = amount
        return intent

    @precondition(lambda self: self.reserved)
    @rule(data=st.data(), arrives=st.booleans(), answer=st.booleans())
    def claim_later(self, data: st.DataObject, *, arrives: bool, answer: bool) -> None:
        """The proxy claims what was reserved some time ago."""
        self.claim(data.draw(st.sampled_from(sorted(self.reserved))), arrives=arrives, answer=answer)

    def claim(self, intent: str, *, arrives: bool, answer: bool) -> None:
        amount = self.reserved.pop(intent)
        claimed = self.till.do(self.till.t.claim(intent, "proxy"))
        if claimed.action != "send":
            return
        lot = claimed.lot_id
        record = self.till.lot(lot)
        rates = record.rates
        assert rates is not None
        assert claimed.amount_cents == amount <= record.cap
        assert record.allin is None or rates.all_in(Money(amount)).cents <= record.allin
        if self.till.do(self.till.redis.hget(f"bw:intent:{intent}", "prev")) == "0":
            self.within(lot, 0, amount)
        outcome = "REJECTED"
        if arrives and amount >= self.price[lot] + 100:
            self.price[lot] += 100
            self.standing[lot], outcome = amount, "LEADING"
        if answer:
            self.till.do(self.till.t.settle(intent, outcome, ""))
        else:
            self.unanswered[intent] = outcome

    def within(self, lot: str, before: int, amount: int) -> None:
        """A bid that raised the exposure left every scope of its lot, and its group, within the limit."""
        if amount <= before:
            return
        record = self.till.lot(lot)
        for scope, row in self.till.do(self.till.records.budgets(record.scopes.split(","))).items():
            assert row["limit"] == "none" or int(row["live"]) <= int(row["limit"]), scope
        if record.group and before == 0:
            group, _ = self.till.do(self.till.records.group(record.group))
            assert group.live <= group.wanted + group.over

    @precondition(lambda self: self.unanswered)
    @rule(data=st.data())
    def answer_late(self, data: st.DataObject) -> None:
        """An answer that was late arrives after all."""
        intent = data.draw(st.sampled_from(sorted(self.unanswered)))
        self.till.do(self.till.t.settle(intent, self.unanswered.pop(intent), "late"))

    @rule(lot=st.sampled_from(LOTS), amount=st.integers(1, 40))
    def rival(self, lot: str, amount: int) -> None:
        """Somebody else bids: the price goes up, and above our maximum we lead no more."""
        most = self.price[lot] + amount * 100
        if self.standing[lot] and most <= self.standing[lot]:
            self.price[lot] = most
        else:
            self.price[lot], self.standing[lot] = max(self.price[lot] + 100, self.standing[lot]), 0

    @rule(lot=st.sampled_from(LOTS), seconds=st.sampled_from([0.1, 1.5, 13.0]))
    def look(self, lot: str, seconds: float) -> None:
        """Time passes, the lot is read."""
        while seconds > 0:
            self.till.clock.advance(min(seconds, 1.0))
            self.till.do(self.till.t.stamp())
            seconds -= 1.0
        self.till.do(self.till.t.sweep())
        self.till.read(lot, price=self.price[lot], next_bid=self.price[lot] + 100, leading=self.standing[lot] > 0)

    @rule(
        lot=st.sampled_from(LOTS),
        edit=st.one_of(
            st.fixed_dictionaries({"allin": st.one_of(st.just(""), st.integers(0, 8000))}),
            st.fixed_dictionaries({"premium": POINTS, "tax": POINTS}),
            st.fixed_dictionaries({"cap": st.integers(1, 60).map(lambda dollars: dollars * 100)}),
            st.fixed_dictionaries({"scopes": st.sets(st.sampled_from(SCOPES), min_size=1).map(lambda some: ",".join(sorted(some)))}),
            st.sampled_from([{"group": "lamps", "scopes": "total,group:lamps"}, {"group": "", "scopes": "total"}]),
        ),
    )
    def configure(self, lot: str, edit: dict) -> None:
        """The owner edits a lot; the store may refuse."""
        self.till.do(self.till.t.configure(lot, edit))

    @rule(
        scope=st.sampled_from(SCOPES), limit=st.one_of(st.none(), st.integers(0, 15_000)), wanted=st.integers(1, 2), over=st.integers(0, 1)
    )
    def limit(self, scope: str, limit: int | None, wanted: int, over: int) -> None:
        """The owner sets a limit, perhaps below what is used, and wants more or fewer of the group."""
        self.till.do(self.till.t.budget(scope, limit))
        self.till.do(self.till.t.group("lamps", wanted, over))

    @invariant()
    def books_agree(self) -> None:
        """Each scope holds the sum of its lots' bills, each lot's bill is exact and covers what stands, and each group counts its lots."""
        lots = [self.till.do(self.till.records.lot(lot)) for lot in LOTS]
        known = [lot for lot in lots if lot is not None]
        for lot in known:
            assert lot.rates is not None
            assert lot.rates.all_in(Money(lot.exposure)).cents == lot.booked
            assert lot.rates.all_in(Money(self.standing[lot.id])).cents <= lot.booked
        for scope, row in self.till.do(self.till.records.budgets(SCOPES)).items():
            assert sum(lot.booked for lot in known if scope in lot.scopes.split(",")) == int(row.get("live") or 0), scope
        group, members = self.till.do(self.till.records.group("lamps"))
        assert sum(lot.exposure > 0 for lot in known if lot.group == "lamps") == group.live
        assert {lot.id for lot in known if lot.group == "lamps"} == {lot.id for lot in members}


@pytest.mark.timeout(300)
def test_budgets_hold_in_any_order(engine):
    """Whatever is reserved, claimed, settled, read and edited in whatever order: no scope is overdrawn by a bid, no book is too low."""
    Books.url = engine.url
    usual = settings()
    run_state_machine_as_test(
        Books, settings=settings(max_examples=max(usual.max_examples // 4, 10), stateful_step_count=30, deadline=None)
    )
