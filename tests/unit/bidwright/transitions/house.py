"""A store with one lot, brought to the state that a test is about by the transitions themselves."""

from __future__ import annotations

from dataclasses import dataclass

from bidwright.records import IntentRecord, LotRecord, Records
from bidwright.testing import HandClock
from bidwright.transitions import Claimed, Observed, Reserved, Ticket, Transitions

LOT = "70012345"
RATES = {"premium": 1500, "tax": 850}


@dataclass
class House:
    """
    One installation with one lot; every step is a transition.
    """

    t: Transitions
    clock: HandClock
    records: Records

    @property
    def now(self) -> int:
        return round(self.clock.now().timestamp() * 1000)

    async def open(self, *, live: str = "1", total: int = 200_000, max_bid: int = 100_000) -> None:
        await self.t.init(epoch="e1", known="", site="http://site", schema="1", total_limit=total, live=live, max_bid=max_bid)
        await self.t.session("ok", "")

    async def watch(self, lot: str = LOT, **fields: str | int) -> None:
        given = {"cap": 4000, **RATES, "strategy": "auto", "armed": 1, "mode": "live", **fields}
        answer = await self.t.watch(lot, given)
        assert answer.ok, answer.why

    async def pass_time(self, seconds: float) -> None:
        """Time passes the way it does in a running system: somebody calls a script at least once a second."""
        while seconds > 0:
            self.clock.advance(min(seconds, 1.0))
            await self.t.stamp()
            seconds -= 1.0

    async def read(
        self, lot: str = LOT, *, price: int = 1400, next_bid: int = 1500, leading: bool = False, status: str = "open"
    ) -> Observed:
        """A read of the site that begins now and is applied at once."""
        await self.pass_time(0.01)
        started = await self.t.stamp()
        return await self.t.observe(
            lot, read_started=started, next_bid=next_bid, leading=leading, status=status, close=self.now + 60_000, price=price
        )

    async def ticket(self, lot: str = LOT) -> Ticket:
        """A bidder takes the lot."""
        taken = await self.t.take("bid", n=50, lease_ms=2000)
        return next(ticket for ticket in taken.tickets if ticket.lot_id == lot)

    async def reserve(
        self, intent: str = "i1", lot: str = LOT, *, amount: int = 1500, ticket: Ticket | None = None, **other: str | int
    ) -> Reserved:
        record = await self.lot(lot)
        held = ticket or await self.ticket(lot)
        given = {
            "fence": held.fence,
            "cap_ver": record.cap_ver,
            "obs_seq": record.obs_seq,
            "valid_ms": 3000,
            "max_obs_age_ms": 2000,
            **other,
        }
        return await self.t.reserve(intent, lot, amount=amount, **given)  # type: ignore[arg-type]

    async def claimed(self, intent: str = "i1", lot: str = LOT, *, amount: int = 1500) -> Claimed:
        """A bid is on the wire."""
        reserved = await self.reserve(intent, lot, amount=amount)
        assert reserved.ok, reserved.why
        return await self.t.claim(intent, "proxy-1")

    async def ready(self, **fields: str | int) -> Ticket:
        """An armed lot, freshly read and taken by a bidder: everything a bid needs."""
        await self.open()
        await self.watch(**fields)
        await self.read()
        return await self.ticket()

    async def ready_and_claimed(self, *, amount: int = 1500, **fields: str | int) -> Claimed:
        """From an empty store to a bid on the wire."""
        ticket = await self.ready(**fields)
        reserved = await self.reserve(ticket=ticket, amount=amount)
        assert reserved.ok, reserved.why
        return await self.t.claim("i1", "proxy-1")

    async def lot(self, lot: str = LOT) -> LotRecord:
        record = await self.records.lot(lot)
        assert record is not None
        return record

    async def intent(self, intent: str = "i1") -> IntentRecord:
        record = await self.records.intent(intent)
        assert record is not None
        return record

    async def booked(self, scope: str = "total", mode: str = "live") -> int:
        value = await self.t.redis.hget(f"bw:budget:{scope}", mode)
        return int(value or 0)

    async def kinds(self) -> list[str]:
        """The kinds of all events, in order."""
        return [fields["t"] for _, fields in await self.t.redis.xrange("bw:ev")]
