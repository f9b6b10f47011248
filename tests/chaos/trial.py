"""One trial: a bid through the shipped last hop from RESERVE to its end, and what the site's own ledger says to each step of it."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from front import Attempt, Front
from redis.asyncio import Redis

from bidwright.records import Records
from bidwright.runtime import reading
from bidwright.transitions import Observed, Ticket, Transitions
from bidwright_proto.v1 import site_pb2
from bidwright_simulator import Site
from bidwright_simulator.site import Wish

DEFINITE = {"answered", "after the reply"}
_RIVAL = 9001
_SETTLE_S = 12.1
_LOOKS = 20


@dataclass
class Trial:
    """
    Everything one bid needs. *now* submits and reads; *wait* lets seconds pass.
    """

    site: Site
    front: Front
    redis: Redis
    transitions: Transitions
    submit: Callable[[str], Awaitable[str]]
    read: Callable[[str], Awaitable[site_pb2.GetLotReply]]
    wait: Callable[[float], Awaitable[None]]
    dice: random.Random
    ends: Counter[str] = field(default_factory=Counter)
    ways: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    tickets: dict[str, Ticket] = field(default_factory=dict)
    unknown: int = 0
    settled_s: list[float] = field(default_factory=list)

    @property
    def records(self) -> Records:
        """Reads of the store."""
        return Records(self.redis)

    async def new_lot(self) -> str:
        """A lot that is watched, armed and read."""
        lot = str(self.site.open_lot(Wish(100_000, rivals=(), early=(5,))).id)
        fields = {"cap": 1_000_000, "premium": 1500, "tax": 850, "strategy": "auto", "armed": 1, "mode": "live"}
        assert (await self.transitions.watch(lot, fields)).ok
        return lot

    async def ticket(self, lot: str) -> Ticket:
        """The lot, taken; whoever takes first takes for all trials that run beside it."""
        while lot not in self.tickets:
            taken = await self.transitions.take("bid", n=500, lease_ms=60_000)
            self.tickets.update((ticket.lot_id, ticket) for ticket in taken.tickets)
            if lot not in self.tickets:
                await self.wait(0.1)
        return self.tickets.pop(lot)

    async def look(self, lot: str) -> str:
        """
        A fresh read, told to the store; gives its verdict.

        Beside it another bid may just have been answered with a login page: a read without our account then only shows the lot, and is
        made again, as a bidder would.
        """
        for _ in range(_LOOKS):
            reply = await self.read(lot)
            told = await reading.apply(self.transitions, reply.lot, reply.read_started_ms)
            if isinstance(told, Observed):
                return told.verdict
            await self.wait(0.5)
        raise AssertionError(f"lot {lot}: the session did not come back")

    async def bid(self, lot: str, number: int, way: str) -> None:
        """One bid from RESERVE to its end, and what is to be said of it."""
        at_site = self.site.lots[int(lot)]
        await self.wait(1.0)
        await self.look(lot)
        record = await self.records.lot(lot)
        assert record is not None
        ticket = await self.ticket(lot)
        intent, amount = f"{lot}-{number}", record.next_bid // 100 + self.dice.randint(0, 2)
        reserved = await self.transitions.reserve(
            intent,
            lot,
            amount=amount * 100,
            fence=ticket.fence,
            cap_ver=record.cap_ver,
            obs_seq=record.obs_seq,
            valid_ms=5000,
            max_obs_age_ms=5000,
        )
        assert reserved.ok, reserved
        attempt = self.front.attempts[int(lot)] = Attempt(way)
        state = await self.submit(intent)
        again = await self.submit(intent)
        self._check(attempt.requests <= 1 and attempt.bodies <= 1, f"{intent}: {attempt.requests} requests, {attempt.bodies} bodies")
        self._check(state == again, f"{intent}: {state}, asked again {again}")
        self.ways[way] += 1
        await self._mend()
        if state == "UNKNOWN":
            self.unknown += 1
            state = await self._settle(lot, intent, attempt)
        else:
            leads = at_site.leader == self.site.demo_user
            right = {"LEADING": attempt.accepted == 1 and leads, "OUTBID": attempt.accepted == 1 and not leads}
            self._check(right.get(state, attempt.accepted == 0), f"{intent} ({way}): {state}, accepted {attempt.accepted}, leads {leads}")
        if way in DEFINITE:
            self._check(state in ("LEADING", "OUTBID"), f"{intent}: answered and yet {state}")
        self._check(attempt.bodies <= 1 and await self.submit(intent) == state, f"{intent}: sent again at the end")
        self.ends[state] += 1
        await self.transitions.done("bid", lot, ticket.fence, 0)
        if at_site.leader == self.site.demo_user and not at_site.closed:
            self.site.bid(_RIVAL, at_site, max(at_site.next_for(_RIVAL), (at_site.maximum or 0) + 1), "hand")
        self.front.attempts.pop(int(lot))

    async def _settle(self, lot: str, intent: str, attempt: Attempt) -> str:
        """Before the quarantine ends no read decides; after it the reads do, and rightly."""
        at_site = self.site.lots[int(lot)]
        began = time.monotonic()
        early = await self.look(lot) if self.dice.random() < 0.5 else ""
        self._check(early == "", f"{intent}: decided within the quarantine: {early}")
        rest = _SETTLE_S
        if attempt.late:
            before = self.dice.uniform(0, 11)
            await self.wait(before)
            rest -= before
            attempt.late.pop()()
        if self.dice.random() < 0.25:  # somebody else bids meanwhile
            self.site.bid(_RIVAL, at_site, at_site.next_for(_RIVAL) + self.dice.randint(0, 4), "hand")
        closing = self.dice.random() < 0.02
        await self.wait(rest)
        if closing:
            at_site.close = self.site.now()
            self.site.replan()
            self.site.advance()
        for _ in range(4):
            if await self.look(lot):
                break
            await self.wait(1.2)
        found = await self.records.intent(intent)
        record = await self.records.lot(lot)
        assert found is not None
        assert record is not None
        self.settled_s.append(time.monotonic() - began)
        leads, over = at_site.leader == self.site.demo_user, at_site.next_for(self.site.demo_user) * 100 > found.amount
        expected = "CLOSED" if closing else "LEADING" if leads else "MOOT" if over else "ABSENT"
        self._check(found.state == expected, f"{intent} ({attempt.way}): {found.state}, should be {expected}")
        if found.state == "ABSENT":
            self._check(attempt.accepted == 0, f"{intent} ({attempt.way}): taken for absent, and it was carried out")
        owed = (at_site.price if closing else at_site.maximum or 0) * 100 if leads else 0
        self._check(record.exposure >= owed, f"{intent} ({attempt.way}): exposure {record.exposure}, the site could charge {owed}")
        return found.state

    async def _mend(self) -> None:
        """The owner logs in again and the pause is over."""
        await self.redis.delete("bw:block")
        await self.transitions.session("ok", "")

    def _check(self, fine: bool, what: str) -> None:  # noqa: FBT001 - the point of it
        if not fine:
            self.wrong.append(what)
