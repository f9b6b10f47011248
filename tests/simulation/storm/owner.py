"""The owner: watches, changes limits, halts and resumes, moves lots between budgets; often at the worst moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bidwright.errors import StoreDown
from bidwright.transitions import Answer, Command, Transitions

from .loop import Process, pause
from .proposals import NAMES
from .seen import GROUPS, SCOPES, Broken

if TYPE_CHECKING:
    from .world import World

RATES = ((1500, 850), (1500, 0), (1800, 825), (0, 0))
_KINDS = (
    *("cap",) * 5,
    *("arm",) * 3,
    *("allin", "rates", "strategy", "mode", "scopes_", "group_", "ask", "ask") * 2,
    *("budget",) * 3,
    *("wanted",) * 2,
    *("halt",) * 2,
    *("unwatch", "watch", "watch", "service", "session", "format", "limit", "put"),
)


class Owner:
    """
    One person with one page; commands whose answer is lost are sent again under the same id.
    """

    def __init__(self, world: World) -> None:
        self.world, self.rng = world, world.rng
        self._numbers = 0

    def first_orders(self, n: int) -> dict[str, str | int]:
        """How lot *n* is watched at the start: small limits that bind, the last lots on paper."""
        rng = self.rng
        premium, tax = rng.choice(RATES)
        orders: dict[str, str | int] = {"cap": rng.randint(8, 60) * 100, "premium": premium, "tax": tax, "armed": 1}
        orders |= {"strategy": rng.choice(NAMES), "mode": "dry" if n == 0 else "live", "scopes": self._scopes(), "group": self._group()}
        return orders

    def _scopes(self) -> str:
        return self.rng.choice(("total", "total,day:1", "total,day:2"))

    def _group(self) -> str:
        return self.rng.choice(("", "g1", "g1", "g2"))

    async def main(self, process: Process) -> None:
        """One command after the other, while the storm lasts."""
        transitions, _ = self.world.lines(process)
        while self.world.stormy:
            await pause(self.rng.expovariate(1 / 1.6))
            await self.strike(transitions, self.rng.choice(self.world.lot_ids))

    async def strike(self, transitions: Transitions, lot_id: str) -> None:
        """Give one order, of any kind, to do with *lot_id* if with one."""
        kind = self.rng.choice(_KINDS)
        self.world.tally["orders"] += 1
        try:
            await getattr(self, f"_{kind}")(transitions, lot_id)
        except StoreDown:
            return

    async def _command(self, call: Any, body: Any) -> Answer:
        """Send a command; without an answer send it again, and expect what its first effect was answered with."""
        self._numbers += 1
        command = Command.of(f"c{self._numbers}", body)
        for tries in range(4):
            try:
                answer: Answer = await call(command)
            except StoreDown:
                await pause(self.rng.uniform(0.1, 1))
                continue
            if tries == 0 and self.rng.random() < 0.05:
                again: Answer = await call(command)
                if answer.ok and (not again.repeated or again.value != answer.value):
                    raise Broken(f"command {command.id} sent again has another answer: {answer} then {again}")
            if answer.ok and self.rng.random() < 0.03:
                other: Answer = await call(Command.of(command.id, [body, "other"]))
                if other.why != "conflict":
                    raise Broken(f"command {command.id} with another body is answered {other}")
            return answer
        raise StoreDown("no answer to a command")

    async def _configure(self, t: Transitions, lot_id: str, fields: dict[str, str | int]) -> None:
        expect = self.rng.choice(("", "", "", "1"))
        await self._command(lambda c: t.configure(lot_id, fields, expect=expect, command=c), [lot_id, fields, expect])

    async def _cap(self, t: Transitions, lot_id: str) -> None:
        await self._configure(t, lot_id, {"cap": self.rng.choice((1, 5, 10, 20, 30, 40, 60)) * 100})

    async def _arm(self, t: Transitions, lot_id: str) -> None:
        await self._configure(t, lot_id, {"armed": self.rng.choice((0, 1, 1, 1))})

    async def _allin(self, t: Transitions, lot_id: str) -> None:
        await self._configure(t, lot_id, {"allin": self.rng.choice(("", self.rng.randint(300, 5000)))})

    async def _rates(self, t: Transitions, lot_id: str) -> None:
        premium, tax = self.rng.choice(RATES)
        await self._configure(t, lot_id, {"premium": premium, "tax": tax})

    async def _strategy(self, t: Transitions, lot_id: str) -> None:
        await self._configure(t, lot_id, {"strategy": self.rng.choice(NAMES)})

    async def _mode(self, t: Transitions, lot_id: str) -> None:
        await self._configure(t, lot_id, {"mode": self.rng.choice(("live", "live", "dry"))})

    async def _scopes_(self, t: Transitions, lot_id: str) -> None:
        await self._configure(t, lot_id, {"scopes": self._scopes()})

    async def _group_(self, t: Transitions, lot_id: str) -> None:
        await self._configure(t, lot_id, {"group": self._group()})

    async def _ask(self, t: Transitions, lot_id: str) -> None:
        lot = self.world.upstream.lots[lot_id]
        cents = (lot.next_for(1) + self.rng.choice((0, 0, 1, 3, -1))) * 100
        await self._configure(t, lot_id, {"ask": f"{self.world.new_intent()}:{cents}"})

    async def _budget(self, t: Transitions, _: str) -> None:
        scope, limit = self.rng.choice(SCOPES), self.rng.choice((None, 1500, 4000, 6000, 9000, 14_000))
        await self._command(lambda c: t.budget(scope, limit, c), [scope, limit])

    async def _wanted(self, t: Transitions, _: str) -> None:
        group, wanted, over = self.rng.choice(GROUPS), self.rng.randint(0, 2), self.rng.choice((0, 0, 1))
        await self._command(lambda c: t.group(group, wanted, over, c), [group, wanted, over])

    async def _halt(self, t: Transitions, _: str) -> None:
        gen = await t.halt("owner", "test")
        if self.world.halted():
            self.world.judge.halt_heard = self.world.loop.now
        await pause(self.rng.uniform(0.3, 4))
        self.world.tally["halts"] += 1
        await t.resume("owner", gen, self.rng.choice(("", "", "1")))

    async def _unwatch(self, t: Transitions, lot_id: str) -> None:
        await self._command(lambda c: t.unwatch(lot_id, c), [lot_id])

    async def _watch(self, t: Transitions, lot_id: str) -> None:
        if lot_id in self.world.judge.sums.spent:
            return
        fields = self.first_orders(self.rng.randrange(4))
        await self._command(lambda c: t.watch(lot_id, fields, c), [lot_id, fields])

    async def _service(self, t: Transitions, _: str) -> None:
        await t.mode("owner", live=False)
        await pause(self.rng.uniform(0.1, 2))
        await t.mode("owner", live=True)

    async def _session(self, t: Transitions, _: str) -> None:
        await t.session("expired", "test")
        await pause(self.rng.uniform(0.1, 2))
        await t.session("ok", "")

    async def _format(self, t: Transitions, _: str) -> None:
        await t.format("broken", "test")
        await pause(self.rng.uniform(0.1, 2))
        await t.format("ok", "")

    async def _limit(self, t: Transitions, _: str) -> None:
        await self.world.open_store(t, max_bid=self.rng.choice((800, 2500, 100_000)))

    async def _put(self, t: Transitions, lot_id: str) -> None:
        await t.put("bid", lot_id, self.rng.choice((0, 0, 1500)))
