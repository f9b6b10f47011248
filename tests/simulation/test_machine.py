"""The transitions against a small model: any order of commands, reads and bids that Hypothesis can think of."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any, cast

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test
from storm.run import Engines
from storm.store import Server

from bidwright import Money, Rates
from bidwright.records import Records
from bidwright.transitions import Transitions
from bidwright.transitions.door import QUARANTINE_MS

LOTS = ("70000001", "70000002")
RATES = Rates(1500, 850)
OPEN = ("RESERVED", "SENDING", "UNKNOWN")
AMOUNTS = st.integers(1, 12).map(lambda dollars: dollars * 100)


def now(coro: Any) -> Any:
    """The outcome of a coroutine that waits for nothing."""
    try:
        coro.send(None)
    except StopIteration as end:
        return end.value
    raise AssertionError("it waited")


class Direct:
    """
    A Redis client whose answers are there at once.
    """

    def __init__(self, server: Server) -> None:
        self.server = server

    async def evalsha(self, sha: str, *args: Any) -> Any:
        """A script that the server knows; raises NoScriptError."""
        return self.server.call(("EVALSHA", sha, *args))[0]

    async def eval(self, text: str, *args: Any) -> Any:
        """A script that it does not know."""
        return self.server.call(("EVAL", text, *args))[0]

    async def hgetall(self, key: str) -> dict[str, str]:
        """A record."""
        flat = self.server.call(("HGETALL", key))[0]
        return dict(zip(flat[::2], flat[1::2], strict=True))


@dataclass
class Model:
    """
    What a lot should be, kept by hand.
    """

    cap: int = 0
    armed: bool = False
    watched: bool = False
    seen: bool = False
    leading: bool = False
    next_bid: int = 0
    fresh: bool = False
    fence: str = ""
    intent: str = ""
    amount: int = 0
    state: str = ""
    stale: bool = False
    exposure: int = 0
    high: int = 0
    before: int = 0
    claims: list[str] = field(default_factory=list)


class Machine(RuleBasedStateMachine):
    """
    Two live lots and one budget. After each rule the records must be what the model says.
    """

    server: Server

    @initialize()
    def start(self) -> None:
        """An open store, everything watched and armed."""
        self.server.call(("FLUSHALL",))
        self.wall = 1_790_000_000_000
        redis = cast("Any", Direct(self.server))
        self.t, self.records = Transitions(redis, wall=lambda: self.wall), Records(redis)
        self.models = {lot: Model() for lot in LOTS}
        self.running, self.limit, self.numbers = True, 4000, 0
        now(self.t.init(epoch="e", known="", site="s", schema="1", total_limit=4000, live="1", max_bid=100_000))
        now(self.t.session("ok", ""))
        for lot in LOTS:
            self.watch(lot, 800)

    def later(self, ms: int) -> None:
        """Time passes, as long as it is not a gap."""
        while ms > 0:
            self.wall += min(ms, 1000)
            now(self.t.stamp())
            ms -= 1000

    # ---- the owner -----------------------------------------------------------------------------------------------------------

    @rule(lot=st.sampled_from(LOTS), cap=AMOUNTS)
    def watch(self, lot: str, cap: int) -> None:
        """WATCH is refused only for a lot that is watched."""
        model = self.models[lot]
        fields = {"cap": cap, "premium": 1500, "tax": 850, "armed": 1, "mode": "live"}
        answer = now(self.t.watch(lot, fields))
        if model.watched:
            assert "watched" == answer.why
            return
        assert answer.ok, answer
        model.watched, model.armed, model.cap, model.stale = True, True, cap, True

    @rule(lot=st.sampled_from(LOTS), cap=AMOUNTS, armed=st.booleans())
    def configure(self, lot: str, cap: int, armed: bool) -> None:  # noqa: FBT001 - hypothesis passes them by name
        """Limits change at any time, also under an intent, which then cannot be claimed."""
        model = self.models[lot]
        answer = now(self.t.configure(lot, {"cap": cap, "armed": int(armed)}))
        assert model.watched == answer.ok
        if answer.ok:
            model.cap, model.armed, model.stale = cap, armed, True

    @rule(lot=st.sampled_from(LOTS))
    def unwatch(self, lot: str) -> None:
        """UNWATCH releases the lot, or lets it drain while money stands on it."""
        model = self.models[lot]
        answer = now(self.t.unwatch(lot))
        assert model.watched == answer.ok
        if answer.ok:
            assert ("draining" if model.intent or model.exposure else "released") == answer.value
            model.watched, model.armed, model.stale = False, False, True

    @rule()
    def halt(self) -> None:
        """HALT is never refused."""
        now(self.t.halt("model", ""))
        self.running = False

    @rule()
    def resume(self) -> None:
        """RESUME needs the newest generation and no other."""
        gen = now(self.records.kill())["gen"]
        assert not now(self.t.resume("model", str(int(gen) + 1))).ok
        assert now(self.t.resume("model", gen)).ok
        self.running = True

    @rule(limit=st.sampled_from((0, 1000, 2000, 4000)))
    def budget(self, limit: int) -> None:
        """The total may shrink below what stands; then nothing more is added."""
        now(self.t.budget("total", limit))
        self.limit = limit

    # ---- the site ------------------------------------------------------------------------------------------------------------

    @rule(lot=st.sampled_from(LOTS), next_bid=AMOUNTS, leading=st.booleans())
    def read(self, lot: str, next_bid: int, leading: bool) -> None:  # noqa: FBT001 - hypothesis passes them by name
        """A fresh read moves the snapshot; while an intent is open it never lowers the exposure."""
        self.later(20)
        started = now(self.t.stamp())
        model, price = self.models[lot], next_bid - 100
        answer = now(
            self.t.observe(
                lot, read_started=started, next_bid=next_bid, leading=leading, status="open", close=self.wall + 60_000, price=price
            )
        )
        assert answer.ok, answer
        model.seen, model.leading, model.next_bid = True, leading, next_bid
        if not model.intent:
            model.exposure = max(model.exposure, model.high, price) if leading else 0
            model.fresh = True
            return
        if leading:
            model.before = max(model.before, model.high, price)
            model.exposure = max(model.exposure, model.before)
        assert not answer.verdict  # within the quarantine nothing is proven

    @precondition(lambda self: any(m.state in ("SENDING", "UNKNOWN") for m in self.models.values()))
    @rule(leading=st.booleans(), over=st.booleans())
    def quarantine_ends(self, leading: bool, over: bool) -> None:  # noqa: FBT001 - hypothesis passes them by name
        """Reads begun after the quarantine settle what nobody answered: LEADING, MOOT, or ABSENT when a second one agrees."""
        lot = next(lot for lot, m in self.models.items() if m.state in ("SENDING", "UNKNOWN"))
        model = self.models[lot]
        self.later(QUARANTINE_MS + 50)
        now(self.t.sweep())
        for other in self.models.values():
            if other.state == "RESERVED":
                self.ended(other, "EXPIRED")
            elif other.state == "SENDING":
                other.state = "UNKNOWN"
        next_bid = model.amount + 100 if over or leading else model.amount
        known = {"next_bid": next_bid, "leading": leading, "status": "open", "close": self.wall + 60_000, "price": next_bid - 100}
        first = now(self.t.observe(lot, read_started=now(self.t.stamp()), **known))
        expected = "LEADING" if leading else "MOOT" if over else ""
        assert expected == first.verdict
        if leading:
            model.before = max(model.before, model.high, next_bid - 100)
        if not expected:
            self.later(1000)
            second = now(self.t.observe(lot, read_started=now(self.t.stamp()), **known))
            assert "ABSENT" == second.verdict
            expected = "ABSENT"
        model.leading, model.next_bid, model.seen = leading, next_bid, True
        self.ended(model, expected)
        model.exposure = max(model.exposure, model.high, next_bid - 100) if leading else 0
        model.fresh = True

    # ---- a bid ---------------------------------------------------------------------------------------------------------------

    @rule(lot=st.sampled_from(LOTS))
    def take(self, lot: str) -> None:
        """A bidder takes what is due; what it had before, it has lost."""
        self.later(2100)  # whoever holds it has died by now
        for ticket in now(self.t.take("bid", n=10, lease_ms=2000)).tickets:
            self.models[ticket.lot_id].fence = ticket.fence
        now(self.t.put("bid", lot))

    @rule(lot=st.sampled_from(LOTS), dollars=st.integers(1, 12), forget=st.booleans())
    def reserve(self, lot: str, dollars: int, forget: bool) -> None:  # noqa: FBT001 - hypothesis passes them by name
        """RESERVE says yes exactly when every guard of the model does."""
        model, amount = self.models[lot], dollars * 100
        self.later(2100)
        for ticket in now(self.t.take("bid", n=10, lease_ms=2000)).tickets:
            self.models[ticket.lot_id].fence = ticket.fence
        record = now(self.records.lot(lot))
        self.numbers += 1
        intent = f"i{self.numbers}"
        answer = now(
            self.t.reserve(
                intent,
                lot,
                amount=amount,
                fence="0" if forget else model.fence,
                cap_ver=record.cap_ver,
                obs_seq=record.obs_seq,
                valid_ms=5000,
                max_obs_age_ms=30_000,
            )
        )
        held = self.server.call(("HGET", f"bw:lot:{lot}", "lease:bid"))[0]
        may = (
            *(self.running, model.watched, model.armed, not forget, not model.intent, model.fresh, not model.leading),
            *(bool(held) and float(held) > float(self.server.call(("HGET", "bw:steady", "now"))[0]), record.obs_started > 0),
            *(model.next_bid <= amount <= model.cap, self.adds_up(model, amount)),
        )
        if answer.ok:
            assert all(may), (may, answer)
            model.intent, model.amount, model.state, model.stale = intent, amount, "RESERVED", False
            model.before, model.exposure = model.exposure, max(model.exposure, amount)
        elif all(may):
            assert "obs-too-old" == answer.why, answer

    def adds_up(self, model: Model, amount: int) -> bool:
        """Whether the total has room for *amount* on the model's lot."""
        others = sum(bill(m.exposure) for m in self.models.values() if m is not model)
        after = others + bill(max(model.exposure, amount))
        return after <= self.limit or bill(max(model.exposure, amount)) <= bill(model.exposure)

    @precondition(lambda self: any(m.state == "RESERVED" for m in self.models.values()))
    @rule(lot=st.sampled_from(LOTS))
    def claim(self, lot: str) -> None:
        """CLAIM says send only if nothing has changed for the worse since RESERVE."""
        model = self.models[lot]
        if model.state != "RESERVED":
            return
        answer = now(self.t.claim(model.intent, "proxy"))
        within = sum(bill(m.exposure) for m in self.models.values()) <= self.limit or model.amount <= model.before
        if answer.action == "send":
            assert model.amount == answer.amount_cents
            assert all((self.running, model.watched, not model.stale, not model.leading, model.next_bid <= model.amount, within)), model
            assert model.intent not in model.claims
            model.claims.append(model.intent)
            model.state = "SENDING"
        else:
            assert "cancel" == answer.action
            self.ended(model, "CANCELLED")

    @precondition(lambda self: any(m.state for m in self.models.values()))
    @rule(lot=st.sampled_from(LOTS), state=st.sampled_from(("LEADING", "OUTBID", "REJECTED", "CANCELLED", "UNKNOWN")))
    def settle(self, lot: str, state: str) -> None:
        """SETTLE ends what is on the wire, once."""
        model = self.models[lot]
        if not model.intent:
            return
        answer = now(self.t.settle(model.intent, state, "model"))
        assert (model.state in ("SENDING", "UNKNOWN")) == answer.ok
        if answer.ok and state == "UNKNOWN":
            model.state = "UNKNOWN"
        elif answer.ok:
            self.ended(model, state)

    @rule()
    def sweep(self) -> None:
        """Reservations past their deadline end unsent."""
        self.later(5100)
        now(self.t.sweep())
        for model in self.models.values():
            if model.state == "RESERVED":
                self.ended(model, "EXPIRED")
            elif model.state == "SENDING":
                record = now(self.records.intent(model.intent))
                assert record.state in ("SENDING", "UNKNOWN")
                model.state = record.state

    def ended(self, model: Model, state: str) -> None:
        """What each end does to the books."""
        want = model.before
        if state == "LEADING":
            want = max(model.before, model.amount)
        elif state in ("OUTBID", "MOOT"):
            want = model.exposure if model.leading else 0
        if state in ("LEADING", "OUTBID", "MOOT"):
            model.high = max(model.high, model.amount)
        if model.state != "RESERVED":
            model.fresh = False
        model.exposure, model.intent, model.state = want, "", ""

    # ---- always --------------------------------------------------------------------------------------------------------------

    @invariant()
    def the_records_are_what_the_model_says(self) -> None:
        """Exposure, open intents and the total."""
        if not hasattr(self, "models"):
            return
        for lot, model in self.models.items():
            record = now(self.records.lot(lot))
            assert (model.exposure, model.intent) == (record.exposure, record.inflight), (lot, model)
            assert bill(model.exposure) == record.booked
            if model.intent:
                assert model.state == now(self.records.intent(model.intent)).state
        total = self.server.call(("HGET", "bw:budget:total", "live"))[0]
        assert sum(bill(m.exposure) for m in self.models.values()) == int(total or 0)


def bill(hammer: int) -> int:
    """All-in cents."""
    return RATES.all_in(Money(hammer)).cents


@pytest.mark.timeout(600 if "BIDWRIGHT_EXAMPLES" in os.environ else 60)
def test_any_order_of_steps_keeps_the_books(storms: Engines) -> None:
    """
    Whatever comes after what: RESERVE and CLAIM let pass only what the model allows, and the books are the model's.
    """
    server = storms.server("plain")
    machine = type("Machine", (Machine,), {"server": server})
    asked = os.environ.get("BIDWRIGHT_EXAMPLES")
    given = settings(max_examples=int(asked) if asked else 60, stateful_step_count=40, deadline=None)
    run_state_machine_as_test(machine, settings=given)
