"""One seed: a store, a site, workers, an owner and a clock that jumps; then calm, in which everything must come to rest."""

from __future__ import annotations

import random
from collections import Counter, deque
from collections.abc import Sequence
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from bidwright.errors import StoreDown
from bidwright.records import Records
from bidwright.transitions import Transitions
from bidwright_nellis_proxy.replies import Reply

from . import proxy, workers
from .judge import Judge
from .log import Ledger
from .loop import Box, Loop, Process, pause
from .owner import Owner
from .seen import GROUPS, LOT_FIELDS, SCOPES, Broken, num
from .store import Line, Look, Server, View
from .upstream import BASE_MS, Upstream

VARIANTS = ("plain", "withdrawals", "stalls", "trims", "kills")
CALM_S = 45.0
"""Quarantine, a sweep, two reads a second apart, the longest lease: within this after the last fault nothing may be left open."""
_CHAOTIC = ("poll", "bid", "prox", "swee")


def variant_of(seed: int) -> str:
    """Which variant a seed runs when none is asked for: mostly the plain one."""
    if seed % 50 == 49:
        return "kills"
    return ("plain", "plain", "withdrawals", "plain", "plain", "plain", "stalls", "plain", "trims", "plain")[seed % 10]


class World:
    """
    Everything of one seed; ``run`` raises Broken when a promise is not kept.
    """

    def __init__(self, seed: int, variant: str, server: Server) -> None:
        self.seed, self.variant, self.server = seed, variant, server
        self.rng = rng = random.Random(f"{variant}:{seed}")
        self.tally: Counter[str] = Counter()
        self.trace: deque[tuple[float, str, str, Sequence[Any], Any]] = deque(maxlen=400)
        self.loop = Loop(rng)
        self.stormy = True
        self.ends_at = rng.uniform(18, 45)
        self.purges = rng.random() < 0.5
        self.lot_ids = [str(70_000_000 + n) for n in range(rng.choice((3, 4, 4)))]
        closes = [rng.uniform(8, self.ends_at + 6) for _ in self.lot_ids]
        self.upstream = Upstream(rng, self.lot_ids, closes)
        self.look = Look(self.lot_ids, LOT_FIELDS, SCOPES, GROUPS)
        server.call(("FLUSHALL",))
        self._step_ms = 0
        self._last_forward = -100.0
        self._down_until = 0.0
        self._intents = 0
        self.judge = Judge(self.upstream, self.lot_ids, server.view(self.look, self.wall_ms()), lax=variant == "stalls")
        self.ledger = Ledger(server)
        self.owner = Owner(self)
        self._epoch = f"e{seed}"
        self.processes: list[Process] = []
        for name, main in (
            *((f"poller-{n}", workers.poller) for n in (1, 2)),
            *((f"bidder-{n}", workers.bidder) for n in (1, 2, 3)),
            ("sweeper", workers.sweeper),
        ):
            self.processes.append(self._process(name, main))
        self.proxies = [self._process(f"proxy-{n}", self._serve) for n in (1, 2)]
        self.people = Process(self.loop, "owner", lambda: self.owner.main(self.people), mortal=False)
        self.loop.chaos = self._chaos

    def _process(self, name: str, main: Any) -> Process:
        process = Process(self.loop, name, lambda: main(self, process))
        return process

    @staticmethod
    async def _serve(_: World, __: Process) -> None:
        """A proxy has nothing to do until it is asked."""
        await pause(0)

    # ---- what the others ask for ---------------------------------------------------------------------------------------------

    def wall_ms(self) -> int:
        """The wall clock of the server, as somebody set it."""
        return BASE_MS + round(self.loop.now * 1000) + self._step_ms

    def delay(self) -> float:
        """How long a message takes one way."""
        if self.stormy and self.rng.random() < 0.01:
            return self.rng.uniform(0.1, 2.5)
        return self.rng.random() ** 3 * 0.02

    def new_intent(self) -> str:
        """A name nobody used before."""
        self._intents += 1
        return f"i{self._intents}"

    def lines(self, process: Process) -> tuple[Transitions, Records]:
        """The doors to the store over a line of the process's own."""
        line: Any = Line(
            self.server,
            lambda name, args: self.perform(process, name, args),
            self._reach,
            self.delay,
            lambda: self.stormy and self.rng.random() < 0.03 and self._count("losses"),
        )
        redis: Redis = line
        return Transitions(redis, wall=self.wall_ms), Records(redis)

    def submit(self, intent: str) -> Box:
        """Ask either proxy to bring an intent to its end."""
        process = self.rng.choice(self.proxies)
        return process.spawn(proxy.submit(self, process, intent), after=self.delay()).done

    def ghost(self, intent: str, reply: Reply) -> None:
        """The site's answer once more."""
        process = self.rng.choice(self.proxies)
        process.spawn(proxy.ghost(self, process, intent, reply))

    def write(self, door: proxy.Door, lot_id: str, dollars: int, answer: Box) -> None:
        """A body leaves."""
        proxy.write(self, door, lot_id, dollars, answer)

    def on_write(self) -> None:
        """A bid is on the wire: the worst moment for the clock."""
        if self.stormy and self.rng.random() < 0.12:
            self.loop.at(self.loop.now + self.rng.uniform(0, 4), self._step_clock)

    def halted(self) -> bool:
        """Whether the halt still stands."""
        return self.judge.seen.head["kill"] == "halt"

    async def open_store(self, transitions: Transitions, max_bid: int) -> None:
        """The first step of every start; the owner's limit for a single bid may be another one each time."""
        await transitions.init(epoch=self._epoch, known="", site="http://site", schema="1", total_limit=8000, live="1", max_bid=max_bid)

    # ---- every script --------------------------------------------------------------------------------------------------------

    def note(self, who: str, what: str, args: Sequence[Any], reply: Any) -> None:
        """Keep a line for the trace of a failing seed."""
        self.trace.append((self.loop.now, who, what, args, reply))

    def _count(self, what: str) -> bool:
        self.tally[what] += 1
        return True

    def _reach(self) -> None:
        if self.loop.now < self._down_until:
            raise RedisConnectionError("the server is away")

    def perform(self, process: Process, name: str, args: Sequence[Any]) -> list[str]:
        """Run a script now, and let the judge look. Half of the owner's orders strike between RESERVE and CLAIM."""
        self._reach()
        if self.variant == "kills" and self.stormy and self.tally["kills"] < 4 and self.rng.random() < 0.004:
            self._kill(name, args)
            raise RedisConnectionError("the server was killed")
        reply, view = self.server.script(name, self.wall_ms(), args, self.look)
        if not isinstance(reply, list):
            reply = [reply]
        self.tally["calls"] += 1
        self.note(process.name, name, args, reply)
        self._judge(name, args, reply, view)
        if name == "reserve" and reply[0] == "ok":
            self.tally["reservations"] += 1
            if self.stormy and self.rng.random() < 0.35:
                lot_id = str(args[1]) if self.rng.random() < 0.7 else self.rng.choice(self.lot_ids)
                self.people.spawn(self.owner.strike(self.lines(self.people)[0], lot_id))
        elif name == "reserve" and reply[0] == "refused":
            self.tally[f"refused {reply[1].split(':')[0]}"] += 1
        elif name == "claim":
            self.tally["claims" if reply[0] in ("send", "simulate") else f"cancelled {reply[1]}"] += 1
        return reply

    def _judge(self, name: str, args: Sequence[Any], reply: list[str] | None, view: View) -> None:
        self.judge.after(name, args, reply, view, self.loop.now)
        if self.variant == "trims" and self.rng.random() < 0.01:
            self.ledger.trim()
            self.tally["trims"] += 1

    def _kill(self, name: str, args: Sequence[Any]) -> None:
        """Kill -9 of the store, half of the time with a script under way; whatever it had answered must be there afterwards."""
        self.tally["kills"] += 1
        under_way = self.rng.random() < 0.5
        before = self.server.view(self.look, self.wall_ms())
        self.server.kill_while(name if under_way else None, self.wall_ms(), args)
        self._down_until = self.loop.now + self.rng.uniform(0.2, 4)
        view = self.server.view(self.look, self.wall_ms())
        self.note("store", "KILLED", (name,) if under_way else (), ())
        if under_way:
            self._judge(name, args, None, view)
        elif view != before:
            raise Broken("the store lost what it had answered, or made something up, when it was killed")

    # ---- the weather ---------------------------------------------------------------------------------------------------------

    def _chaos(self, process: Process) -> bool:
        if not (self.stormy and process.mortal):
            return False
        dice = self.rng.random()
        if dice < 0.004:
            self.tally["crashes"] += 1
            self.note(process.name, "CRASH", (), ())
            process.crash(self.rng.uniform(0.1, 2.5))
            return True
        if dice < 0.008:
            self.tally["pauses"] += 1
            long = self.rng.uniform(0.1, 9) if self.rng.random() < 0.5 else self.rng.uniform(0.05, 0.6)
            self.note(process.name, "PAUSE", (round(long, 2),), ())
            process.frozen_until = self.loop.now + long
            return True
        return False

    def _step_clock(self) -> None:
        """Somebody sets the wall clock. Forward at most once in a quarantine: that is what its sum allows for."""
        if not self.stormy:
            return
        size = self.rng.choice((self.rng.uniform(-0.25, 0), self.rng.uniform(-3, 1.9), self.rng.uniform(-3600, 3600)))
        if size > 0:
            if self.loop.now < self._last_forward + 14:
                return
            self._last_forward = self.loop.now
        self.tally["clock steps"] += 1
        self._step_ms += round(size * 1000)
        self.note("clock", "STEP", (round(size, 3),), ())

    async def _rivals(self) -> None:
        while True:
            await pause(self.rng.expovariate(1 / (0.9 if self.stormy else 4)))
            if self.variant == "withdrawals" and self.stormy and self.rng.random() < 0.12 and self.upstream.withdraw(self.loop.now):
                self.tally["withdrawals"] += 1
                self.note("site", "WITHDRAW", (), ())
            else:
                self.upstream.rival(self.loop.now)
            self.judge.look(self.loop.now)

    async def _sky(self) -> None:
        while self.stormy:
            await pause(self.rng.expovariate(1 / 20))
            self._step_clock()

    async def _begin(self) -> None:
        transitions, _ = self.lines(self.people)
        for _ in range(20):
            try:
                await self.open_store(transitions, 100_000)
                await transitions.session("ok", "")
                for group in GROUPS:
                    await transitions.group(group, 1, self.rng.choice((0, 0, 1)))
                for n, lot_id in enumerate(self.lot_ids):
                    await transitions.watch(lot_id, self.owner.first_orders(n))
                break
            except StoreDown:
                await pause(0.2)
        for process in (*self.processes, *self.proxies, self.people):
            process.spawn(process.main(), after=self.rng.random())

    # ---- one seed ------------------------------------------------------------------------------------------------------------

    def run(self) -> None:
        """The storm, the calm, the end. Raises Broken."""
        weather = Process(self.loop, "weather", self._sky, mortal=False)
        weather.spawn(self._begin())
        weather.spawn(self._rivals(), after=0.5)
        weather.spawn(self._sky())
        try:
            with proxy.shipped():
                self.loop.run(self.ends_at)
                self.stormy = False
                for process in (*self.processes, *self.proxies):
                    process.frozen_until = min(process.frozen_until, self.loop.now + 9)
                self._settle_owner()
                end = self.loop.now + CALM_S
                self.loop.run(self.loop.now + 6)
                while self.loop.now < end and self.unrest():
                    self.loop.run(self.loop.now + 1)
            if what := self.unrest():
                raise Broken(f"no rest {CALM_S:.0f} s after the last fault: {what}")
            self.ledger.check()
        finally:
            self.tally["steps"] = self.loop.steps
            self.tally["events"] = int(num(self.judge.seen.head["events"]))
            self.loop.close()

    def _settle_owner(self) -> None:
        """After the storm the switches stand at work, so that what can end does."""

        async def calm() -> None:
            transitions, records = self.lines(self.people)
            for _ in range(10):
                try:
                    await transitions.resume("owner", (await records.kill()).get("gen", "0"), "1")
                    await transitions.session("ok", "")
                    await transitions.format("ok", "")
                except (StoreDown, RedisConnectionError):
                    await pause(1)
                else:
                    return

        self.people.spawn(calm(), after=5)

    def unrest(self) -> str:
        """What is not at rest yet, or empty."""
        seen = self.judge.seen
        self.upstream.tick(self.loop.now)
        if seen.intents:
            return f"open intents {sorted(seen.intents)}"
        for lot_id, lot in seen.lots.items():
            if not lot["cap_ver"]:
                continue
            site = self.upstream.lots[lot_id]
            followed = lot["due:poll"] != ""
            for queue in ("poll", "bid"):
                due = lot[f"due:{queue}"]
                if due and float(due) < seen.now - 5000:
                    return f"{lot_id} overdue in {queue} by {seen.now - float(due):.0f} ms"
            if site.closed and followed and lot["final"] != "1" and self.upstream.ms(self.loop.now) > site.close + 8000:
                return f"{lot_id} closed and not final"
            if lot["final"] == "1":
                self._ended(lot_id, lot)
            elif num(lot["exposure"]) and not followed:
                return f"money on {lot_id} that nobody follows"
        return ""

    def _ended(self, lot_id: str, lot: dict[str, str]) -> None:
        site = self.upstream.lots[lot_id]
        if not site.closed:
            raise Broken(f"{lot_id} is final and the site has it open")
        if num(lot["price"]) != site.price * 100:
            raise Broken(f"{lot_id} ended at {lot['price']}, the site says {site.price * 100}")
        if lot["mode"] == "live":
            ours = site.leader == 1
            if ours != (lot["outcome"] == "won"):
                raise Broken(f"{lot_id} ended as {lot['outcome']}, the site has it {'won' if ours else 'lost'}")
            if ours and num(lot["exposure"]) != site.price * 100:
                raise Broken(f"{lot_id} was won at {site.price * 100} and stands in the books at {lot['exposure']}")
        elif (lot["outcome"] == "won") != self.judge.paper_leads.get(lot_id, False):
            raise Broken(f"{lot_id} ended on paper as {lot['outcome']}, the highest bid on paper was {self.judge.paper.get(lot_id, 0)}")
