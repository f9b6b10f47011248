"""What goes wrong in a rolling run: one fault at a time is chosen by dice, done, and undone; several may be in force together."""

from __future__ import annotations

import asyncio
import random
import signal
import time
from collections import Counter
from collections.abc import Awaitable, Callable

from judge import Watcher
from owner import Owner
from plant import Plant
from redis.exceptions import RedisError

KILLED = ("bidder", "nellis-proxy", "poller", "gateway", "redis")
_AT_POINT = {"bidder": ("F1", "F7"), "nellis-proxy": ("F2", "F3", "F4", "F5", "F6", "F8"), "gateway": ("F11",)}
_LONGEST_TAKEOVER_S = 60.0
_LAST_WORDS_S = 0.2
"""What a worker had sent before it was lost may still arrive for so long; a lease renewed later has a holder that lives."""
_LONGEST_HELD_S = 4.0
"""A line holds what it carries for so long at most, and a site is slow for 6 s: together less than the quarantine allows for."""


class Faults:
    """
    Each method is one fault; all of them are listed in ``KINDS`` with their weights.
    """

    def __init__(self, plant: Plant, owner: Owner, watcher: Watcher, dice: random.Random) -> None:
        self._plant, self._owner, self._watcher, self._dice = plant, owner, watcher, dice
        self.done: Counter[str] = Counter()
        self.takeovers: dict[str, list[float]] = {"bid": [], "poll": []}
        """By queue: seconds from the loss of a worker until a lot that it held was handed to another one."""
        self._stopped: set[str] = set()
        self._spoilt: set[int] = set()
        self._halting = False
        self._tasks: set[asyncio.Task[None]] = set()

    async def one(self) -> None:
        """Choose a fault and begin it; it ends by itself."""
        names, weights = zip(*((name, weight) for name, (_, weight) in KINDS.items()), strict=True)
        name = self._dice.choices(names, weights)[0]
        task = asyncio.create_task(self._named(name, KINDS[name][0](self)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _named(self, name: str, work: Awaitable[str]) -> None:
        detail = await work
        if detail:
            self.done[f"{name} {detail}"] += 1

    async def over(self) -> None:
        """Wait until every fault has been undone, and make sure of it."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=150)
        for line in (*self._plant.to_site.values(), *self._plant.to_store.values()):
            await line.mend()
        await self._plant.http.delete(f"{self._plant.site}/__sim/faults")

    # ---- processes -----------------------------------------------------------------------------------------------------------

    async def kill(self, kind: str = "") -> str:
        """Kill -9 of a part."""
        kind = kind or self._dice.choice(KILLED)
        names = [name for name in self._plant.names(kind) if self._plant.part(name).pid]
        if not names:
            return ""
        name = self._dice.choice(names)
        await self._note_held(name)
        return kind if self._plant.kill(name) else ""

    async def kill_at_point(self) -> str:
        """A part is started again with a failpoint, and ends there by itself."""
        kind = self._dice.choice(list(_AT_POINT))
        point = self._dice.choice(_AT_POINT[kind])
        name = self._dice.choice(self._plant.names(kind))
        env = self._plant.part(name).spec.env
        env["BIDWRIGHT_FAILPOINTS"] = f"{point}:{self._dice.randint(1, 3)}"
        await self._note_held(name)
        self._plant.kill(name)
        await asyncio.sleep(3)
        env.pop("BIDWRIGHT_FAILPOINTS", None)  # the process that has it keeps it until it gets there
        return point

    async def stop(self) -> str:
        """SIGSTOP of a worker or a proxy, then SIGCONT."""
        names = [name for name in self._plant.names("bidder", "nellis-proxy", "poller") if name not in self._stopped]
        name = self._dice.choice(names)
        pid = self._plant.part(name).pid
        await self._note_held(name)
        if not self._plant.signal(name, signal.SIGSTOP):
            return ""
        self._stopped.add(name)
        try:
            await asyncio.sleep(self._dice.uniform(0.5, 30) if self._dice.random() < 0.5 else self._dice.uniform(0.5, 4))
        finally:
            self._stopped.discard(name)
            if self._plant.part(name).pid == pid:
                self._plant.signal(name, signal.SIGCONT)
        return name.rstrip("-0123456789")

    async def _note_held(self, name: str) -> None:
        """Begin to follow the lots that the queue of *name* has handed out: those whose lease is renewed no more are those it held."""
        queue = {"bidder": "bid", "poller": "poll"}.get(name.rstrip("-0123456789"))
        if queue is None:
            return
        try:
            held = {lot: row for lot, row in (await self._leases(queue, list(self._owner.notes))).items() if row[1]}
        except RedisError:
            return
        task = asyncio.create_task(self._follow(queue, held, time.monotonic()))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _follow(self, queue: str, held: dict[str, tuple[str, str, str]], began: float) -> None:
        """Until each was ended, renewed by a living holder, or handed out anew; the script counts a try when the holder before was lost."""
        while held and time.monotonic() - began < _LONGEST_TAKEOVER_S:
            await asyncio.sleep(0.05)
            try:
                now = await self._leases(queue, list(held))
            except RedisError:
                continue
            waited = time.monotonic() - began
            for lot, before in list(held.items()):
                fence, lease, tries = now.get(lot, before)
                if fence != before[0] and tries not in ("", "0"):
                    self.takeovers[queue].append(waited)
                elif lot in now and fence == before[0] and (lease == before[1] or (lease and waited < _LAST_WORDS_S)):
                    held[lot] = now[lot]  # nobody has touched it since, but perhaps the lost worker with its last words
                    continue
                del held[lot]
        self.takeovers[queue] += [_LONGEST_TAKEOVER_S] * len(held)

    async def _leases(self, queue: str, lots: list[str]) -> dict[str, tuple[str, str, str]]:
        async with self._plant.redis.pipeline(transaction=False) as pipe:
            for lot in lots:
                pipe.hmget(f"bw:lot:{lot}", f"fence:{queue}", f"lease:{queue}", f"tries:{queue}")
                pipe.zscore(f"bw:due:{queue}", lot)
            rows = await pipe.execute()
        found = zip(lots, rows[::2], rows[1::2], strict=True)
        return {lot: (row[0] or "", row[1] or "", row[2] or "") for lot, row, due in found if due is not None}

    # ---- lines ---------------------------------------------------------------------------------------------------------------

    async def line_to_site(self) -> str:
        """Something is wrong between a proxy and the site."""
        return await self._line(self._dice.choice(list(self._plant.to_site)), self._plant.to_site)

    async def line_to_store(self) -> str:
        """Something is wrong between a service and Redis."""
        return await self._line(self._dice.choice(list(self._plant.to_store)), self._plant.to_store)

    async def _line(self, name: str, lines: dict) -> str:
        line = lines[name]
        if id(line) in self._spoilt:
            return ""
        self._spoilt.add(id(line))
        what = self._dice.choice(("slow", "stall", "refuse", "reset", "cut up", "cut down"))
        try:
            if what == "slow":
                line.delay_s, line.jitter_s = self._dice.uniform(0.02, 0.3), self._dice.uniform(0, 0.3)
                await asyncio.sleep(self._dice.uniform(1, 15))
            elif what == "stall":
                line.stall()
                await asyncio.sleep(self._dice.uniform(0.5, _LONGEST_HELD_S))
            elif what == "refuse":
                line.refuse()
                await asyncio.sleep(self._dice.uniform(0.5, 6))
            elif what == "reset":
                line.reset()
            elif what == "cut up":
                line.cut_up = self._dice.randint(0, 900)
                await asyncio.sleep(self._dice.uniform(1, 8))
            else:
                line.cut_down = self._dice.randint(0, 900)
                await asyncio.sleep(self._dice.uniform(1, 8))
        finally:
            await line.mend()
            self._spoilt.discard(id(line))
        return what

    # ---- the site and the owner ----------------------------------------------------------------------------------------------

    async def site(self) -> str:
        """The site misbehaves for a while."""
        name, order = self._dice.choice(
            (
                ("503", {"kind": "status", "on": "any", "seconds": self._dice.uniform(1, 6), "params": {"status": 503}}),
                ("503 after bids", {"kind": "status", "on": "bids", "count": 3, "seconds": 20, "params": {"status": 503, "when": "after"}}),
                ("503 before bids", {"kind": "status", "on": "bids", "count": 3, "seconds": 20, "params": {"status": 503}}),
                ("slow", {"kind": "slow", "on": "any", "probability": 0.3, "seconds": 10, "params": {"ms": self._dice.randint(100, 3000)}}),
                ("slow bids", {"kind": "slow", "on": "bids", "count": 3, "seconds": 20, "params": {"ms": self._dice.randint(500, 6000)}}),
                ("reset bids before", {"kind": "reset", "on": "bids", "count": 2, "seconds": 20}),
                ("reset bids after", {"kind": "reset", "on": "bids", "count": 2, "seconds": 20, "params": {"when": "after"}}),
                ("cut bids", {"kind": "cut", "on": "bids", "count": 2, "seconds": 20, "params": {"bytes": self._dice.randint(0, 150)}}),
                ("hang bids after", {"kind": "hang", "on": "bids", "count": 1, "seconds": 20, "params": {"seconds": 6, "when": "after"}}),
                ("page for bids", {"kind": "html", "on": "bids", "count": 1, "seconds": 20, "params": {"when": "after"}}),
                ("429 for bids", {"kind": "status", "on": "bids", "count": 1, "seconds": 20, "params": {"status": 429, "retry_after": 2}}),
                ("live events drop", {"kind": "live-drop", "on": "live", "seconds": 3}),
            )
        )
        await self._plant.sim("faults", order)
        if name == "page for bids":  # it puts the session in doubt, as it should; the owner looks at it
            await asyncio.sleep(5)
            await self._owner.log_in_again()
        return name

    async def session(self) -> str:
        """Every session ends; the owner logs in again a little later."""
        await self._plant.sim("session", {"expire": True})
        await asyncio.sleep(self._dice.uniform(0.5, 4))
        await self._owner.log_in_again()
        return "expired"

    async def halt(self) -> str:
        """The kill switch, for a moment."""
        if self._halting:
            return ""
        self._halting = True
        try:
            await self._owner.halt(self._dice.uniform(0.5, 4))
        finally:
            self._halting = False
        return "and resumed"


Fault = Callable[[Faults], Awaitable[str]]
KINDS: dict[str, tuple[Fault, int]] = {
    "kill": (Faults.kill, 30),
    "kill at": (Faults.kill_at_point, 12),
    "stop": (Faults.stop, 15),
    "line to the site:": (Faults.line_to_site, 14),
    "line to the store:": (Faults.line_to_store, 12),
    "site:": (Faults.site, 15),
    "session": (Faults.session, 3),
    "halt": (Faults.halt, 8),
}
